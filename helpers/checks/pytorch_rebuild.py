"""Checks of lesson 6's exercises. PyTorch is imported only where a check runs."""

import contextlib
import functools
import inspect
import itertools
import math
import re

import numpy as np

from helpers.activations import softmax
from helpers.checks.advice import SUPER, TORCH_ERRORS
from helpers.checks.compiler import without_compiler
from helpers.checks.probe import (
    CheckFailed,
    advising,
    check,
    compare,
    compare_answer,
    is_unwritten,
    require,
    require_given,
)
from helpers.data import one_hot

_ONE_NUMBER = "Boolean value of Tensor"  # where Python wants one, in PyTorch's words


def call_in_torch(function, *arguments):
    """Call a student's function on these very arguments: it may train a network among them."""
    import torch

    tensors = [argument for argument in arguments if isinstance(argument, torch.Tensor)]
    before = [tensor.clone() for tensor in tensors]
    # The seed makes the verdict the same each time. The student's random numbers go on as before.
    with torch.enable_grad(), torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(6)
        try:
            value = function(*arguments)
        except Exception as error:
            _explain(error)
            raise
        keeps_book = torch.is_grad_enabled()
    require(
        all(map(torch.equal, tensors, before)),
        "it changes the images or the labels that it is given. Begin with copies: images.clone().",
    )
    require(value is not None, "it returns None. Does it end with return?")
    require(
        keeps_book,
        "you switch gradients off and leave them off. Write `with torch.no_grad():`, which ends "
        "by itself.",
    )
    return value


def _once_if_known(watch):
    """Find out once what the right answer and the known mistakes do: they never change."""
    results = {}

    @functools.wraps(watch)
    def run(answer, *arguments):
        if getattr(answer, "__module__", None) not in (__name__, "helpers.pytorch_rebuild"):
            return watch(answer, *arguments)
        key = answer, *(hash(a.tobytes()) if isinstance(a, np.ndarray) else a for a in arguments)
        if key not in results:
            results[key] = watch(answer, *arguments)
        return results[key]

    return run


def _explain(error):
    """Raise `CheckFailed` if PyTorch's words on a beginner's mistake are known."""
    for pattern, sentence in TORCH_ERRORS:
        if match := re.search(pattern, str(error)):
            raise CheckFailed(match.expand(sentence)) from None


def _numpy(tensor):
    import torch

    try:
        return tensor.detach().cpu().double().numpy().copy()
    except RuntimeError:  # inside torch.func.grad, where PyTorch makes no array
        return np.array(torch.func.debug_unwrap(tensor, recurse=True).tolist(), dtype=float)


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
    one_each = "shape: a number for each example would be the class. There are ten logits."
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
            *((answer, one_each) for answer in ((32,), 32, (32, 1))),
            ((32, 64), "shape: that is the second hidden layer. One layer follows."),
            ((32, 128), "shape: that is the first hidden layer. Two layers follow."),
            ((128, 10), "shape: 128 is the first hidden layer. How many examples are there?"),
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
@advising({_ONE_NUMBER: "Python's max and if take one number. For a whole tensor use torch.relu."})
def check_MNISTNet(MNISTNet):
    """Check the network: its layers, its first weights, and the logits of a batch."""
    from torch import nn

    from helpers.pytorch_rebuild import MNISTNet as right

    require(
        not isinstance(MNISTNet, nn.Module),
        "give the class itself, MNISTNet, without brackets behind it.",
    )
    unwritten = [n for n in ("__init__", "forward") if is_unwritten(getattr(MNISTNet, n, None))]
    require(len(unwritten) < 2, "still to be written.")
    require(not unwritten, f"{' '.join(unwritten)} is still to be written.")
    compare(MNISTNet, right, {"in the network that MNISTNet() makes": {}}, run=_describe_network)


