"""What students write in lesson 6's exercises."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from helpers.checks import (
    check_evaluate,
    check_gradient_and_shape,
    check_loss_floor,
    check_MNISTNet,
    check_train_pytorch,
)
from helpers.checks.mistakes import change
from helpers.checks.pytorch_rebuild import evaluate, train_pytorch
from helpers.pytorch_rebuild import MNISTNet
from mistakes import edited, prediction, right, right_answer, wrong, wrong_answer

prediction(check_gradient_and_shape, 12, (32, 10))
right_answer(check_gradient_and_shape, torch.tensor(12.0), torch.Size([32, 10]))
right_answer(check_gradient_and_shape, 12.0, [32, 10])
wrong_answer(check_gradient_and_shape, "still to be filled in", None, None)
wrong_answer(check_gradient_and_shape, "still to be filled in", 12, None)
wrong_answer(check_gradient_and_shape, "gradient: not yet", "twelve", (32, 10))
wrong_answer(check_gradient_and_shape, "shape: not yet", 12, "32 x 10")


# --- MNISTNet ----------------------------------------------------------------------------


@right(check_MNISTNet)
class NetSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
        )
        for part in self.net:
            if isinstance(part, nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
                nn.init.zeros_(part.bias)

    def forward(self, x):
        return self.net(x.view(-1, 784))


@right(check_MNISTNet)
class NetIsSequential(nn.Sequential):
    def __init__(self):
        sizes = [784, 128, 64, 10]
        parts = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
            layer = nn.Linear(n_in, n_out)
            layer.weight.data.normal_(0, math.sqrt(2 / n_in))
            layer.bias.data[:] = 0
            parts += [layer, nn.ReLU(inplace=True)]
        super().__init__(*parts[:-1])


@right(check_MNISTNet)
class NetFunctional(nn.Module):
    def __init__(self, hidden=(128, 64)):
        super(NetFunctional, self).__init__()  # noqa: UP008
        self.fc_in = nn.Linear(28 * 28, hidden[0])
        self.fc_mid = nn.Linear(*hidden)
        self.fc_out = nn.Linear(hidden[1], 10)
        self.apply(self.draw)

    @staticmethod
    def draw(module):
        if type(module) is nn.Linear:
            with torch.no_grad():
                nn.init.kaiming_normal_(module.weight, mode="fan_in")
                module.bias.fill_(0)

    def forward(self, x):
        return self.fc_out(F.relu(self.fc_mid(F.relu(self.fc_in(x.flatten(1))))))


@right(check_MNISTNet)
class NetModuleList(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = 784, 128, 64, 10
        self.layers = nn.ModuleList(nn.Linear(sizes[i], sizes[i + 1]) for i in range(3))
        self.drop = nn.Dropout(0)
        for layer in self.layers:
            torch.nn.init.kaiming_normal_(layer.weight)
            torch.nn.init.constant_(layer.bias, 0.0)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        return self.layers[-1](x)


@right(check_MNISTNet)
class NetByHand(nn.Module):
    def __init__(self):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(128, 784) * (2 / 784) ** 0.5)
        self.W2 = nn.Parameter(torch.randn(64, 128) * (2 / 128) ** 0.5)
        self.W3 = nn.Parameter(torch.randn(10, 64) * (2 / 64) ** 0.5)
        self.b1 = nn.Parameter(torch.zeros(128))
        self.b2 = nn.Parameter(torch.zeros(64))
        self.b3 = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        a1 = torch.maximum(x @ self.W1.T + self.b1, torch.tensor(0.0))
        a2 = (a1 @ self.W2.T + self.b2).relu()
        return a2 @ self.W3.T + self.b3


@right(check_MNISTNet)
class NetByHandInColumns(nn.Module):
    def __init__(self):
        super().__init__()
        self.params = nn.ParameterDict()
        for number, (n_in, n_out) in enumerate([(784, 128), (128, 64), (64, 10)], start=1):
            self.params[f"W{number}"] = nn.Parameter(torch.empty(n_out, n_in))
            nn.init.normal_(self.params[f"W{number}"], std=np.sqrt(2 / n_in))
            self.params[f"b{number}"] = nn.Parameter(torch.zeros(n_out, 1))

    def forward(self, x):
        a = x.T
        for number in (1, 2, 3):
            a = self.params[f"W{number}"] @ a + self.params[f"b{number}"]
            a = torch.relu(a) if number < 3 else a
        return a.T


@right(check_MNISTNet)
class NetFromInputsToOutputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.ParameterList(
            [torch.randn(n, k) * math.sqrt(2 / n) for n, k in ((784, 128), (128, 64), (64, 10))]
        )
        self.b = nn.ParameterList([torch.zeros(1, k) for k in (128, 64, 10)])

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != 784:
            raise ValueError("x must have shape (batch, 784)")
        for i in range(3):
            x = torch.addmm(self.b[i], x, self.w[i])
            if i < 2:
                x = x * (x > 0)
        return x


@wrong(check_MNISTNet, "in the line `hidden = torch.relu(self.first(x))`")
class NetOtherName(MNISTNet):
    def forward(self, x):
        hidden = torch.relu(self.first(x))
        return self.layer3(hidden)


@wrong(check_MNISTNet, "`torch.relu(x)`: what it computes is stored nowhere")
class NetLosesReLU(MNISTNet):
    def forward(self, x):
        x = self.layer1(x)
        torch.relu(x)
        return self.layer3(self.layer2(x))


wrong_answer(check_MNISTNet, "the class itself", MNISTNet())


# --- evaluate ----------------------------------------------------------------------------


@right(check_evaluate)
@torch.no_grad()
def evaluate_by_batches(model, images, labels):
    model.eval()
    num_correct = 0
    for x_batch, y_batch in DataLoader(TensorDataset(images, labels), batch_size=256):
        _, predicted = torch.max(model.forward(x_batch).data, 1)
        num_correct += (predicted == y_batch).sum().item()
    return num_correct / len(labels)


@right(check_evaluate)
def evaluate_image_by_image(model, images, labels):
    was_training = model.training
    model.train(False)
    hits = 0
    with torch.inference_mode():
        for image, label in zip(images, labels, strict=True):
            hits += int(model(image).argmax() == label)
    model.train(was_training)
    return hits / images.shape[0]


# --- train_pytorch -----------------------------------------------------------------------


@right(check_train_pytorch)
def train_own_batches_and_sums(model, images, labels, num_epochs, batch_size, learning_rate):
    m = images.shape[0]
    losses = np.zeros(num_epochs)
    for epoch in range(num_epochs):
        model.train()
        order = np.random.permutation(m)  # noqa: NPY002
        for start in range(0, m, batch_size):
            chosen = order[start : start + batch_size]
            optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
            model.zero_grad()
            loss = F.cross_entropy(model(images[chosen]), labels[chosen], reduction="sum")
            (loss / len(chosen)).backward()
            optimizer.step()
            losses[epoch] += float(loss)
    return losses / m


@right(check_train_pytorch)
def train_by_hand(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(images))
        each = []
        for chosen in order.split(batch_size):
            log_p = torch.log_softmax(model.forward(images[chosen]), dim=1)
            each.append(-log_p[torch.arange(len(chosen)), labels[chosen]])
            slopes = torch.autograd.grad(each[-1].mean(), list(model.parameters()))
            with torch.no_grad():
                for p, slope in zip(model.parameters(), slopes, strict=True):
                    p -= learning_rate * slope
        losses.append(torch.cat(each).mean().item())
    return tuple(losses)


@right(check_train_pytorch)
def train_one_hot_and_device(model, images, labels, num_epochs, batch_size, learning_rate):
    torch.manual_seed(42)
    device = torch.device("cpu")
    model.to(device)
    targets = F.one_hot(labels, 10).float()
    loader = DataLoader(TensorDataset(images, targets), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), learning_rate)
    train_losses = []
    for _ in range(num_epochs):
        model.train()
        running = torch.tensor(0.0)
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = nn.CrossEntropyLoss()(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            running += loss.detach() * x.size(0)
        train_losses.append((running / len(loader.dataset)).item())
        model.eval()
        (model(images).argmax(dim=1) == labels).float().mean()
    return train_losses


@right(check_train_pytorch)
def train_with_closure_and_numpy(model, images, labels, num_epochs, batch_size, learning_rate):
    rng = np.random.default_rng()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    losses = []
    for _ in range(num_epochs):
        order = torch.from_numpy(rng.permutation(len(images)))
        total = 0
        for number in range(math.ceil(len(images) / batch_size)):
            chosen = order[number * batch_size : (number + 1) * batch_size]

            def compute_loss(chosen=chosen):
                for p in model.parameters():
                    p.grad = None
                loss = nn.CrossEntropyLoss()(model(images[chosen]), labels[chosen])
                loss.backward()
                return loss

            total += optimizer.step(compute_loss).item() * len(chosen)
        losses.append(total / len(images))
    return losses


# --- the loss floor ----------------------------------------------------------------------

right_answer(check_loss_floor, -math.log(math.e / (math.e + 1)), math.log(1 + 99 / math.e))
prediction(check_loss_floor, 0.313, 3.622)
right_answer(check_loss_floor, torch.tensor(0.3133), np.float32(3.6222))
wrong_answer(check_loss_floor, "still to be filled in", None, None)
wrong_answer(check_loss_floor, "100 classes: beside", 0.3133, -np.log(np.e / (np.e + 100)))
wrong_answer(check_loss_floor, "100 classes: not yet", 0.3133, 36.6)
wrong_answer(check_loss_floor, "100 classes: not yet", 0.3133, 3.637)
wrong_answer(check_loss_floor, "give a number", "small", "large")


# --- What Python, PyTorch or a general sentence says --------------------------------------

as_list = ("nn.ModuleList(", "list(")
edited(check_MNISTNet, "layers in a plain list", NetModuleList, as_list)
plain = ("nn.Parameter(torch.randn(128, 784)", "(torch.randn(128, 784, requires_grad=True)")
edited(check_MNISTNet, "a plain tensor is not trained", NetByHand, plain)
no_super = [("super().__init__()", "pass"), ("self.drop = nn.Dropout(0)", "pass")]
edited(check_MNISTNet, "super().__init__() has not run", NetModuleList, as_list, *no_super)
BATCHES = "batches = zip(images.split(256), labels.split(256))"
for fragment, mean in (
    ("you average over batches", "mean"),
    ("divide by the number of batches", "sum"),
):
    each = f"each = [(model(x).argmax(dim=1) == y).float().{mean}() for x, y in batches]"
    by_batches = ("predicted = model(images).argmax(dim=1)", f"{BATCHES}; {each}")
    mean_of_all = ("(predicted == labels).float()", "torch.stack(each)")
    edited(check_evaluate, fragment, evaluate, by_batches, mean_of_all)
edited(check_train_pytorch, "you add the gradient", train_by_hand, ("p -=", "p +="))

DRAW = 'kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)'
for fragment, *edits in [
    ("your class has no forward", ("def forward", "def foward")),
    ("In a class, the first argument there is self", ("forward(self, x)", "forward(x)")),
    ("sizes 784-100, 100-64, 64-10", ("784, 128", "784, 100"), ("128, 64", "100, 64")),
    ("nn.Linear(128, 784) is the wrong way round", ("784, 128", "128, 784")),
    ("you turned x over", ("self.layer1(x)", "self.layer1(x.T)")),
    ("you wrote W @ x", ("self.layer1(x)", "self.layer1.weight @ x")),
    ("transpose the weights", ("self.layer1(x)", "x @ self.layer1.weight")),
    ("the logits are turned over", ("self.layer3(hidden)", "self.layer3(hidden).T")),
    ("one long row of the whole batch", ("self.layer1(x)", "self.layer1(x.view(1, -1))")),
    ("one long row of the whole batch", ("self.layer1(x)", "self.layer1(x.flatten())")),
    ("Is a layer used twice", ("self.layer2(hidden)", "self.layer2(self.layer2(hidden))")),
    ("Is a layer used twice, left out", ("self.layer2(hidden)", "hidden")),
    ("784-128 is 0.1, not sqrt(2 / 784) = 0.051", (DRAW, "normal_(layer.weight, std=0.1)")),
    ("super().__init__() has not run", ("super().__init__()", "pass")),
    ("with brackets after super", ("super()", "super")),
    ("Write class MNISTNet(nn.Module)", ("(nn.Module)", "")),
    (
        "Make the layers in __init__, and keep each",
        ("self.layer1 =", "layer1 ="),
        ("self.layer2 =", "layer2 ="),
        ("self.layer3 =", "layer3 ="),
        ("(self.layer1, self.layer2, self.layer3)", "(layer1, layer2, layer3)"),
    ),
    ("forward returns None", ("return self", "self")),
    ("forward returns whole numbers", ("layer3(hidden)", "layer3(hidden).argmax(1)")),
    ("forward returns one number for each image", ("layer3(hidden)", "layer3(hidden).amax(1)")),
    ("forward returns several things", ("layer3(hidden)", "layer3(hidden), hidden")),
    ("something of type list", ("layer3(hidden)", "layer3(hidden).tolist()")),
    ("Leave squeeze() out", ("layer3(hidden)", "layer3(hidden).squeeze()")),
    (
        "after model.eval() forward answers differently",
        ("layer3(hidden)", "layer3(hidden).softmax(int(self.training))"),
    ),
    (
        "no gradient to layer1.weight, layer1.bias, so nothing is learned there",
        ("relu(self.layer1(x))", "relu(self.layer1(x)).detach()"),
    ),
    ("Compute all of forward with PyTorch's", ("self.layer2(hidden)", "self.layer2(hidden).data")),
    (
        "no gradient to layer1.weight, so",
        ("_(layer.bias)", "_(layer.bias)\n        self.layer1.weight.requires_grad = False"),
    ),
    (
        "two calls with the same images answer differently",
        ("self.layer2(hidden)", "self.layer2(torch.dropout(hidden, 0.2, self.training))"),
    ),
    (
        "this network has no BatchNorm1d",
        ("nn.Linear(64, 10)", "nn.Linear(64, 10)\n        self.norm = nn.BatchNorm1d(128)"),
    ),
    (
        "Leave bias=False out",
        ("784, 128", "784, 128, False"),
        ("128, 64", "128, 64, False"),
        ("64, 10", "64, 10, False"),
        ("nn.init.zeros_(layer.bias)", "pass"),
    ),
    ("set it with nn.init.zeros_", ("nn.init.zeros_", "nn.init.kaiming_normal_")),
    ("a layer is no tensor", ("nn.init.zeros_(layer.bias)", "nn.init.zeros_(layer)")),
    ("must stay an nn.Parameter", ("nn.init.zeros_(layer.bias)", "layer.bias = torch.zeros(9)")),
    ("because of its bookkeeping for backward", ("nn.init.zeros_(layer.bias)", "layer.bias *= 0")),
    ("nn.ReLU()(x)", ("torch.relu(self.layer2", "nn.ReLU(self.layer2")),
    ("forward changes its input x", ("self.layer1(x)", "self.layer1(x.mul_(2))")),
    ("torch.relu for np.maximum", ("torch.relu(self.layer2", "np.maximum(0, self.layer2")),
    ("For a whole tensor use torch.relu", ("torch.relu(self.layer2", "max(0, self.layer2")),
    ("forward overwrites numbers", ("layer3(hidden)", "layer3(hidden) + 0 * hidden.add_(1).sum()")),
    ("generator comes from the lesson's version", ("self, generator=None", "self")),
    ("has self. in front", ("self.layer1(x)", "layer1(x)")),
]:
    edited(check_MNISTNet, fragment, MNISTNet, *edits)

for fragment, *edits in [
    ("argmax(dim=1) gives one class an image", ("(predicted == labels)", "(predicted or labels)")),
    ("np.mean takes no tensor", ("(predicted == labels).float().mean()", "np.mean(predicted)")),
    ("Call it, with round brackets: `with torch", ("no_grad()", "no_grad")),
    ("leave them off", ("model.eval()", "model.eval()\n    torch.set_grad_enabled(False)")),
    ("is a pair; argmax(dim=1) gives the classes", ("argmax", "max")),
    ("class numbers already, not one-hot", ("== labels", "== labels.argmax(dim=1)")),
    ("no mean of True and False", (".float()", "")),
    ("you turned the images over", ("model(images)", "model(images.T)")),
    ("returns None", ("return", "share =")),
    (
        "NumPy gets no tensor that remembers",
        ("no_grad", "enable_grad"),
        ("model(images)", "model(images).numpy()"),
    ),
    ("loader comes from the lesson's version", ("model(images)", "model(loader)")),
    ("a batch against all labels", ("model(images)", "model(images[:64])")),
    ("a method, or the model itself", ("model(images)", "model([x for x in model])")),
    ("changes the images or the labels", ("model(images)", "model(images.mul_(2))")),
    ("the accuracy is 0.28273, expected 0.56545", ("return", "return 0.5 *")),
    ("you return a text", ("return ", "return str("), (".item()", ".item())")),
    ("you change the model's weights", ("model(images)", "model.double()(images.double())")),
    ("other numbers than the images", ("model(images)", "model((images - 0.1307) / 0.3081)")),
]:
    edited(check_evaluate, fragment, evaluate, *edits)

STEP, APPEND = "optimizer.step()", "losses.append(loss_sum / len(images))"
CLIP = "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)"
LOADER = "optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)"
SCHEDULE = "schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.7)"
AT_THE_END = f"{APPEND}\n        schedule.step()"
one_hot = "torch.nn.functional.one_hot(y, 10)"
for fragment, *edits in [
    ("no argmax, not one-hot", ("model(x), y", f"model(x), {one_hot}")),
    ("no argmax, not one-hot", ("model(x), y", "model(x).argmax(dim=1), y")),
    ("class numbers as whole numbers", ("model(x), y", "model(x), y.float()")),
    ("whole numbers stand where the logits belong", ("model(x), y", "y, model(x)")),
    ("the optimizer is Adam, not plain SGD", ("SGD", "Adam")),
    ("the optimizer is RMSprop, not plain SGD", ("SGD", "RMSprop")),
    ("SGD with momentum, not plain SGD", ("=learning_rate", "=learning_rate, momentum=0.9")),
    ("SGD with weight decay, not", ("=learning_rate", "=learning_rate, weight_decay=0.01")),
    ("is 0.05, not 0.5", ("=learning_rate", "=0.05")),
    ("is 0.379, then 0.467, not 0.5", (STEP, f"{CLIP}\n            {STEP}")),
    ("is 0.5, then 0.35, not 0.5", (LOADER, f"{LOADER}\n    {SCHEDULE}"), (APPEND, AT_THE_END)),
    ("is 1, 1, not 1, 1, 1, 1", (APPEND, f"{APPEND}\n        if losses[-1] < 0.01: break")),
    (
        "is 2, 2, 2, not 2, 2, 2, 2",
        (
            APPEND,
            f"{APPEND}\n        if [0, *losses][-2:] != sorted(losses[-2:])[::-1] and epoch: break",
        ),
        ("for _ in", "for epoch in"),
    ),
    ("0.143 times the batch's mean loss, not the", ("(model(x), y)", "(model(x), y) / batch_size")),
    ("just before the step that uses it, at position [0]", ("loss_sum = 0", "loss_sum = 0.1")),
    ("sizes is 2, 2, 2, 1, 2, 2, 2, 1, not 7, 7", ("(data, batch_size", "(data, 2")),
    ("has no compile, fit, predict or evaluate", ("model.train()", "model.fit(images, labels)")),
    ("model.parameters(), with the brackets", ("parameters()", "parameters")),
    ("Is the loss made first, and then called", ("CrossEntropyLoss()", "CrossEntropyLoss")),
    ("returns None", ("return losses", "print(losses)")),
    ("Call backward() on the loss itself", ("(model(x), y)", "(model(x), y).item()")),
    ("backward() finds no way from the loss to the weights", ("model(x)", "model(x).detach()")),
    ("Is the loss computed from what the model returns", ("model(x), y", "x, y")),
    ("still holds an earlier batch", ("y)\n", "y) + (loss if loss_sum else 0)\n")),
    (
        "because of its bookkeeping for backward()",
        ("optimizer.step()", "[p.sub_(p.grad) for p in model.parameters()]"),
    ),
    ("for x_batch, y_batch in loader", ("x, y in loader", "x in loader")),
    ("TensorDataset(images, labels)", ("(data, batch_size", "(images, labels")),
    ("Are images and labels paired", ("(data, batch_size", "(images, labels, batch_size")),
    ("Are images and labels paired", ("(data, batch_size", "((images, labels), batch_size")),
    ("Is there a .T? An example is a row here already", ("(images, labels)", "(images.T, labels)")),
    ("not one-hot, and need no argmax", ("(images, labels)", "(images, labels.argmax(axis=0))")),
    ("not one-hot, and need no argmax", ("(images, labels)", "(images, labels.argmax(dim=1))")),
    ("you turned the images over", ("model(x)", "model(x.T)")),
    ("choose_device comes from the lesson's version", ("model(x)", "model.to(choose_device())(x)")),
    ("tqdm comes from the lesson's version", ("range(num_epochs)", "tqdm(range(num_epochs))")),
    ("test_accuracies comes from", ("return losses", "return losses, test_accuracies")),
    ("To train, stay with PyTorch's functions", ("model(x), y", "model(x).numpy(), y")),
    ("This is a function, not what it returns", ("loss.item()", "loss.item")),
    ("a list of tensors of several numbers, not one number", ("/ len(images)", "/ images")),
    ("changes the images or the labels", ("model(x)", "model(images.mul_(2)[: len(x)])")),
]:
    edited(check_train_pytorch, fragment, train_pytorch, *edits)

# Odd ways to the right step.
BACKWARD, ITEM = "loss.backward()", "loss.item()"
LOSS = "loss = loss_function(model(x), y)"
PARTS = "for a, b in zip(x.split(2), y.split(2))"
VALUE = "lambda p: loss_function(torch.func.functional_call(model, p, (x,)), y)"
for edits in (
    [("lr=learning_rate", "lr=learning_rate, maximize=True"), (BACKWARD, "(-loss).backward()")],
    [("lr=learning_rate", "lr=1"), (BACKWARD, "(learning_rate * loss).backward()")],
    [("torch.optim.SGD(", "type('Own', (torch.optim.SGD,), {})(")],
    [
        ("CrossEntropyLoss()", 'CrossEntropyLoss(reduction="sum")'),
        (STEP, f"[p.grad.div_(len(x)) for p in model.parameters()]\n            {STEP}"),
        (f"{ITEM} * len(x)", ITEM),
    ],
    [
        ("CrossEntropyLoss()", 'CrossEntropyLoss(reduction="none")'),
        (BACKWARD, "loss.mean().backward()"),
        (f"{ITEM} * len(x)", "loss.sum().item()"),
    ],
    [
        ("TensorDataset(images, labels)", "StackDataset(images, labels)"),
        ("CrossEntropyLoss", "NLLLoss"),
        ("model(x)", "model(x).log_softmax(dim=1)"),
        ("return losses", "return list(map(np.float32, losses))"),
    ],
    [
        (LOSS, f"parts = [len(a) / len(x) * loss_function(model(a), b) {PARTS}]"),
        (BACKWARD, "[part.backward() for part in parts]"),
        (ITEM, "sum(parts).item()"),
    ],
    [
        (LOSS, f"found = torch.func.grad_and_value({VALUE})(dict(model.named_parameters()))"),
        (BACKWARD, "for name, p in model.named_parameters(): p.grad = found[0][name]"),
        (ITEM, "found[1].item()"),
    ],
):
    right_answer(check_train_pytorch, change(train_pytorch, edits))

WITHOUT, ASK = "with torch.no_grad():\n        predicted", "model(images).argmax(dim=1)"
for edits in (
    [("argmax(dim=1)", "topk(1).indices.squeeze(1)")],
    [
        (ASK, "torch.softmax(model(images.float()), dim=1).numpy().argmax(axis=1)"),
        ("labels).float().mean().item", "labels.numpy()).mean"),
    ],
    [
        (WITHOUT, "model.requires_grad_(False)\n    predicted"),
        (ASK, f"{ASK}; model.requires_grad_()"),
    ],
):
    right_answer(check_evaluate, change(evaluate, edits))
in_double = ("nn.init.zeros_(layer.bias)", "nn.init.zeros_(layer.bias); self.double()")
right_answer(check_MNISTNet, change(MNISTNet, [in_double]))
in_place = [
    ("hidden = torch.relu(self.layer1(x))", "hidden = self.layer1(x); hidden[hidden < 0] = 0"),
    ("torch.relu(self.layer2(hidden))", "self.layer2(hidden).where(self.layer2(hidden) > 0, 0)"),
]
right_answer(check_MNISTNet, change(MNISTNet, in_place))
