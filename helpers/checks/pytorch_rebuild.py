"""Checks of lesson 6's exercises. PyTorch is imported only where a check runs."""

import functools
import math
import re

import numpy as np

from helpers.checks.probe import (
    CheckFailed,
    attempt,
    check,
    compare_answer,
    find_problem,
    is_unwritten,
    require,
    require_given,
    require_written,
)

SUPER = (
    "you left out super().__init__(). It comes first in __init__: it lets PyTorch find the layers."
)
# What PyTorch says, and what that means for a beginner.
TORCH_ERRORS = [
    (r"before Module\.__init__\(\) call|no attribute '_(parameters|modules|\w+_hooks)'", SUPER),
    (r"descriptor '__init__' of 'super'", "write super().__init__(), with brackets after super."),
    (
        r"Fan in and fan out can not be computed",
        "kaiming_normal_ is for weights, which have two dimensions. A bias has one: set it with "
        "nn.init.zeros_.",
    ),
    (
        r"'Linear' object has no attribute '(shape|zero_|normal_|fill_|ndim)'",
        "a layer is no tensor. It holds two, layer.weight and layer.bias: give nn.init one of "
        "them.",
    ),
    (
        r"cannot assign .* as parameter",
        "a weight or bias must stay an nn.Parameter. Change its numbers in place, as "
        "nn.init.kaiming_normal_(layer.weight) does.",
    ),
    (
        r"leaf Variable that requires grad",
        "PyTorch does not let you change a weight in place, because of its bookkeeping for "
        "backward(). Use nn.init or an optimizer, or write `with torch.no_grad():` around that "
        "line.",
    ),
    (r"missing the required \"forward\"", "your class has no forward. Write def forward(self, x)."),
    (
        r"must have the same dtype",
        "the images and the weights have different number types. Leave both as they are.",
    ),
    (
        r"Expected floating point type for target|multi-target not supported",
        "CrossEntropyLoss wants the logits, then class numbers, one for each image. Give it both "
        "as they are: no argmax, not one-hot, no second dimension.",
    ),
    (
        r"softmax\w*\" not implemented for 'Long'",
        "whole numbers stand where the logits belong. The loss wants the logits first, as the "
        "model gives them, then the labels: loss_function(logits, labels).",
    ),
    (
        r"Dimension out of range|tensor has no dimensions|0-d tensor|tensor of dimension 0",
        "a tensor has fewer dimensions than you use here. If it is the labels: they are class "
        "numbers already, not one-hot, and need no argmax.",
    ),
    (
        r"Size mismatch between tensors",
        "a TensorDataset wants one label for each row of images. Is there a .T? An example is a "
        "row here already.",
    ),
    (
        r"name '(choose_device|check_\w+|load_mnist_data|tqdm|device|data|seed|generator|"
        r"loader|train_set|test_\w+)' is not defined",
        r"\1 comes from the lesson's version. This one is not given it: make it from the "
        r"arguments, or do without.",
    ),
    (
        r"expected target dtype to be Long|expected scalar type Long",
        "CrossEntropyLoss wants class numbers as whole numbers. Leave the labels as they are.",
    ),
    (
        r"does not require grad and does not have a grad_fn",
        "backward() finds no way from the loss to the weights. Leave torch.no_grad(), .detach(), "
        "NumPy and argmax out between the model and the loss.",
    ),
    (
        r"'float' object has no attribute 'backward'",
        "loss.item() is a plain number. Call backward() on the loss itself.",
    ),
    (
        r"backward through the graph a second time|modified by an inplace operation",
        "you call backward() on something that still holds an earlier batch. Call it on this "
        "batch's loss alone, and add up loss.item().",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy gets no tensor that remembers how it was computed. To measure, work inside "
        "`with torch.no_grad():`. To train, stay with PyTorch's functions; loss.item() makes a "
        "plain number.",
    ),
    (
        r"must be Tensor, not (ReLU|LeakyReLU|Sigmoid|Tanh|Softmax|LogSoftmax|Linear|Dropout)$",
        "nn.ReLU and its like make a layer first, and that layer gets the numbers: nn.ReLU()(x). "
        "torch.relu(x) is shorter.",
    ),
    (
        r"Boolean value of Tensor with more than one value",
        "PyTorch does not take a whole tensor for True or False. If it is the loss: it is made "
        "first, then called, as in nn.CrossEntropyLoss()(logits, labels).",
    ),
    (
        r"'(method|Watched)' object is not iterable",
        "the optimizer gets the model's weights: model.parameters(), with the brackets.",
    ),
    (
        r"batch_size should be a positive integer value, but got batch_size=tensor",
        "a DataLoader gets one data set, then the batch size. Pair images and labels first: "
        "TensorDataset(images, labels).",
    ),
]
IMAGES_AS_COLUMNS = (
    "you turned the images over. A model wants them as (batch, 784), one row for each example. "
    "Leave .T out."
)


def _run(function, phrase, **arguments):
    """Call a student's function on these very arguments, and return what it returns.

    The engine hands out copies, but here the network itself is to be trained.

    Raises
    ------
    CheckFailed
        If the call raises, changes a tensor that it was given, or returns None.
    """
    import torch

    require_written(function)
    before = {
        name: value.clone() for name, value in arguments.items() if isinstance(value, torch.Tensor)
    }

    def run():
        return function(*arguments.values()), torch.is_grad_enabled()

    # The seed makes the verdict the same each time. The student's random numbers go on as before.
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(6)
        outcome = attempt(run)
    if isinstance(outcome.error, CheckFailed):
        raise outcome.error
    if outcome.error is not None:
        sentence = _explain(outcome.error)
        outcome.error = _without_own_lines(outcome.error)
        raise CheckFailed(sentence or find_problem(outcome, None, phrase))
    value, keeps_book = outcome.value
    outcome.value = value
    for name, tensor in before.items():
        if not torch.equal(tensor, arguments[name]):
            outcome.changed = name
    if value is None or outcome.changed:
        raise CheckFailed(find_problem(outcome, value, phrase))
    require(
        keeps_book,
        "you switch gradients off and leave them off. Write `with torch.no_grad():`, which ends "
        "by itself.",
    )
    return value


def _explain(error):
    for pattern, sentence in TORCH_ERRORS:
        match = re.search(pattern, str(error))
        if match:
            return match.expand(sentence)
    return None


def _without_own_lines(error):
    """The error, with only the student's lines in its traceback, for the engine to quote."""
    trace = error.__traceback__.tb_next  # leave out run() above
    part = trace
    while part.tb_next is not None and part.tb_next.tb_frame.f_code.co_filename != __file__:
        part = part.tb_next
    part.tb_next = None
    return error.with_traceback(trace)


def _numpy(tensor):
    return tensor.detach().cpu().double().numpy().copy()


# --- 6.A ---------------------------------------------------------------------------------


