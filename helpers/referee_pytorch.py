"""The second opinion on lesson 6's networks: arrays travel, and never a network.

In the student's kernel each answer becomes a function of plain data. In the referee's process a
network, or a function that trains one, is made of it, and goes through the same check.
"""

import torch
from torch import nn

from helpers.checks.compiler import without_compiler
from helpers.checks.probe import require
from helpers.checks.pytorch_rebuild import call_in_torch, watched_class

# --- In the student's kernel.


def plain_network(network_class):
    """Make a function of plain data from the student's class.

    Parameters
    ----------
    network_class : type
        A network's, whose numbers are all parameters.

    Returns
    -------
    callable
        Without arguments it gives the first parameters. Given parameters, whether the network
        trains, and a batch, it gives the logits; and given also the slope of a loss by these, the
        slope by each parameter.
    """

    @torch.enable_grad()
    def run(numbers=None, training=True, x=None, slope=None):
        network = call_in_torch(network_class).train(training)
        parameters = list(network.parameters())
        if numbers is None:
            return _arrays(parameters)
        _fill(parameters, numbers)
        logits = network(torch.from_numpy(x))
        if slope is None:
            return logits.detach().numpy()
        logits.backward(torch.from_numpy(slope))
        return _arrays(parameter.grad for parameter in parameters)

    return run


def plain_function(function):
    """Make a function of plain data from the student's `evaluate` or `train_pytorch`.

    Parameters
    ----------
    function : callable
        function(model, images, labels, ...)

    Returns
    -------
    callable
        In the place of a model it takes one's weights and biases, and whether it trains. It gives
        what the student's function returns, how the model was asked, and its numbers at the end
        and whether they can be trained.
    """

    def run(numbers, training, images, labels, *settings):
        model = watched_class()(*numbers).train(training)
        data = torch.from_numpy(images), torch.from_numpy(labels)
        with without_compiler():
            value = call_in_torch(function, model, *data, *settings)
        parts = value if isinstance(value, (list, tuple)) else [value]
        require(not any(isinstance(part, torch.Tensor) for part in parts), "it returns a tensor.")
        are_free = [parameter.requires_grad for parameter in model.parameters()]
        return value, model.calls, _arrays(model.parameters()), are_free

    return run


def _arrays(tensors):
    return [None if tensor is None else tensor.detach().numpy() for tensor in tensors]


def _fill(parameters, numbers):
    for parameter, array in zip(parameters, numbers, strict=True):
        parameter.data = torch.from_numpy(array)


# --- In the referee's process.


def network_from_afar(ask):
    """Make a class of networks that are computed in the student's kernel.

    Parameters
    ----------
    ask : callable
        Has `plain_network` called there.

    Returns
    -------
    type
    """

    class Layers(torch.autograd.Function):
        @staticmethod
        def forward(context, training, x, *parameters):
            context.question = _arrays(parameters), training, x.numpy()
            return torch.from_numpy(ask(*context.question))

        @staticmethod
        def backward(context, slope):
            slopes = ask(*context.question, slope.numpy())
            return None, None, *(None if s is None else torch.from_numpy(s) for s in slopes)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.numbers = nn.ParameterList(map(torch.from_numpy, ask()))

        def forward(self, x):
            return Layers.apply(self.training, x, *self.numbers)

    return Network


def function_from_afar(ask):
    """Make an `evaluate` or `train_pytorch` whose work is done in the student's kernel.

    Parameters
    ----------
    ask : callable
        Has `plain_function` called there.

    Returns
    -------
    callable
    """

    def function(model, images, labels, *settings):
        parameters = list(model.parameters())
        data = images.numpy(), labels.numpy()
        answer = ask(_arrays(parameters), model.training, *data, *settings)
        value, calls, numbers, are_free = answer
        model.calls += calls
        _fill(parameters, numbers)
        for parameter, is_free in zip(parameters, are_free, strict=True):
            parameter.requires_grad_(is_free)
        return value

    return function