@_once_if_known
def _describe_network(MNISTNet):
    """The facts about a network that tell right from wrong."""
    import torch
    from torch import nn

    model = call_in_torch(MNISTNet)
    sentence = "PyTorch does not know this as a network. Write class MNISTNet(nn.Module):."
    require(isinstance(model, nn.Module), sentence)
    require("_parameters" in vars(model), SUPER)
    weights, biases = _find_layers(model)
    spreads = {
        "the standard deviation of the first weights of layer {}-{}".format(*sizes): (
            _describe_spread(_numpy(weight), *sizes)
        )
        for weight, sizes in zip(weights, LAYERS, strict=True)
    }
    are_zero = not any(bias.any() for bias in biases)
    with torch.no_grad():
        for parameter, numbers in zip(weights + biases, _known_numbers(), strict=True):
            shape = parameter.shape
            # A bias may be a row or a column, a weight may be turned over.
            parameter.copy_(numbers.t() if shape == numbers.t().shape else numbers.reshape(shape))
    numbers = _ask_for_logits(model)
    facts = {"the result of layer 1, ReLU, layer 2, ReLU, layer 3": numbers} | spreads
    return facts | {"the start of each bias": "0" if are_zero else "another number"}


@functools.cache
def _known_numbers():
    """Three weights and three biases, large enough to tell one network from another."""
    import torch

    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((k, n)) * math.sqrt(2 / n) for n, k in LAYERS]
    weights[0] *= 4  # so that some hidden values exceed 6, where ReLU6 ends
    biases = [rng.standard_normal(k) * math.sqrt(2 / k) for _, k in LAYERS]
    return [torch.from_numpy(numbers) for numbers in weights + biases]


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
        own = {id(part) for part in (*model.modules(), *parameters)}
        require(
            not any(isinstance(p, (nn.Module, nn.Parameter)) and id(p) not in own for p in parts),
            "PyTorch does not find layers in a plain list. Give each a name of its own "
            "(self.layer1 = ...), or use nn.ModuleList.",
        )
        require(
            not any(isinstance(h, torch.Tensor) and id(h) not in own for h in held + parts),
            "a plain tensor is not trained. Use nn.Linear, or wrap it in nn.Parameter.",
        )
        sentence = "PyTorch finds no weights. Make the layers in __init__, and keep each, as in "
        require(parameters, sentence + "self.layer1 = nn.Linear(...).")
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
    sizes = ", ".join(str(p.numel()) for p in biases)
    require(sizes == "128, 64, 10", f"your biases have the sizes {sizes}, expected 128, 64, 10.")
    return weights, biases