@check(
    "6.2",
    "The slope of w squared is 2 w. What does a second backward() do with what is there?",
    "The slope at 3 is 6, and it is added twice. An example is a row, and has ten logits.",
)
def check_gradient_and_shape(gradient, shape):
    """Check the predictions for w.grad after two backward() calls, and for the logits."""
    gradient = _numpy(gradient) if hasattr(gradient, "detach") else gradient
    require_given(gradient, shape)
    compare_answer(
        gradient,
        12,
        [
            (6, "gradient: that is one call. backward() adds to the gradient that is there."),
            (3, "gradient: that is w itself. Take the slope of w squared, twice."),
            (9, "gradient: that is the loss. Take its slope, twice."),
            (18, "gradient: that is the loss, twice. Take its slope."),
            (36, "gradient: PyTorch adds the second slope, it does not multiply."),
            (0, "gradient: nothing has cleared it. Nobody called zero_grad()."),
        ],
        "gradient: not yet. Take the slope of w squared at w = 3, and think of the second call.",
    )
    compare_answer(
        shape,
        (32, 10),
        [
            ((10, 32), "shape: in PyTorch an example is a row, so the 32 comes first."),
            ((32, 784), "shape: that is what goes in. How many logits has an example?"),
            ((784, 32), "shape: that is what goes in, and turned over. Logits come out."),
            ((10,), "shape: that is one example. There are 32."),
            ((32,), "shape: a number for each example would be the class. There are ten logits."),
            (32, "shape: a number for each example would be the class. There are ten logits."),
            ((32, 64), "shape: that is the second hidden layer. One layer follows."),
            ((32, 128), "shape: that is the first hidden layer. Two layers follow."),
            ((128, 10), "shape: 128 is the first hidden layer. How many examples are there?"),
            ((32, 1), "shape: a number for each example would be the class. There are ten logits."),
            (320, "shape: that many numbers come out. In how many rows and columns?"),
        ],
        "shape: not yet. Give rows and columns in brackets, as (rows, columns).",
    )


# --- 6.B ---------------------------------------------------------------------------------

LAYERS = [(784, 128), (128, 64), (64, 10)]  # inputs, outputs
BATCH = 7


@check(
    "6.3",
    "After super().__init__(), make three nn.Linear layers. forward calls one after the other.",
    "Draw with nn.init.kaiming_normal_(layer.weight), clear with nn.init.zeros_(layer.bias). In "
    "forward torch.relu follows layer 1 and layer 2, and nothing follows layer 3.",
)
def check_MNISTNet(MNISTNet):
    """Check the network: its layers, its first weights, and the logits of a batch."""
    import torch
    from torch import nn

    require(
        not isinstance(MNISTNet, nn.Module),
        "give the class itself, MNISTNet, without brackets behind it.",
    )
    unwritten = [n for n in ("__init__", "forward") if is_unwritten(getattr(MNISTNet, n, None))]
    require(len(unwritten) < 2, "still to be written.")
    require(not unwritten, f"{' '.join(unwritten)} is still to be written.")
    model = _run(MNISTNet, "when MNISTNet() makes the network")
    require(
        isinstance(model, nn.Module),
        "PyTorch does not know this as a network. Write class MNISTNet(nn.Module):.",
    )
    require("_parameters" in vars(model), SUPER)
    weights, biases = _find_layers(model)
    first = [_numpy(parameter) for parameter in weights + biases]
    # Large enough numbers to tell one network from another, whatever the student's are.
    rng = np.random.default_rng(0)
    with torch.no_grad():
        for parameter in weights + biases:
            spread = math.sqrt(2 / max(parameter.shape))  # the number of inputs is the larger one
            numbers = spread * rng.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(numbers))
        weights[0].mul_(4)  # so that some hidden values exceed 6, where ReLU6 ends
    _check_logits(model, weights, biases)
    _check_first_weights(first[:3], first[3:])


def _find_layers(model):
    """The three weights and the three biases of a network, from the first layer to the last."""
    import torch
    from torch import nn

    parameters = list(model.parameters())
    weights = [p for p in parameters if p.numel() > max(p.shape, default=1)]
    biases = [p for p in parameters if p.numel() == max(p.shape, default=1)]
    if len(weights) < 3:
        held = list(vars(model).values())
        parts = [part for h in held if isinstance(h, (list, tuple)) for part in h]
        parts += [part for h in held if isinstance(h, dict) for part in h.values()]
        own = {id(part) for name in ("_modules", "_parameters") for part in _values(model, name)}
        require(
            not any(isinstance(p, (nn.Module, nn.Parameter)) and id(p) not in own for p in parts),
            "PyTorch does not find layers in a plain list. Give each a name of its own "
            "(self.layer1 = ...), or use nn.ModuleList.",
        )
        require(
            not any(isinstance(h, torch.Tensor) for h in held + parts),
            "a plain tensor is not trained. Use nn.Linear, or wrap it in nn.Parameter.",
        )
        require(
            weights,
            "PyTorch finds no weights. Make the layers in __init__, and keep each: self.layer1 = "
            "nn.Linear(...).",
        )
    linear = [m for m in model.modules() if isinstance(m, nn.Linear)]
    for kind in {type(module) for module in model.modules()}:
        is_normalising = "Norm" in kind.__name__ and kind.__module__.startswith("torch.")
        require(not is_normalising, f"this network has no {kind.__name__}. Leave it out.")
    weights.sort(key=lambda p: -p.numel())
    biases.sort(key=lambda p: -p.numel())
    found = ", ".join(f"{layer.in_features}-{layer.out_features}" for layer in linear)
    found = found or ", ".join("-".join(map(str, p.shape)) for p in weights)
    require(
        [sorted(p.shape) for p in weights] == [sorted(sizes) for sizes in LAYERS],
        f"your layers have the sizes {found}. They should be 784-128, 128-64, 64-10.",
    )
    for layer in linear:
        inputs, outputs = layer.in_features, layer.out_features
        require(
            (inputs, outputs) in LAYERS or (outputs, inputs) not in LAYERS,
            f"nn.Linear({inputs}, {outputs}) is the wrong way round: the number of inputs comes "
            f"first, nn.Linear({outputs}, {inputs}).",
        )
    require(biases, "your layers have no biases. Leave bias=False out.")
    sizes = [p.numel() for p in biases]
    require(
        sizes == [128, 64, 10],
        f"your biases have the sizes {', '.join(map(str, sizes))}. Each layer needs one: 128, 64 "
        "and 10 numbers.",
    )
    return weights, biases


def _values(model, name):
    return vars(model).get(name, {}).values()


def _check_logits(model, weights, biases):
    """Hold the network's answer to a batch against the right one, and against wrong ones."""
    import torch

    numbers = np.random.default_rng(1).random((BATCH, 784))
    x = torch.from_numpy(numbers).to(weights[0].device, weights[0].dtype)
    ask = functools.partial(_ask, model)
    model.train()
    logits = ask("with a batch of 7 images", x)
    shape = tuple(logits.shape)
    require(
        shape != (10, BATCH),
        "the logits are turned over: forward returns (10, batch), expected (batch, 10), one "
        "example a row.",
    )
    require(
        logits.is_floating_point(),
        "forward returns whole numbers, as argmax does. Return the ten logits; whoever needs the "
        "class takes argmax of them.",
    )
    require(
        shape not in ((BATCH,), (BATCH, 1)),
        "forward returns one number for each image. Return all ten logits.",
    )
    require(shape == (BATCH, 10), f"forward returns the shape {shape}, expected {(BATCH, 10)}.")
    got, again = _numpy(logits), _numpy(ask("with a batch of 7 images", x))
    require(
        np.allclose(again, got, rtol=1e-4, atol=1e-4),
        "two calls with the same images answer differently. This network has no dropout and "
        "nothing else that is random.",
    )
    model.eval()
    require(
        np.allclose(_numpy(ask("in evaluation mode", x)), got, rtol=1e-4, atol=1e-4),
        "after model.eval() forward answers differently. This network does the same in both modes: "
        "return the logits, and use no dropout.",
    )
    single = tuple(ask("with a batch of one image", x[:1]).shape)
    require(
        single == (1, 10),
        f"a batch of one image gives the shape {single}, expected (1, 10). Leave squeeze() out.",
    )
    got = torch.from_numpy(got)
    w = [torch.from_numpy(_numpy(p)) for p in weights]
    w = [p if p.shape[1] == inputs else p.T for p, (inputs, _) in zip(w, LAYERS, strict=True)]
    b = [torch.from_numpy(_numpy(p)).ravel() for p in biases]
    for sentence, wrong in _networks():
        if torch.allclose(got, wrong(torch.from_numpy(numbers), w, b), rtol=1e-4, atol=1e-4):
            require(sentence is None, sentence)
            _check_gradients(model, logits)
            return
    raise CheckFailed(
        "the logits are not those of your weights. The steps are: layer 1, ReLU, layer 2, ReLU, "
        "layer 3."
    )


def _check_gradients(model, logits):
    """Check that backward() comes from the logits to every weight and bias."""
    try:
        if logits.requires_grad:
            logits.sum().backward()
    except RuntimeError:
        raise CheckFailed(
            "backward() stops: forward overwrites numbers that it needs. Make new tensors, "
            "without += and without [...] = ."
        ) from None
    missing = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    require(
        not missing,
        f"backward() brings no gradient to {', '.join(missing)}, so nothing is learned there. "
        "Compute all of forward with PyTorch's functions, and leave .detach(), .data, "
        "torch.no_grad() and requires_grad=False out.",
    )


def _ask(model, phrase, x):
    """The model's answer to the images x, a tensor."""
    import torch

    before = x.clone()
    outcome = attempt(lambda: (model(x),))
    if outcome.error is not None:
        sentence = _explain_forward(str(outcome.error), len(x)) or _explain(outcome.error)
        outcome.error = _without_own_lines(outcome.error)
        raise CheckFailed(sentence or find_problem(outcome, None, phrase))
    require(torch.equal(x, before), "forward changes its input x. Make a new tensor.")
    answer = outcome.value[0]
    require(answer is not None, "forward returns None. Does it end with return?")
    require(
        not isinstance(answer, tuple),
        "forward returns several things. Return the logits alone.",
    )
    require(
        isinstance(answer, torch.Tensor),
        f"forward returns something of type {type(answer).__name__}. Return the logits, a tensor.",
    )
    return answer


def _explain_forward(text, batch):
    """Say what PyTorch's words tell about forward, most of all two shapes, or return None."""
    if "Can't call numpy()" in text:
        return (
            "NumPy has no place in forward, because backward() cannot come through it. Use "
            "PyTorch's functions: torch.relu for np.maximum."
        )
    if "Boolean value of Tensor" in text:
        return "Python's max and if take one number. For a whole tensor use torch.relu."
    match = re.search(r"cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", text)
    if match is None:
        return None
    rows, columns, inputs, outputs = map(int, match.groups())
    if (outputs, inputs) in LAYERS and columns == outputs:
        return "transpose the weights: with examples as rows it is x @ W.T + b."
    if (columns, rows) in LAYERS and inputs == batch:
        return "you wrote W @ x. With examples as rows it is x @ W.T + b."
    if rows == 784:
        return (
            "you turned x over. It comes as (batch, 784), one row for each example, and stays that "
            "way: nn.Linear does the transpose itself."
        )
    if (rows, columns) == (1, batch * 784):
        return "you made one long row of the whole batch. x has a row for each image: leave it so."
    return (
        f"a layer for {inputs} numbers an image gets {columns}. Is a layer used twice, left out or "
        "out of turn? Sizes go 784, 128, 64, 10."
    )


def _networks():
    """The right network, then wrong ones: (the sentence or None, its logits for x, w, b)."""
    import torch
    from torch.nn import functional as F

    def same(z):
        return z

    relu = torch.relu
    softmax = functools.partial(F.softmax, dim=1)
    hidden = [(None, relu, relu)]
    hidden += [
        ("there is no ReLU. It follows layer 1 and layer 2.", same, same),
        ("the ReLU after layer 2 is missing.", relu, same),
        ("the ReLU after layer 1 is missing.", same, relu),
    ]
    hidden += [
        (f"you used {name} between the layers. The course's network has ReLU there.", f, f)
        for name, f in (
            ("the sigmoid", torch.sigmoid),
            ("tanh", torch.tanh),
            ("a leaky ReLU", F.leaky_relu),
            ("GELU", F.gelu),
            ("ELU", F.elu),
            ("SiLU", F.silu),
            ("softplus", F.softplus),
            ("ReLU6", F.relu6),
            ("softmax", softmax),
        )
    ]
    ends = [
        (None, same),
        (
            "forward ends with a softmax. CrossEntropyLoss has one inside, so return the logits.",
            softmax,
        ),
        (
            "forward ends with log_softmax. CrossEntropyLoss has it inside, so return the logits.",
            functools.partial(F.log_softmax, dim=1),
        ),
        (
            "forward ends with a softmax, and over the batch at that. Return the logits.",
            functools.partial(F.softmax, dim=0),
        ),
        (
            "forward ends with log_softmax, and over the batch at that. Return the logits.",
            functools.partial(F.log_softmax, dim=0),
        ),
        ("a ReLU follows layer 3. Logits may be negative: leave that ReLU out.", relu),
        ("a sigmoid follows layer 3. Return the logits as they are.", torch.sigmoid),
        ("tanh follows layer 3. Return the logits as they are.", torch.tanh),
        ("a leaky ReLU follows layer 3. Return the logits as they are.", F.leaky_relu),
    ]
    inputs = [
        (None, same, 1),
        ("forward leaves the biases out. Add each after its product.", same, 0),
        ("the pixels are from 0 to 1 already. Do not divide them by 255.", lambda x: x / 255, 1),
    ]

    def network(start, with_biases, f1, f2, end):
        def logits(x, w, b):
            b = [with_biases * numbers for numbers in b]
            a = f1(start(x) @ w[0].T + b[0])
            return end(f2(a @ w[1].T + b[1]) @ w[2].T + b[2])

        return logits

    return [
        (at_end or at_start or between, network(start, with_biases, f1, f2, end))
        for at_start, start, with_biases in inputs
        for between, f1, f2 in hidden
        for at_end, end in ends
    ]