def _ask_for_logits(model):
    """The network's logits for a batch, after a look at all that can be wrong with their shape."""
    import torch

    x = torch.from_numpy(np.random.default_rng(1).random((BATCH, 784)))
    x = x.to(next(model.parameters()))  # its number type and device
    logits = _ask(model.train(), x)
    shape = tuple(logits.shape)
    sentence = "the logits are turned over: forward returns (10, batch), expected (batch, 10)."
    require(shape != (10, BATCH), sentence)
    sentence = "forward returns whole numbers, as argmax does. Return the ten logits."
    require(logits.is_floating_point(), sentence)
    require(
        shape not in ((BATCH,), (BATCH, 1)),
        "forward returns one number for each image. Return all ten logits.",
    )
    require(shape == (BATCH, 10), f"forward returns the shape {shape}, expected {(BATCH, 10)}.")
    require(
        torch.allclose(_ask(model, x), logits, rtol=1e-4, atol=1e-4),
        "two calls with the same images answer differently. Leave out dropout, and whatever else "
        "is random.",
    )
    require(
        torch.allclose(_ask(model.eval(), x), logits, rtol=1e-4, atol=1e-4),
        "after model.eval() forward answers differently. This network does the same in both modes: "
        "return the logits, and use no dropout.",
    )
    w1, w2, w3, b1, b2, b3 = _known_numbers()
    right = torch.relu(torch.relu(x.cpu().double() @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    if np.allclose(_numpy(logits), right, rtol=1e-4, atol=1e-4):
        _check_gradients(model, logits)
    single = tuple(_ask(model, x[:1]).shape)
    sentence = f"a batch of one image gives the shape {single}, expected (1, 10). "
    require(single == (1, 10), sentence + "Leave squeeze() out.")
    return _numpy(logits).astype(np.float32)  # as exact as most networks compute


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


def _ask(model, x):
    """The model's answer to the images x, a tensor."""
    import torch

    before = x.clone()
    try:
        answer = model(x)
    except Exception as error:
        if sentence := _explain_forward(str(error), len(x)):
            raise CheckFailed(sentence) from None
        _explain(error)
        raise
    require(torch.equal(x, before), "forward changes its input x. Make a new tensor.")
    require(answer is not None, "forward returns None. Does it end with return?")
    require(not isinstance(answer, tuple), "forward returns several things: return the logits.")
    require(
        isinstance(answer, torch.Tensor),
        f"forward returns something of type {type(answer).__name__}. Return the logits, a tensor.",
    )
    return answer


def _explain_forward(text, batch):
    """Say what two shapes that do not fit tell about forward, or return None."""
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


# What the first weights can be drawn with: the variance for a layer's inputs n and outputs k.
VARIANCES = {
    "sqrt(2 / {n})": lambda n, k: 2 / n,
    "sqrt(1 / {n})": lambda n, k: 1 / n,
    "sqrt(1 / (3 * {n}))": lambda n, k: 1 / (3 * n),
    "sqrt(2 / {k})": lambda n, k: 2 / k,
    "sqrt(2 / ({n} + {k}))": lambda n, k: 2 / (n + k),
    "2 / {n}": lambda n, k: (2 / n) ** 2,
    "about 1": lambda n, k: 1,
    "about 0.01": lambda n, k: 0.01**2,
}


def _describe_spread(weights, n, k):
    """The standard deviation of a layer's first weights, in words."""
    std = weights.std()
    if std == 0:
        return "0: all are equal"
    if weights.min() >= 0:
        return "that of numbers of which none is negative"
    # A uniform distribution ends there, and of normal numbers one in twenty lies outside.
    kind = ", uniform" if np.abs(weights).max() < 2 * std else ""
    for formula, variance in VARIANCES.items():
        value = math.sqrt(variance(n, k))
        # 6.5 standard errors: a right network is refused less than once in 10 ** 10.
        spread_fits = abs((std / value) ** 2 - 1) < 6.5 * math.sqrt(2 / weights.size)
        mean_fits = abs(weights.mean()) < 6.5 * value / math.sqrt(weights.size)
        if spread_fits and mean_fits:
            return formula.format(n=n, k=k) + f" = {value:.3f}{kind}" * ("{" in formula)
    return f"{std:.2g}{kind}"


# --- A model that writes down what it is asked --------------------------------------------


@functools.cache
def watched_class():
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
            if not isinstance(x, torch.Tensor):
                raise CheckFailed(
                    f"you gave the model a {type(x).__name__}, expected a tensor. With a "
                    "DataLoader, write for x_batch, y_batch in loader, and give it x_batch."
                )
            if x.ndim == 2 and x.shape[0] == 784:
                raise CheckFailed(
                    "you turned the images over. A model wants them as (batch, 784), one row for "
                    "each example. Leave .T out."
                )
            if x.ndim not in (1, 2) or x.shape[-1] != 784:
                raise CheckFailed(
                    f"you gave the model images of shape {tuple(x.shape)}, expected (batch, 784)."
                )
            logits = self.layer(x)
            call = {
                "images": _numpy(x).reshape(-1, 784),
                "size": x.numel() // 784,
                "training": self.training,
                "grad": logits.requires_grad,
                "slope": None,  # of the loss by the logits, if backward() comes by
            }
            self.calls.append(call)
            if logits.requires_grad:
                call["logits"] = _numpy(logits)
                call["weights"] = self.numbers()
                logits.register_hook(lambda slope: call.update(slope=_numpy(slope)))
            return logits

        def numbers(self):
            """All weights and biases, as one array."""
            return np.concatenate([_numpy(p).ravel() for p in self.parameters()])

    return Watched


# --- 6.C ---------------------------------------------------------------------------------


def evaluate(model, images, labels):
    import torch

    model.eval()
    with torch.no_grad():
        predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


@check(
    "6.5",
    "Switch to evaluation mode, take the largest logit of each row, compare with the labels.",
    "model(images).argmax(dim=1) == labels is True or False for each image; .float().mean() is "
    "the share, and .item() makes a plain number of it.",
)
@advising(
    {_ONE_NUMBER: "Python's if and max take one number. argmax(dim=1) gives one class an image."}
)
def check_evaluate(function):
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
    cases = {
        "with 1,100 images": {"scores": scores, "labels": labels},
        "with one image": {"scores": np.arange(10.0)[None], "labels": np.array([9])},
    }
    cuts = []  # the size of the student's batches, if there are several

    def run(evaluate, scores, labels):
        facts, size = _watch_evaluate(evaluate, scores, labels, cuts[0] if cuts else 256)
        cuts.append(size if 0 < size < len(labels) else 256)
        return facts

    compare(function, evaluate, cases, run=run)


@_once_if_known
def _watch_evaluate(evaluate, scores, labels, cut):
    """The facts about a call with a model that gives these scores, and the first batch's size."""
    import torch

    # Ten pixels hold the scores, and the weights pass them on exactly.
    images = np.zeros((len(scores), 784), dtype=np.float32)
    images[:, 100:110] = scores
    weight = np.zeros((10, 784))
    weight[:, 100:110] = np.eye(10)
    model = watched_class()(weight, np.zeros(10))
    model.cut = cut  # for the known mistakes that cut batches
    before = model.numbers()
    accuracy = call_in_torch(evaluate, model, torch.from_numpy(images), torch.from_numpy(labels))
    calls, asked = model.calls, sum(call["size"] for call in model.calls)
    is_same = np.array_equal(before, model.numbers())
    is_same = is_same and all(p.dtype == torch.float32 for p in model.parameters())
    is_frozen = not all(p.requires_grad for p in model.parameters())
    facts = {
        "the given model": "asked" if calls else "never asked",
        "its mode": "training" if any(call["training"] for call in calls) else "evaluation",
        "what becomes of the weights": "they are frozen" if is_frozen else "nothing",
        "the bookkeeping for backward()": "on" if any(call["grad"] for call in calls) else "off",
        "each weight": "as before" if is_same else "changed",
        "what the model gets": _describe_images(calls, images),
        "the part of the images that you ask about": "a part" if asked < len(labels) else "all",
        "what you return": _describe_number(accuracy),
        "the accuracy": _as_float(accuracy),
    }
    return facts, calls[0]["size"] if calls else 0


def _describe_images(calls, images):
    """Whether each image that a model gets is one of those that are given."""
    given = {row.tobytes() for row in images}
    rows = itertools.chain(*(call["images"].astype(np.float32) for call in calls))
    is_given = all(row.tobytes() in given for row in rows)
    return "the images as they are" if is_given else "other numbers than those of the images"


def _describe_number(value):
    """Whether a value is one number, or what it is else."""
    import torch

    if isinstance(value, torch.Tensor):
        return "a tensor" if value.numel() == 1 else "a tensor of several numbers"
    if isinstance(value, (tuple, list)):
        return "several values"
    if inspect.isroutine(value):
        return "a function"
    return "one number" if math.isfinite(_as_float(value)) else f"a {type(value).__name__}"


def _as_float(value):
    """A number that a student returns, without what float32 leaves open, or infinity."""
    try:
        return math.inf if isinstance(value, str) else round(float(value), 5)
    except (TypeError, ValueError, RuntimeError):
        return math.inf


# --- 6.D ---------------------------------------------------------------------------------


def train_pytorch(model, images, labels, num_epochs, batch_size, learning_rate):
    import torch

    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True)
    loss_function = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        loss_sum = 0
        for x, y in loader:
            loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(x)
        losses.append(loss_sum / len(images))
    return losses


@check(
    "6.5",
    "For each batch: loss, zero_grad(), backward(), step(). For each epoch: one mean loss.",
    "Add up loss.item() * len(x_batch) over the batches of an epoch, and divide by the number of "
    "images. DataLoader(TensorDataset(images, labels), batch_size, shuffle=True) makes batches.",
)
@advising(
    {
        _ONE_NUMBER: "Is the loss made first, and then called, as in "
        "nn.CrossEntropyLoss()(logits, labels)? Or does an if or max, which takes one number, get "
        "a whole tensor?"
    }
)
def check_train_pytorch(function):
    """Check a training with plain SGD: in one batch an epoch, then in several."""
    rng = np.random.default_rng(7)
    images = np.zeros((10, 784), dtype=np.float32)
    images[:, 200:212] = rng.random((10, 12))
    # Alike but for a mark on each: here the order changes no number.
    alike = np.tile(images[0], (10, 1))
    alike[:, :10] = 0.001 * np.eye(10)
    labels = np.array([3, 0, 7, 3, 5, 1, 7, 0, 5, 9])
    two = alike[:2], labels[:2]
    cases = {
        "with 7 images in one batch": (images[:7], labels[:7], 2, 7, 0.5),
        "with 10 images that are alike, in batches of 4": (alike, np.full(10, 3), 3, 4, 0.2),
        "with 10 images in batches of 4": (images, labels, 3, 4, 0.2),
        # Reasons that some have to stop early: the loss is nearly 0, or it rises.
        "with one image and 12 epochs": (images[:1], labels[:1], 12, 1, 2.0),
        "with two images that differ in their labels alone, and 12 epochs": (*two, 12, 2, 8.0),
    }
    names = ("images", "labels", "num_epochs", "batch_size", "learning_rate")
    cases = {phrase: dict(zip(names, case, strict=True)) for phrase, case in cases.items()}
    with without_compiler():
        compare(function, train_pytorch, cases, run=_watch_training)


@_once_if_known
def _watch_training(train_pytorch, images, labels, num_epochs, batch_size, learning_rate):
    """The facts about one training of a small model. No number depends on the images' order."""
    import torch

    m = len(images)
    rng = np.random.default_rng(7)
    weight = np.zeros((10, 784))
    weight[:, 200:212] = 1.5 * rng.standard_normal((10, 12))
    model = watched_class()(weight, 0.5 * rng.standard_normal(10))
    model.eval()
    start = model.numbers()
    with _watched_steps(model) as events:
        data = torch.from_numpy(images), torch.from_numpy(labels)
        result = call_in_torch(train_pytorch, model, *data, num_epochs, batch_size, learning_rate)
    trained = [call for call in model.calls if call["slope"] is not None]
    if not trained:
        asked = "asked, but no gradient comes back" if model.calls else "never asked"
        return {"the given model": asked}
    expected = [min(batch_size, m - i) for i in range(0, m, batch_size)] * num_epochs
    trained = _join_parts(trained, expected)
    sizes = [call["size"] for call in trained]
    modes = dict.fromkeys("training" if call["training"] else "evaluation" for call in trained)
    more = f", ... ({len(sizes)} in all)" if len(sizes) > 9 else ""
    facts = {
        "the given model": "trained",
        "its mode": ", then ".join(modes),
        "the start": "as given" if np.allclose(trained[0]["weights"], start) else "changed",
        "what the model gets": _describe_images(trained, images),
        "the list of batch sizes": ", ".join(map(str, sizes[:9])) + more,
    }
    if sizes != expected:
        return facts
    is_fixed = m == batch_size or np.ptp(labels) == 0  # the order changes no number
    for call in trained:
        call["rows"] = [np.abs(images - row).sum(axis=1).argmin() for row in call["images"]]
        call["labels"] = labels[call["rows"]]
    weights = [call["weights"] for call in trained] + [model.numbers()]
    _forgive_other_ways(trained, weights, learning_rate)
    facts |= _describe_order(trained, num_epochs, m) | _describe_slope(trained, is_fixed)
    facts |= _describe_steps(weights, trained, events, learning_rate, is_fixed)
    if m > batch_size:
        facts |= _describe_losses(result, trained, num_epochs, is_fixed)
    return facts


def _join_parts(trained, sizes):
    """Take the calls between two steps for one batch, if batches of these sizes come of it."""
    steps = [[*s] for _, s in itertools.groupby(trained, lambda call: call["weights"].tobytes())]
    if [sum(call["size"] for call in step) for step in steps] != sizes:
        return trained
    arrays = ("images", "logits", "slope")
    return [
        step[0] | {"size": size} | {a: np.concatenate([call[a] for call in step]) for a in arrays}
        for step, size in zip(steps, sizes, strict=True)
    ]


@contextlib.contextmanager
def _watched_steps(model):
    """Give a list, in which backward() and step() write themselves down."""
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    events = []  # pairs of a word and the optimizer

    def at_step(optimizer, *_):
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        own = [p for p in model.parameters() if id(p) in held]
        has_gradient = any(p.grad is not None and p.grad.any() for p in own)
        kind = "" if has_gradient else " without a gradient" if own else " of another model"
        events.append((f"step(){kind}", optimizer))

    model.layer.weight.register_hook(lambda _: events.append(("backward()", None)))
    handle = register_optimizer_step_pre_hook(at_step)
    try:
        yield events
    finally:
        handle.remove()


def _describe_order(trained, num_epochs, m):
    """Facts about the images of each epoch."""
    order = np.array([row for call in trained for row in call["rows"]]).reshape(num_epochs, m)
    is_complete = (np.sort(order, axis=1) == np.arange(m)).all()
    facts = {"the number of times that an image comes": "1" if is_complete else "more or less"}
    if len(trained) > num_epochs:
        is_given, is_same = (order == np.arange(m)).all(), (order == order[0]).all()
        words = "as given" if is_given else "the same each time" if is_same else "new each time"
        facts["the order of the images"] = words
    return facts


def _describe_slope(trained, is_fixed):
    """Facts about the loss that backward() runs on, by its slope by the logits of all batches."""
    slopes, probabilities, one_hots, m = _stacked(trained)
    right = (probabilities - one_hots) / m
    factor = (slopes * right).sum() / (right**2).sum()
    is_multiple = np.allclose(slopes, factor * right, rtol=1e-3, atol=1e-6)
    words = f"{factor:.3g} times the batch's mean loss" if is_multiple else "another loss"
    # With another label the slope lacks its 1 elsewhere.
    implied = probabilities - m * slopes
    are_others = not is_multiple and np.allclose(np.sort(implied), [0] * 9 + [1], atol=1e-3)
    facts = {
        "the label of each image": "that of another" if are_others else "its own",
        "what backward() runs on": words.removeprefix("1 times "),
    }
    if is_fixed:
        in_order = np.argsort(trained[0]["rows"])
        facts["the slope of the loss by the logits"] = trained[0]["slope"][in_order].astype(
            np.float32
        )
    return facts


def _forgive_other_ways(trained, weights, learning_rate):
    """Where the steps are right, take the slopes for right: two factors can make up for another."""
    for call in trained:
        probabilities = softmax(call["logits"].T).T
        call["right"] = (probabilities - one_hot(call["labels"]).T) / call["size"]
    if _follows(weights, [_gradient(c["right"], c["images"]) for c in trained], learning_rate):
        for call in trained:
            call["slope"] = call["right"]


def _gradient(slope, images):
    """That of all weights and biases, as one array, from the loss's slope by the logits."""
    return np.concatenate([(slope.T @ images).ravel(), slope.sum(axis=0)])


def _follows(weights, gradients, learning_rate):
    plain = weights[0] - learning_rate * np.cumsum(gradients, axis=0)
    return np.allclose(weights[1:], plain, rtol=1e-4, atol=1e-5)


def _stacked(trained):
    """Slopes, probabilities, labels and batch size for the images of all batches, a row each."""
    slopes, logits, labels = (
        np.concatenate([call[key] for call in trained]) for key in ("slope", "logits", "labels")
    )
    sizes = np.concatenate([np.full(len(call["rows"]), len(call["rows"])) for call in trained])
    return slopes, softmax(logits.T).T, one_hot(labels).T, sizes[:, np.newaxis]


def _describe_steps(weights, trained, events, learning_rate, is_fixed):
    """Facts about the weights: at the start, and after each step."""
    gradients = [_gradient(call["slope"], call["images"]) for call in trained]
    is_plain = _follows(weights, gradients, learning_rate)
    optimizer = next((optimizer for _, optimizer in events if optimizer), None)
    is_known = optimizer is None or is_plain  # what a right one is called does not matter
    facts = {"the optimizer": "plain SGD" if is_known else _describe_optimizer(optimizer)}
    if np.allclose(weights[0], weights[-1], rtol=1e-5, atol=1e-7):
        facts["the sequence of calls"] = ", ".join(words for words, _ in events)
    steps = zip(-np.diff(weights, axis=0), gradients, strict=True)
    rates = [_divide(step, gradient) for step, gradient in steps if np.abs(gradient).max() > 1e-3]
    facts["each step, divided by the gradient of the loss,"] = ", then ".join(dict.fromkeys(rates))
    if is_fixed:
        used = np.flatnonzero(weights[0])  # the other weights belong to pixels that are 0
        facts["each weight after each step"] = np.array(weights)[:, used].astype(np.float32)
    return facts | {"each step": f"{'' if is_plain else 'not '}weight - learning_rate * gradient"}


def _divide(step, gradient):
    factor = step @ gradient / (gradient @ gradient)
    is_along = np.allclose(step, factor * gradient, rtol=1e-2, atol=1e-5)
    return f"{factor:.3g}" if is_along else "no number, for it goes another way"


def _describe_optimizer(optimizer):
    options = [o for o in ("momentum", "weight_decay") if optimizer.param_groups[0].get(o)]
    if type(optimizer).__name__ == "SGD" and not options:
        return "plain SGD"
    return " with ".join([type(optimizer).__name__, *options]).replace("_", " ")


def _describe_losses(result, trained, num_epochs, is_fixed):
    """Facts about what the training returns."""
    import torch

    entries = list(result) if np.iterable(result) else [result]
    words = expected = "one number for each epoch"
    if isinstance(result, torch.nn.Module):
        words = "the model"
    elif isinstance(result, (float, int)) or getattr(result, "ndim", None) == 0:
        words = "one number"
    elif tensors := [entry for entry in entries if isinstance(entry, torch.Tensor)]:
        words = "a list of tensors" + " of several numbers" * (tensors[0].numel() > 1)
    elif any(map(np.iterable, entries)):
        words = "several lists"
    elif len(entries) != num_epochs:
        words = "one number for each batch" * (len(entries) == len(trained))
        words = words or f"{len(entries)} numbers"
    facts = {"what you return": words}
    if words != expected:
        return facts
    losses = np.array(entries, dtype=np.float32)
    is_rounded = any(np.allclose(losses, losses.round(n), rtol=0, atol=1e-6) for n in (1, 2, 3, 4))
    _, probabilities, one_hots, _ = _stacked(trained)
    image_losses = -np.log((probabilities * one_hots).sum(axis=1))
    means = image_losses.reshape(num_epochs, -1).mean(axis=1)
    is_right = np.allclose(losses, means, rtol=1e-5, atol=1e-6)
    facts["a loss"] = "rounded" if is_rounded else "exact"
    if is_fixed:
        facts["the mean loss, with each as computed just before the step that uses it,"] = losses
    words = "the mean over the images of its epoch"
    return facts | {"each loss": words if is_right else "another number"}


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
        start, floor = f"{classes} classes:", round(right, 3)
        nearly = "nearly. Give three digits after the point, or let Python compute."
        known_wrong = [
            (-right, "the minus is missing. A loss is not negative."),
            (1 / math.exp(right), "this is the probability. Take minus its logarithm."),
            (math.log10(math.exp(right)), "this is the logarithm to base 10. Take np.log."),
            (math.log2(math.exp(right)), "this is the logarithm to base 2. Take np.log."),
            (math.log(1 + classes / math.e), "beside the right class there is one class less."),
            (1.461150, "that is the floor for ten classes."),
            (3.64, "that is the loss of the classmate's training below. The floor lies lower."),
            (
                math.log(classes),
                "that is a network that knows nothing. The floor is for a certain and right one.",
            ),
            (right + 1, "that is certain and wrong. The right class has e over the sum."),
            (
                math.log(1 + (classes - 1) * math.e) - 1,
                "you turned 0 and 1 around: e belongs to the right class alone.",
            ),
            (0, "that is the floor with logits. The second softmax gets only 0 and 1."),
            (round(right, 1), nearly),
            (round(right, 2), nearly),
        ]
        try:
            number = round(float(answer), 3)
        except (TypeError, ValueError):
            raise CheckFailed(f"{start} give a number, or let Python compute it.") from None
        rounded = [(round(value, 3), f"{start} {words}") for value, words in known_wrong]
        compare_answer(
            number,
            floor,
            [pair for pair in rounded if pair[0] != floor],  # turned around, 2 classes stay alike
            f"{start} not yet. Take softmax of one 1 and {classes - 1} times 0.",
        )