def _check_first_weights(weights, biases):
    """Check that the weights were drawn as He does, and that the biases are 0."""
    drawn = [
        (sentence, _matching(weights, sizes_to_std, is_uniform))
        for sentence, sizes_to_std, is_uniform in (
            (None, lambda n, _: math.sqrt(2 / n), False),
            (
                "you left the first weights as PyTorch draws them. Use He initialisation, "
                "nn.init.kaiming_normal_(layer.weight).",
                lambda n, _: math.sqrt(1 / (3 * n)),
                True,
            ),
            (
                "you drew the weights with kaiming_uniform_. Take kaiming_normal_.",
                lambda n, _: math.sqrt(2 / n),
                True,
            ),
            (
                "you drew the weights as Xavier does. For ReLU take kaiming_normal_.",
                lambda n, k: math.sqrt(2 / (n + k)),
                False,
            ),
            (
                "you drew the weights as Xavier does. For ReLU take kaiming_normal_.",
                lambda n, k: math.sqrt(2 / (n + k)),
                True,
            ),
            (
                "you took the number of outputs. He initialisation has the variance 2 / fan_in, "
                "with the number of inputs, and so has kaiming_normal_ if you say nothing.",
                lambda _, k: math.sqrt(2 / k),
                False,
            ),
            (
                "your variance is 1 over the number of inputs. He initialisation takes 2 over it, "
                "because ReLU drops half.",
                lambda n, _: math.sqrt(1 / n),
                False,
            ),
            (
                "your weights have variance 1: the factor sqrt(2 / fan_in) is missing.",
                lambda *_: 1,
                False,
            ),
            (
                "you took the variance 2 / fan_in for the standard deviation. Take its square "
                "root.",
                lambda n, _: 2 / n,
                False,
            ),
            (
                "you drew with the same standard deviation, 0.01, for any layer. In He "
                "initialisation it depends on the layer: sqrt(2 / fan_in).",
                lambda *_: 0.01,
                False,
            ),
        )
    ]
    wrong = [number for number in range(3) if not drawn[0][1][number]]
    if wrong:
        inputs, outputs = LAYERS[wrong[0]]
        names = " and ".join("-".join(map(str, LAYERS[number])) for number in wrong)
        place = "" if len(wrong) == 3 else f"in layer{'s' * (len(wrong) - 1)} {names}: "
        numbers = weights[wrong[0]]
        require(
            np.ptp(numbers) > 0,
            f"{place}all weights are equal at the start, so all units learn the same. Use "
            "nn.init.kaiming_normal_.",
        )
        require(
            numbers.min() < 0,
            f"{place}no weight is negative at the start. torch.rand draws from 0 to 1, "
            "torch.randn on both sides of 0.",
        )
        for sentence, fits in drawn[1:]:
            require(not all(fits), sentence)
            require(not all(fits[number] for number in wrong), place + sentence)
        raise CheckFailed(
            f"the first weights of layer {inputs}-{outputs} have a standard deviation of "
            f"{numbers.std():.3f}. For He initialisation it is sqrt(2 / {inputs}) = "
            f"{math.sqrt(2 / inputs):.3f}."
        )
    require(
        not any(numbers.any() for numbers in biases),
        "your biases are not 0 at the start. nn.init.zeros_(layer.bias) makes them so.",
    )


def _matching(weights, sizes_to_std, is_uniform):
    """For each layer whether its weights fit a distribution around 0, uniform or normal."""
    fits = []
    for numbers, sizes in zip(weights, LAYERS, strict=True):
        std, count = sizes_to_std(*sizes), numbers.size
        # 6.5 standard errors: a right network is refused less than once in 10 ** 10.
        spread_fits = abs(numbers.var() / std**2 - 1) < 6.5 * math.sqrt(2 / count)
        mean_fits = abs(numbers.mean()) < 6.5 * std / math.sqrt(count)
        # Where a uniform distribution ends, one in twelve normal numbers lies outside.
        ends_there = np.abs(numbers).max() < 1.7325 * std
        fits.append(spread_fits and mean_fits and ends_there == is_uniform)
    return fits


# --- A model that writes down what it is asked --------------------------------------------


@functools.cache
def _watched_class():
    """A module with one linear layer, 784 to 10, that keeps a list of its calls."""
    import torch
    from torch import nn

    class Watched(nn.Module):
        def __init__(self, weight, bias):
            super().__init__()
            self.layer = nn.Linear(784, 10)
            with torch.no_grad():
                self.layer.weight.copy_(torch.from_numpy(weight))
                self.layer.bias.copy_(torch.from_numpy(bias))
            self.calls = []

        def forward(self, x):
            if isinstance(x, (list, tuple)):
                raise CheckFailed(
                    "you gave the model a whole batch of the DataLoader, images and labels. Write "
                    "for x_batch, y_batch in loader, and give it x_batch."
                )
            if not isinstance(x, torch.Tensor):
                raise CheckFailed(f"you gave the model a {type(x).__name__}, expected a tensor.")
            if x.ndim == 2 and x.shape[0] == 784:
                raise CheckFailed(IMAGES_AS_COLUMNS)
            if x.ndim not in (1, 2) or x.shape[-1] != 784:
                raise CheckFailed(
                    f"you gave the model images of shape {tuple(x.shape)}, expected (batch, 784)."
                )
            logits = self.layer(x)
            call = {
                "images": _numpy(x).reshape(-1, 784),
                "logits": _numpy(logits).reshape(-1, 10),
                "training": self.training,
                "grad": torch.is_grad_enabled(),
                "weights": self.numbers() if torch.is_grad_enabled() else None,
                "slope": None,  # of the loss by the logits, if backward() comes by
            }
            self.calls.append(call)
            if logits.requires_grad:
                logits.register_hook(lambda slope: call.update(slope=_numpy(slope)))
            return logits

        def numbers(self):
            """All weights and biases, as one array."""
            return np.concatenate([_numpy(p).ravel() for p in self.parameters()])

    return Watched


# --- 6.C ---------------------------------------------------------------------------------


@check(
    "6.5",
    "Switch to evaluation mode, take the largest logit of each row, compare with the labels.",
    "model(images).argmax(dim=1) == labels is True or False for each image; .float().mean() is "
    "the share, and .item() makes a plain number of it.",
)
def check_evaluate(evaluate):
    """Check the accuracy of a model: a float, in evaluation mode, without gradients."""
    # Whole numbers, so that some largest scores equal the label by chance, and larger ones for
    # some classes than for others. One score of each row is the largest alone.
    rng = np.random.default_rng(3)
    scores = rng.integers(-6, 5, (4000, 10)) + np.array([0.0, 3, 1, 0, 4, 2, 0, 1, 3, 0])
    alone = (scores == scores.max(axis=1, keepdims=True)).sum(axis=1) == 1
    scores = scores[alone][:1100]
    scores[0, 7] = 20  # the largest of the whole batch
    # More right answers at the start than at the end, so that batches differ.
    is_right = rng.random(1100) < np.linspace(0.9, 0.2, 1100)
    labels = np.where(is_right, scores.argmax(axis=1), rng.integers(0, 9, 1100))
    labels[:5] = [7, 2, 5, 1, 9]  # the first largest label is at position 4
    _check_accuracy(evaluate, "with 1,100 images", scores, labels)
    _check_accuracy(evaluate, "with one image", np.arange(10.0)[None], np.array([9]))


def _check_accuracy(evaluate, phrase, scores, labels):
    """Check one call of evaluate, with a model that gives these scores."""
    import torch

    # Ten pixels hold the scores, and the weights pass them on exactly.
    images = np.zeros((len(scores), 784), dtype=np.float32)
    images[:, 100:110] = scores
    weight = np.zeros((10, 784))
    weight[:, 100:110] = np.eye(10)
    model = _watched_class()(weight, np.zeros(10))
    before = model.numbers()
    try:
        accuracy = _run(
            evaluate,
            phrase,
            model=model,
            images=torch.from_numpy(images),
            labels=torch.from_numpy(labels),
        )
    except CheckFailed as mistake:
        raise CheckFailed(_explain_comparison(str(mistake)) or str(mistake)) from None
    calls, m = model.calls, len(labels)
    require(
        calls,
        f"{phrase} you never ask the model that you are given. Call model(images). If you cut "
        "batches, keep the last, smaller one: no drop_last, and round their number up.",
    )
    require(
        not any(call["training"] for call in calls),
        "the model answers in training mode. Call model.eval(), with the brackets, before you ask "
        "it.",
    )
    require(
        not any(call["grad"] for call in calls),
        "PyTorch does its bookkeeping for backward() here. Ask the model inside "
        "`with torch.no_grad():`.",
    )
    require(
        np.array_equal(before, model.numbers()),
        "you change the model's weights. evaluate only asks the model.",
    )
    asked = sum(len(call["images"]) for call in calls)
    require(
        asked >= m,
        f"you ask the model about {asked} of {m:,} images. Does return stand inside the loop, or "
        "is a batch left out?",
    )
    if isinstance(accuracy, torch.Tensor):
        require(
            accuracy.numel() == 1,
            "you return one value for each image. Take the mean of them.",
        )
        raise CheckFailed("you return a tensor. .item() makes a plain number of it.")
    require(
        not isinstance(accuracy, (tuple, list)),
        "you return several values. Return the accuracy alone.",
    )
    require(
        not callable(accuracy),
        "you return a function, not what it gives. Round brackets are missing: .item().",
    )
    require(not isinstance(accuracy, str), "you return a text. Return a number from 0 to 1.")
    known_wrong = _wrong_accuracies(scores, labels)
    # Unlike the engine's, the tolerance leaves room for means in float32.
    right = (scores.argmax(axis=1) == labels).mean()
    if _near(accuracy, right):
        return
    sizes = [len(call["images"]) for call in calls]
    starts = np.cumsum(sizes)[:-1]
    hits = np.split((scores.argmax(axis=1) == labels), starts)
    if len(sizes) > 1 and asked == m:
        means = [part.mean() for part in hits]
        known_wrong += [
            (
                np.mean(means),
                "you average over batches, but the last batch is smaller. Count right answers, and "
                "divide by the number of images at the end.",
            ),
            (
                np.sum(means),
                "you add up the accuracies of the batches. Count right answers, and divide by the "
                "number of images at the end.",
            ),
            (
                hits[-1].mean(),
                "this is the accuracy on the last batch alone. Count over all batches.",
            ),
            (hits[-1].sum() / m, "you count in the last batch alone. Count over all batches."),
            (
                np.sum(hits[0]) / m,
                "you count in the first batch alone. Count over all batches.",
            ),
            (
                right * m / len(sizes),
                "you divide by the number of batches. Divide by the number of images.",
            ),
        ]
    for value, sentence in known_wrong:
        require(not _near(accuracy, value), sentence)
    raise CheckFailed(f"it goes wrong {phrase}: it returns {accuracy}, expected {right:.6g}.")


def _near(value, other):
    try:
        return abs(float(value) - float(other)) < 1e-5
    except (TypeError, ValueError):
        return False


def _explain_comparison(text):
    """Name the mistake behind PyTorch's words on two tensors that cannot be compared."""
    over_the_batch = (
        "argmax goes over the batch: it gives ten numbers. Take it along each row, argmax(dim=1)."
    )
    if re.search(r"tensor [ab] \(10\) .*non-singleton dimension 0|shapes \(10,\) \(", text):
        return over_the_batch
    if re.search(r"tensor [ab] \(10\) .*non-singleton dimension 1|\(1100,10\)", text):
        return (
            "you compare ten numbers an image with one label. argmax(dim=1) of the logits gives "
            "one class an image."
        )
    if "ZeroDivisionError" in text:
        return (
            "you divide by 0. Is there no batch, because one image does not fill one? Keep the "
            "last, smaller batch: no drop_last, and round their number up."
        )
    if "'bool' object has no attribute" in text:
        return (
            "the comparison gave one bool, not one for each image. model(images).max(dim=1) is a "
            "pair; argmax(dim=1) gives the classes."
        )
    if "Got: Bool" in text:
        return "PyTorch takes no mean of True and False. Make numbers of them first: .float()."
    return None


def _wrong_accuracies(scores, labels):
    """What known mistakes give for these scores: (value, sentence)."""
    m, answers = len(labels), scores.argmax(axis=1)
    hits = answers == labels
    wrong = hits.mean()
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    by_batch = np.exp(scores - scores.max(axis=0))
    by_batch /= by_batch.sum(axis=0)
    known = [
        (hits.sum(), "this counts the right answers. Divide by the number of images."),
        (100 * wrong, "this is a percentage. Give the share, from 0 to 1."),
        (1 - wrong, "this is the share of wrong answers. Compare with ==."),
        ((~hits).sum(), "this counts the wrong answers. Give the share of right ones."),
        (hits.sum() / 10, "you divide by the number of classes. Divide by the number of images."),
        (hits.sum() / 784, "you divide by the number of pixels. Divide by the number of images."),
        (
            (scores.max(axis=1) == labels).mean(),
            "you compare the largest logit with the label. argmax(dim=1) tells where it stands.",
        ),
        (
            (scores.argmin(axis=1) == labels).mean(),
            "argmin takes the smallest logit. Take the largest: argmax(dim=1).",
        ),
        (
            (scores.argmax() == labels).mean(),
            "argmax() without dim looks for one place in the whole batch. Take argmax(dim=1).",
        ),
        (
            (answers == labels.argmax()).mean(),
            "you take argmax of the labels. They are class numbers already, not one-hot.",
        ),
        (
            (by_batch.argmax(axis=1) == labels).mean(),
            "your softmax goes over the batch, and that changes the answers. Leave it out: argmax "
            "needs the logits only.",
        ),
        (
            1 - 2 * (1 - wrong) / 10,
            "you compare one-hot entries, and most of these are 0 in both. Compare class numbers.",
        ),
        (
            (answers[:, np.newaxis] == labels).mean(),
            "each answer meets all labels: shapes (m, 1) and (m,) make a whole table. Leave "
            "keepdim out, so that both are (m,).",
        ),
        (shares[np.arange(m), labels].mean(), "this is the mean probability of the right class."),
        (-np.log(shares[np.arange(m), labels]).mean(), "this is the loss, not the accuracy."),
        (
            hits.sum() // m,
            "it returns 0. Does // or int() drop the digits after the point?",
        ),
    ]
    return known + [
        (round(wrong, digits), "you round. Return the share as it is.") for digits in (1, 2, 3)
    ]


# --- 6.D ---------------------------------------------------------------------------------


@check(
    "6.5",
    "For each batch: loss, zero_grad(), backward(), step(). For each epoch: one mean loss.",
    "Add up loss.item() * len(x_batch) over the batches of an epoch, and divide by the number of "
    "images. DataLoader(TensorDataset(images, labels), batch_size, shuffle=True) makes batches.",
)
def check_train_pytorch(train_pytorch):
    """Check a training with plain SGD: first in one batch an epoch, then in several."""
    _check_training(train_pytorch, m=7, num_epochs=3, batch_size=7, learning_rate=0.5)
    _check_training(train_pytorch, m=10, num_epochs=3, batch_size=4, learning_rate=0.2)


def _check_training(train_pytorch, m, num_epochs, batch_size, learning_rate):
    """Train a small model, which writes down what happens, and look for the first mistake."""
    import torch
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    # The first optimizer of all imports for seconds. That is not the student's time.
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0).zero_grad()
    rng = np.random.default_rng(m)
    images = np.zeros((m, 784), dtype=np.float32)
    images[:, 200:212] = rng.random((m, 12))
    labels = np.array([3, 0, 7, 3, 5, 1, 7, 0, 5, 9])[:m]
    weight = np.zeros((10, 784))
    weight[:, 200:212] = 1.5 * rng.standard_normal((10, 12))
    model = _watched_class()(weight, 0.5 * rng.standard_normal(10))
    model.eval()
    events = []  # in turn: "backward" and whether old gradients were there; steps

    def at_backward(_):
        old = model.layer.weight.grad
        events.append(("backward", old is not None and bool(old.any())))

    def at_step(optimizer, *_):
        own = {id(p) for p in model.parameters()}
        held = [p for group in optimizer.param_groups for p in group["params"]]
        events.append(("step", optimizer, any(id(p) in own for p in held)))

    model.layer.weight.register_hook(at_backward)
    start = model.numbers()
    handle = register_optimizer_step_pre_hook(at_step)
    try:
        losses = _run(
            train_pytorch,
            f"with {m} images in batches of {batch_size}",
            model=model,
            images=torch.from_numpy(images),
            labels=torch.from_numpy(labels),
            num_epochs=num_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
        )
    finally:
        handle.remove()
    steps = [event for event in events if event[0] == "step"]
    trained = [call for call in model.calls if call["slope"] is not None]
    for call in trained:
        rows = [np.abs(images - row).sum(axis=1).argmin() for row in call["images"]]
        call["rows"] = np.array(rows)
    require(
        model.calls,
        "you never call the model that you are given. Train that one: a new one, or a "
        "copy, is lost at the end.",
    )
    require(
        trained,
        "no gradient comes back to the model: loss.backward() is missing, or its brackets are.",
    )
    require(
        trained[-1]["training"] or not trained[0]["training"],
        "after the first epoch the model stays in evaluation mode. Call model.train() where each "
        "epoch begins.",
    )
    require(
        all(call["training"] for call in trained),
        "the model is in evaluation mode while you train it. Call model.train() first.",
    )
    _check_batches(trained, model.calls, m, num_epochs, batch_size)
    end = _sgd_end(start, trained, labels, learning_rate)
    if not np.allclose(model.numbers(), end, rtol=1e-4, atol=1e-5):
        for call in trained:
            _explain_slope(call, labels)
        _explain_steps(trained, events, steps, start, model.numbers(), learning_rate)
    if len(trained) == num_epochs:
        return  # one batch an epoch: neither the order nor the kind of mean can be told
    _check_shuffling(trained, m, num_epochs)
    _check_losses(losses, trained, labels, m, num_epochs, batch_size, end)


def _check_batches(trained, calls, m, num_epochs, batch_size):
    """Check that each epoch takes each image once, in batches of the size asked for."""
    sizes = [len(call["images"]) for call in trained]
    full, rest = divmod(m, batch_size)
    epoch = [batch_size] * full + [rest] * (rest > 0)
    if sizes != epoch * num_epochs:
        all_asked = len(epoch) > 1 and len(calls) >= num_epochs * len(epoch)
        require(
            not (all_asked and len(trained) == num_epochs),
            "you ask the model about every batch, but train on one batch an epoch. backward() and "
            "step() belong inside the loop over the batches.",
        )
        require(
            sizes != [m] * num_epochs,
            f"each epoch is one batch of all {m} images, expected batches of {batch_size}. Do you "
            "train on all images at once, or is your batch size a fixed number? Use batch_size.",
        )
        require(
            sizes != [batch_size] * num_epochs,
            "you train on one batch an epoch. Go through all batches. Does something leave the "
            "loop early?",
        )
        require(
            sizes != [batch_size] * full * num_epochs,
            "you leave out the last, smaller batch of each epoch. Every image counts: no "
            "drop_last, and round the number of batches up.",
        )
        trained_epochs = len(sizes) // len(epoch)
        if sizes == epoch * trained_epochs:
            raise CheckFailed(
                f"num_epochs is {num_epochs}, but the number of epochs that you train is "
                f"{trained_epochs}. Do you use num_epochs? Does return stand inside the loop?"
            )
        require(
            max(sizes) == batch_size,
            f"your batches have the size {max(sizes)}. batch_size is {batch_size}.",
        )
        raise CheckFailed(
            f"with {m} images in batches of {batch_size}, an epoch has batches of "
            f"{' and '.join(map(str, epoch))}. Yours, for all {num_epochs} epochs, have "
            f"{', '.join(map(str, sizes))} images."
        )
    order = np.concatenate([call["rows"] for call in trained]).reshape(num_epochs, m)
    require(
        np.array_equal(np.sort(order, axis=1), np.tile(np.arange(m), (num_epochs, 1))),
        "some images come twice in an epoch, others never. Shuffle all of them, as "
        "torch.randperm(m) does, and cut the result into batches.",
    )


def _check_shuffling(trained, m, num_epochs):
    order = np.concatenate([call["rows"] for call in trained]).reshape(num_epochs, m)
    require(
        not (order == np.arange(m)).all(),
        "the images come in the same order in every epoch. Shuffle them: shuffle=True.",
    )
    require(
        not (order == order[0]).all(),
        "you shuffle once, and every epoch repeats that order. Shuffle anew in each epoch, and "
        "set no seed inside the loop.",
    )


def _softmax(z):
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _slope(logits, labels):
    """Slope of the mean cross-entropy by the logits."""
    return (_softmax(logits) - np.eye(10)[labels]) / len(labels)


def _loss(logits, labels):
    """Cross-entropy, averaged over the batch."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logarithms[np.arange(len(labels)), labels].mean()


def _full_slope(call, slope):
    """Slope by all weights and biases, in the order of the model's numbers."""
    return np.concatenate([(slope.T @ call["images"]).ravel(), slope.sum(axis=0)])


def _sgd_end(weights, trained, labels, learning_rate):
    """The weights after plain SGD on the batches that came, from these weights on."""
    for call in trained:
        slope = _slope(_logits(weights, call["images"]), labels[call["rows"]])
        weights = weights - learning_rate * _full_slope(call, slope)
    return weights


def _logits(weights, images):
    return images @ weights[:-10].reshape(10, 784).T + weights[-10:]


def _explain_slope(call, labels):
    """Name the wrong loss that explains the slope of a batch, if it is wrong."""
    import torch
    from torch.nn import functional as F

    own = labels[call["rows"]]
    right = _slope(call["logits"], own)
    slope = call["slope"].reshape(right.shape)
    if np.allclose(slope, right, rtol=1e-3, atol=1e-6):
        return
    one_hot = F.one_hot(torch.from_numpy(own), 10).double()
    twice = "you put a softmax before CrossEntropyLoss, which has one inside. Give it the logits."
    nll = (
        "you take the logits for logarithms of probabilities, as NLLLoss does. Take "
        "CrossEntropyLoss, which makes these first."
    )
    shuffled = (
        "images and labels no longer belong together. Shuffle both in the same order, as a "
        "TensorDataset does."
    )
    squares = "this is a squared error. Take CrossEntropyLoss."
    known = [
        (twice, lambda z, y: F.cross_entropy(torch.softmax(z, dim=1), y)),
        (twice, lambda z, y: F.cross_entropy(torch.softmax(z, dim=0), y)),
        (
            "your loss is the sum over the batch. Take the mean, which CrossEntropyLoss does if "
            "you say nothing.",
            lambda z, y: F.cross_entropy(z, y, reduction="sum"),
        ),
        (nll, F.nll_loss),
        (
            "you take the probability of the right class where its logarithm belongs. Give the "
            "logits to CrossEntropyLoss.",
            lambda z, y: F.nll_loss(torch.softmax(z, dim=1), y),
        ),
        (squares, lambda z, y: F.mse_loss(z, one_hot)),
        (squares, lambda z, y: F.mse_loss(torch.softmax(z, dim=1), one_hot)),
        (
            "the labels are softened, by label_smoothing. Leave it out.",
            lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1),
        ),
        (
            "a ReLU or sigmoid stands between the model and the loss. Give it the logits.",
            lambda z, y: F.cross_entropy(torch.relu(z), y),
        ),
        (
            "a ReLU or sigmoid stands between the model and the loss. Give it the logits.",
            lambda z, y: F.cross_entropy(torch.sigmoid(z), y),
        ),
        (
            "you treat the ten classes as ten questions of yes or no. Take CrossEntropyLoss.",
            lambda z, y: F.binary_cross_entropy_with_logits(z, one_hot),
        ),
        (
            "the sign of the loss is turned around.",
            lambda z, y: -F.cross_entropy(z, y),
        ),
    ]
    for sentence, wrong in known:
        z = torch.from_numpy(call["logits"]).requires_grad_()
        wrong(z, torch.from_numpy(own)).backward()
        require(not np.allclose(slope, z.grad.numpy(), rtol=1e-3, atol=1e-6), sentence)
    factor = (slope * right).sum() / (right**2).sum()
    require(
        not np.allclose(slope, factor * right, rtol=1e-3, atol=1e-6),
        f"backward() runs on {factor:.3g} times the batch's mean loss. Do not multiply or divide "
        "the loss before backward().",
    )
    targets = _softmax(call["logits"]) - len(own) * slope
    is_one_hot = np.allclose(np.sort(targets, axis=1), [0] * 9 + [1], atol=1e-3)
    require(not is_one_hot, shuffled)
    raise CheckFailed(
        "the slopes are not those of CrossEntropyLoss, given the batch's logits and labels."
    )


def _explain_steps(trained, events, steps, start, end, learning_rate):
    """Name the mistake in the order or the kind of the steps. The slopes are right."""
    kinds = [event[0] for event in events]
    require(
        np.allclose(trained[0]["weights"], start),
        "you change the model's weights before the training. It goes on from the weights it has.",
    )
    if steps:
        require(
            any(held for _, _, held in steps),
            "your optimizer holds the weights of another model. Give it model.parameters(), of "
            "the model that you train.",
        )
        optimizer = steps[0][1]
        name, group = type(optimizer).__name__, optimizer.param_groups[0]
        require(
            "backward" not in kinds or kinds.index("step") > kinds.index("backward"),
            "the first step() comes before the first backward(), so it has no gradient. The order "
            "is zero_grad(), backward(), step().",
        )
        require(name == "SGD", f"you use {name}. This training is plain SGD: torch.optim.SGD.")
    moved = not np.allclose(start, end, rtol=1e-5, atol=1e-7)
    if not moved:
        require(
            steps,
            "the weights of the model do not change. Call optimizer.step() after backward(). (By "
            "hand, p = p - ... does not do it: it makes a new tensor.)",
        )
        if math.isclose(group["lr"], learning_rate, rel_tol=1e-6):
            raise CheckFailed(
                "step() finds no gradient, so nothing is learned: zero_grad() stands between "
                "backward() and step(). The order is zero_grad(), backward(), step()."
            )
    if steps:
        require(
            math.isclose(group["lr"], learning_rate, rel_tol=1e-6),
            f"you train with a learning rate of {group['lr']:g}, not with learning_rate, which is "
            f"{learning_rate:g} here.",
        )
        for option in ("momentum", "weight_decay"):
            require(not group[option], f"you added {option.replace('_', ' ')}. Leave it out.")
        require(not group["maximize"], "you climb: maximize=True. Leave it out.")
        require(
            len(steps) >= len(trained),
            "step() runs less often than there are batches. backward() and step() belong inside "
            "the loop over the batches.",
        )
    piled_up = [old for kind, old, *_ in events if kind == "backward"]
    require(
        not all(piled_up[1:]) or len(piled_up) < 2,
        "gradients pile up: each backward() adds to the old ones. Call optimizer.zero_grad() "
        "before it.",
    )
    require(
        not any(piled_up),
        "gradients pile up within an epoch. Call optimizer.zero_grad() for each batch, not once an "
        "epoch.",
    )
    if len(trained) > 1:
        slope = _full_slope(trained[0], trained[0]["slope"])
        moved = trained[1]["weights"] - trained[0]["weights"]
        factor = (moved * slope).sum() / (slope**2).sum()
        if np.allclose(moved, factor * slope, rtol=1e-2, atol=1e-5):
            require(
                factor < 0 or abs(factor) < 1e-6,
                "you add the gradient, and so climb. Take it away from the weights.",
            )
            require(
                math.isclose(-factor, learning_rate, rel_tol=1e-2),
                f"your first step is {-factor:.3g} times the gradient. learning_rate is "
                f"{learning_rate:g} here.",
            )
    raise CheckFailed(
        "the weights at the end are not those of plain SGD. Each batch takes one step: "
        "weight - learning_rate * gradient."
    )


def _check_losses(losses, trained, labels, m, num_epochs, batch_size, end):
    """Check the list of losses: for each epoch the mean over the images."""
    import torch

    require(
        not isinstance(losses, torch.nn.Module),
        "you return the model. It is trained in place: return the list of losses.",
    )
    is_single = isinstance(losses, (float, int)) or getattr(losses, "ndim", None) == 0
    require(not is_single, "you return one number. Return a list, with one loss an epoch.")
    entries = list(losses) if hasattr(losses, "__iter__") else [losses]
    require(
        not any(isinstance(entry, (list, tuple)) for entry in entries),
        "you return several lists. Return one, with one loss an epoch.",
    )
    require(
        not any(isinstance(entry, torch.Tensor) for entry in entries),
        "the losses are tensors, which hold on to all that autograd wrote down. loss.item() makes "
        "a plain number.",
    )
    num_batches = len(trained) // num_epochs
    require(
        len(entries) != len(trained),
        "you keep one loss a batch. Average over an epoch, and keep one loss an epoch.",
    )
    require(
        len(entries) == num_epochs,
        f"the list has {len(entries)} losses after {num_epochs} epochs, expected one for each.",
    )
    batch_losses = [_loss(call["logits"], labels[call["rows"]]) for call in trained]
    each = np.array(batch_losses).reshape(num_epochs, num_batches)
    sizes = np.array([len(call["rows"]) for call in trained]).reshape(each.shape)
    totals = (each * sizes).sum(axis=1)
    known = [
        (totals / m, None),
        (
            each.mean(axis=1),
            "you average over batches, so an image of the small last batch counts more. Add up "
            "loss.item() * len(x_batch), and divide by the number of images.",
        ),
        (each.sum(axis=1), "you add up the batches' mean losses. Take the mean over the images."),
        (totals, "this is the sum over all images. Divide by their number."),
        (
            each[:, -1],
            "this is the loss of the last batch alone. Average over all images of the epoch.",
        ),
        (
            each[:, 0],
            "this is the loss of the first batch alone. Average over all images of the epoch.",
        ),
        (
            each.sum(axis=1) / m,
            "each loss is a batch's mean already. Multiply it by len(x_batch) before you add it "
            "up and divide by the number of images.",
        ),
        (
            totals / num_batches,
            "you divide by the number of batches. After loss.item() * len(x_batch), divide by the "
            "number of images.",
        ),
        (totals / batch_size, "you divide by batch_size. Divide by the number of images."),
        (
            each.sum(axis=1) * batch_size / m,
            "you count the last batch as a full one. Multiply by len(x_batch), not by batch_size.",
        ),
        (
            each.sum(axis=1) * 784 / m,
            "you multiply by 784, as x_batch.shape[1] does. The batch's size is len(x_batch).",
        ),
        (each.min(axis=1), "this is the smallest loss of an epoch. Take the mean."),
    ]
    divided = (each / sizes).sum(axis=1)
    known += [
        (
            values,
            "you divide a batch's loss by len(x_batch), but it is a mean already. Multiply it by "
            "len(x_batch), add up, and divide by the number of images.",
        )
        for values in (divided, divided / m, divided / num_batches)
    ]
    known += [
        (
            np.cumsum(values),
            "the sum goes on from epoch to epoch. Set it to 0 where an epoch begins.",
        )
        for values, _ in known
    ]
    known += [
        (np.round(totals / m, digits), "you round the losses. Keep them as they are.")
        for digits in (4, 3, 2, 1)
    ]
    try:
        numbers = np.array([float(entry) for entry in entries])
    except (TypeError, ValueError):
        raise CheckFailed("the list should hold plain numbers, one loss an epoch.") from None
    for wrong, sentence in known:
        if np.allclose(numbers, wrong, rtol=1e-5, atol=1e-6):
            require(sentence is None, sentence)
            return
    _explain_late_losses(numbers, trained, labels, sizes, end)
    epoch = np.isclose(numbers, totals / m, rtol=1e-5, atol=1e-6).argmin()
    raise CheckFailed(
        f"the model is trained well, but the loss of epoch {epoch + 1} is {numbers[epoch]:.4f}, "
        f"expected {totals[epoch] / m:.4f}: the mean over its {m} images, with each batch's loss "
        "as computed just before the step that uses it."
    )


def _explain_late_losses(numbers, trained, labels, sizes, end):
    """Say so where the losses were measured once more: after each epoch, or after each step."""
    num_epochs, num_batches = sizes.shape
    later = [call["weights"] for call in trained[1:]] + [end]  # after each step
    after_steps, after_epochs = np.zeros((2, *sizes.shape))
    for step, call in enumerate(trained):
        epoch, batch = divmod(step, num_batches)
        own = labels[call["rows"]]
        after_epoch = later[epoch * num_batches + num_batches - 1]
        after_steps[epoch, batch] = _loss(_logits(later[step], call["images"]), own)
        after_epochs[epoch, batch] = _loss(_logits(after_epoch, call["images"]), own)
    for losses, when in ((after_steps, "step"), (after_epochs, "epoch")):
        means = (losses * sizes).sum(axis=1) / sizes.sum(axis=1), losses.mean(axis=1)
        require(
            not any(np.allclose(numbers, mean, rtol=1e-4, atol=1e-5) for mean in means),
            f"you measure the loss once more after each {when}. Keep the loss that you called "
            "backward() on, as computed just before the step.",
        )


# --- 6.E ---------------------------------------------------------------------------------


@check(
    "6.4",
    "The best that the second softmax can get is one 1 and otherwise 0. Take softmax of that.",
    "For ten classes it is -ln(e / (e + 9)). What are 9 and 10 for other numbers of classes?",
)
def check_loss_floor(floor_2, floor_100):
    """Check the smallest loss behind a second softmax, for 2 and for 100 classes."""
    require_given(floor_2, floor_100)
    for classes, answer in ((2, floor_2), (100, floor_100)):
        right = math.log(1 + (classes - 1) / math.e)
        share = math.e / (math.e + classes - 1)
        answer = _numpy(answer) if hasattr(answer, "detach") else answer
        known_wrong = [
            (-right, "the minus is missing. A loss is not negative."),
            (share, "this is the probability. Take minus its logarithm."),
            (
                right / math.log(10),
                "this is the logarithm to base 10. Take the natural one, np.log.",
            ),
            (right / math.log(2), "this is the logarithm to base 2. Take the natural one, np.log."),
            (
                -math.log(math.e / (math.e + classes)),
                "beside the right class there is one class less.",
            ),
            (1.461150, "that is the floor for ten classes."),
            (3.64, "that is the loss of the classmate's training below. The floor lies lower."),
            (
                math.log(classes),
                "that is a network that knows nothing. The floor is for a certain and right one.",
            ),
            (
                -math.log(1 / (math.e + classes - 1)),
                "that is certain and wrong. The right class has e over the sum.",
            ),
            (
                math.log(1 + (classes - 1) * math.e) - 1,
                "you turned 0 and 1 around: e belongs to the right class alone.",
            ),
            (0, "that is the floor with logits. The second softmax gets only 0 and 1."),
        ]
        require(
            not isinstance(answer, str),
            f"{classes} classes: give a number, or let Python compute it.",
        )
        for wrong, sentence in known_wrong:
            if _close(answer, wrong) and not _close(answer, right):
                raise CheckFailed(f"{classes} classes: {sentence}")
        require(
            not any(_close(answer, round(right, digits), 1e-6) for digits in (1, 2)),
            f"{classes} classes: nearly. Give three digits after the point, or let Python compute.",
        )
        require(
            _close(answer, right),
            f"{classes} classes: not yet. Take softmax of one 1 and {classes - 1} times 0.",
        )


def _close(value, other, tolerance=6e-4):
    """Whether two numbers agree, to three digits after the point if nothing else is said."""
    try:
        return abs(float(value) - other) < tolerance
    except (TypeError, ValueError):
        return False
