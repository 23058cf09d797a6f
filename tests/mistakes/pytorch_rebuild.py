"""What students write in lesson 6's exercises."""

import copy
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
from mistakes import right, right_answer, wrong, wrong_answer

right_answer(check_gradient_and_shape, 12, (32, 10))
right_answer(check_gradient_and_shape, torch.tensor(12.0), torch.Size([32, 10]))
right_answer(check_gradient_and_shape, 12.0, [32, 10])
wrong_answer(check_gradient_and_shape, "still to be filled in", None, None)
wrong_answer(check_gradient_and_shape, "still to be filled in", 12, None)
wrong_answer(check_gradient_and_shape, "adds to the gradient", 6, (32, 10))
wrong_answer(check_gradient_and_shape, "that is the loss.", 9, (32, 10))
wrong_answer(check_gradient_and_shape, "does not multiply", 36, (32, 10))
wrong_answer(check_gradient_and_shape, "Nobody called zero_grad", 0, (32, 10))
wrong_answer(check_gradient_and_shape, "gradient: not yet", "twelve", (32, 10))
wrong_answer(check_gradient_and_shape, "the 32 comes first", 12, (10, 32))
wrong_answer(check_gradient_and_shape, "what goes in", 12, (32, 784))
wrong_answer(check_gradient_and_shape, "would be the class", 12, (32,))
wrong_answer(check_gradient_and_shape, "would be the class", 12, 32)
wrong_answer(check_gradient_and_shape, "There are 32", 12, (10,))
wrong_answer(check_gradient_and_shape, "shape: not yet", 12, "32 x 10")


# --- MNISTNet ----------------------------------------------------------------------------


class Start(nn.Module):
    """Layers and first weights as they should be, for mistakes in forward."""

    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)
        for layer in (self.layer1, self.layer2, self.layer3):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)


class Logits(nn.Module):
    """A forward as it should be, for mistakes in __init__."""

    def forward(self, x):
        hidden = torch.relu(self.layer1(x))
        hidden = torch.relu(self.layer2(hidden))
        return self.layer3(hidden)


@right(check_MNISTNet)
class NetPlain(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        x = self.layer3(x)
        return x


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
class NetMasksInPlace(Start):
    def forward(self, x):
        z1 = self.layer1(x)
        z1[z1 < 0] = 0
        z2 = self.layer2(z1)
        return self.layer3(torch.where(z2 > 0, z2, torch.zeros_like(z2)))


@right(check_MNISTNet)
class NetInDouble(NetPlain):
    def __init__(self, generator=None):
        super().__init__()
        self.double()


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


@wrong(check_MNISTNet, "still to be written")
class NetUnwritten(nn.Module):
    """The network."""

    def __init__(self): ...

    def forward(self, x):
        """Logits for a batch."""
        ...


@wrong(check_MNISTNet, "forward is still to be written")
class NetWithoutForward(Start):
    def forward(self, x):
        """Logits for a batch."""
        ...


@wrong(check_MNISTNet, "your class has no forward")
class NetForwardMisspelt(Start):
    def foward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "ends with a softmax. CrossEntropyLoss has one inside")
class NetSoftmax(Start):
    def forward(self, x):
        x = F.relu(self.layer1(x))
        x = F.relu(self.layer2(x))
        return F.softmax(self.layer3(x), dim=1)


@wrong(check_MNISTNet, "ends with log_softmax")
class NetLogSoftmax(Start):
    def forward(self, x):
        x = F.relu(self.layer1(x))
        x = F.relu(self.layer2(x))
        return nn.LogSoftmax(dim=-1)(self.layer3(x))


@wrong(check_MNISTNet, "over the batch at that")
class NetSoftmaxOverTheBatch(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        return torch.softmax(self.layer3(x), dim=0)


@wrong(check_MNISTNet, "a ReLU follows layer 3")
class NetReluAtTheEnd(Start):
    def forward(self, x):
        for layer in (self.layer1, self.layer2, self.layer3):
            x = torch.relu(layer(x))
        return x


@wrong(check_MNISTNet, "there is no ReLU")
class NetWithoutRelu(Start):
    def forward(self, x):
        return self.layer3(self.layer2(self.layer1(x)))


@wrong(check_MNISTNet, "the ReLU after layer 2 is missing")
class NetOneRelu(Start):
    def forward(self, x):
        hidden = torch.relu(self.layer1(x))
        return self.layer3(self.layer2(hidden))


@wrong(check_MNISTNet, "the ReLU after layer 1 is missing")
class NetReluAfterTwo(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(self.layer1(x))))


@wrong(check_MNISTNet, "you used the sigmoid between the layers")
class NetSigmoid(Start):
    def forward(self, x):
        x = torch.sigmoid(self.layer1(x))
        x = torch.sigmoid(self.layer2(x))
        return self.layer3(x)


@wrong(check_MNISTNet, "you used tanh between the layers")
class NetTanh(Start):
    def forward(self, x):
        return self.layer3(torch.tanh(self.layer2(torch.tanh(self.layer1(x)))))


@wrong(check_MNISTNet, "you used a leaky ReLU between the layers")
class NetLeaky(Start):
    def forward(self, x):
        act = nn.LeakyReLU()
        return self.layer3(act(self.layer2(act(self.layer1(x)))))


@wrong(check_MNISTNet, "you used softmax between the layers")
class NetSoftmaxBetween(Start):
    def forward(self, x):
        return self.layer3(self.layer2(self.layer1(x).softmax(1)).softmax(1))


@wrong(check_MNISTNet, "ends with a softmax")
class NetSigmoidAndSoftmax(Start):
    def forward(self, x):
        x = torch.sigmoid(self.layer1(x))
        x = torch.sigmoid(self.layer2(x))
        return torch.softmax(self.layer3(x), dim=1)


@wrong(check_MNISTNet, "Do not divide them by 255")
class NetDivides(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x / 255)))))


@wrong(check_MNISTNet, "your layers have the sizes 784-100, 100-10")
class NetOtherSizes(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 100)
        self.layer2 = nn.Linear(100, 10)


@wrong(check_MNISTNet, "your layers have the sizes 784-128, 128-10")
class NetLayerMissing(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 10)


@wrong(check_MNISTNet, "nn.Linear(128, 784) is the wrong way round")
class NetSwapped(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(128, 784)
        self.layer2 = nn.Linear(64, 128)
        self.layer3 = nn.Linear(10, 64)


@wrong(check_MNISTNet, "you turned x over")
class NetTransposesInput(Start):
    def forward(self, x):
        hidden = torch.relu(self.layer1(x.T))
        hidden = torch.relu(self.layer2(hidden))
        return self.layer3(hidden)


@wrong(check_MNISTNet, "you turned x over")
class NetReshapes(Start):
    def forward(self, x):
        x = x.reshape(784, -1)
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "you wrote W @ x")
class NetColumns(Start):
    def forward(self, x):
        z1 = self.layer1.weight @ x + self.layer1.bias[:, None]
        z2 = self.layer2.weight @ torch.relu(z1) + self.layer2.bias[:, None]
        return self.layer3.weight @ torch.relu(z2) + self.layer3.bias[:, None]


@wrong(check_MNISTNet, "transpose the weights")
class NetWithoutTranspose(NetByHand):
    def forward(self, x):
        a1 = torch.relu(x @ self.W1 + self.b1)
        a2 = torch.relu(a1 @ self.W2 + self.b2)
        return a2 @ self.W3 + self.b3


@wrong(check_MNISTNet, "the logits are turned over")
class NetTransposesOutput(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x))))).T


@wrong(check_MNISTNet, "one long row of the whole batch")
class NetFlattens(Start):
    def forward(self, x):
        x = x.view(1, -1)
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "one long row of the whole batch")
class NetFlattensEverything(Start):
    def forward(self, x):
        x = torch.flatten(x)
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "Is a layer used twice")
class NetLayerTwice(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        x = torch.relu(self.layer2(x))
        return self.layer3(x)


@wrong(check_MNISTNet, "Is a layer used twice, left out")
class NetLayerLeftOut(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer1(x)))


@wrong(check_MNISTNet, "you left the first weights as PyTorch draws them")
class NetDefaultStart(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)


@wrong(check_MNISTNet, "in layer 64-10: you left the first weights as PyTorch")
class NetLastLayerForgotten(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)
        for layer in (self.layer1, self.layer2):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)


def other_start(draw):
    """A network whose weights are drawn by this function, its biases 0."""

    def make(cls):
        def __init__(self):
            nn.Module.__init__(self)
            self.layer1 = nn.Linear(784, 128)
            self.layer2 = nn.Linear(128, 64)
            self.layer3 = nn.Linear(64, 10)
            for layer in (self.layer1, self.layer2, self.layer3):
                draw(layer.weight)
                nn.init.zeros_(layer.bias)

        cls.__init__ = __init__
        return cls

    return make


@wrong(check_MNISTNet, "drew the weights with kaiming_uniform_")
@other_start(lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"))
class NetKaimingUniform(Logits):
    pass


@wrong(check_MNISTNet, "MNISTNet: you drew the weights as Xavier does")
@other_start(nn.init.xavier_normal_)
class NetXavier(Logits):
    pass


@wrong(check_MNISTNet, "as Xavier does")
@other_start(nn.init.xavier_uniform_)
class NetXavierUniform(Logits):
    pass


@wrong(check_MNISTNet, "you took the number of outputs")
@other_start(lambda w: nn.init.kaiming_normal_(w, mode="fan_out"))
class NetFanOut(Logits):
    pass


@wrong(check_MNISTNet, "1 over the number of inputs")
@other_start(lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear"))
class NetLinearGain(Logits):
    pass


@wrong(check_MNISTNet, "the factor sqrt(2 / fan_in) is missing")
@other_start(nn.init.normal_)
class NetVarianceOne(Logits):
    pass


@wrong(check_MNISTNet, "Take its square root")
@other_start(lambda w: nn.init.normal_(w, 0, 2 / w.shape[1]))
class NetVarianceForStd(Logits):
    pass


@wrong(check_MNISTNet, "the same standard deviation, 0.01")
@other_start(lambda w: nn.init.normal_(w, std=0.01))
class NetSmallStart(Logits):
    pass


@wrong(check_MNISTNet, "all weights are equal at the start")
@other_start(nn.init.zeros_)
class NetZeroStart(Logits):
    pass


@wrong(check_MNISTNet, "no weight is negative")
@other_start(lambda w: w.data.copy_(torch.rand(w.shape) * math.sqrt(2 / w.shape[1])))
class NetRandStart(Logits):
    pass


@wrong(check_MNISTNet, "For He initialisation it is sqrt(2 / 784) = 0.051")
@other_start(lambda w: nn.init.normal_(w, std=0.1))
class NetOtherSpread(Logits):
    pass


@wrong(check_MNISTNet, "your biases are not 0 at the start")
class NetDefaultBiases(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)
        for layer in (self.layer1, self.layer2, self.layer3):
            nn.init.kaiming_normal_(layer.weight)


@wrong(check_MNISTNet, "left out super().__init__()")
class NetWithoutSuper(nn.Module):
    def __init__(self):
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)

    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "left out super().__init__()")
class NetListWithoutSuper(nn.Module):
    def __init__(self):
        self.layers = [nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)]

    def forward(self, x):
        return self.layers[2](torch.relu(self.layers[1](torch.relu(self.layers[0](x)))))


@wrong(check_MNISTNet, "with brackets after super")
class NetSuperWithoutBrackets(nn.Module):
    def __init__(self):
        super.__init__()
        self.layer1 = nn.Linear(784, 128)

    def forward(self, x):
        return self.layer1(x)


@wrong(check_MNISTNet, "Write class MNISTNet(nn.Module)")
class NetNoModule:
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)

    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "layers in a plain list")
class NetPlainList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)]
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers[:2]:
            x = torch.relu(layer(x))
        return self.layers[2](x)


@wrong(check_MNISTNet, "a plain tensor is not trained")
class NetPlainTensors(nn.Module):
    def __init__(self):
        super().__init__()
        self.W1 = torch.randn(128, 784, requires_grad=True)
        self.b1 = torch.zeros(128, requires_grad=True)

    def forward(self, x):
        return x @ self.W1.T + self.b1


@wrong(check_MNISTNet, "Make the layers in __init__")
class NetLayersInForward(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        x = torch.relu(nn.Linear(784, 128)(x))
        x = torch.relu(nn.Linear(128, 64)(x))
        return nn.Linear(64, 10)(x)


@wrong(check_MNISTNet, "Make the layers in __init__, and keep each")
class NetWithoutSelf(nn.Module):
    def __init__(self):
        super().__init__()
        layer1 = nn.Linear(784, 128)
        layer2 = nn.Linear(128, 64)
        nn.init.kaiming_normal_(layer1.weight)
        nn.init.kaiming_normal_(layer2.weight)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x)))


@wrong(check_MNISTNet, "forward returns None")
class NetPrints(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        print(self.layer3(x))


@wrong(check_MNISTNet, "forward returns whole numbers, as argmax does")
class NetArgmax(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        return self.layer3(x).argmax(dim=1)


@wrong(check_MNISTNet, "forward returns one number for each image")
class NetLargest(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        x = torch.relu(self.layer2(x))
        return self.layer3(x).max(dim=1).values


@wrong(check_MNISTNet, "forward returns several things")
class NetTwoResults(Start):
    def forward(self, x):
        x = torch.relu(self.layer1(x))
        z = self.layer3(torch.relu(self.layer2(x)))
        return z, z.softmax(dim=1)


@wrong(check_MNISTNet, "no gradient to layer1.weight, layer1.bias, layer2.weight")
class NetNoGrad(Start):
    def forward(self, x):
        with torch.no_grad():
            return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "two calls with the same images answer differently")
class NetDropout(Start):
    def forward(self, x):
        x = F.dropout(torch.relu(self.layer1(x)), 0.2, training=self.training)
        return self.layer3(torch.relu(self.layer2(x)))


@wrong(check_MNISTNet, "this network has no BatchNorm1d")
class NetBatchNorm(Start):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(128)

    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.norm(self.layer1(x))))))


@wrong(check_MNISTNet, "Leave bias=False out")
class NetWithoutBiases(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128, bias=False)
        self.layer2 = nn.Linear(128, 64, bias=False)
        self.layer3 = nn.Linear(64, 10, bias=False)
        for layer in (self.layer1, self.layer2, self.layer3):
            nn.init.kaiming_normal_(layer.weight)


@wrong(check_MNISTNet, "forward leaves the biases out")
class NetBiasesNotUsed(NetByHand):
    def forward(self, x):
        return torch.relu(torch.relu(x @ self.W1.T) @ self.W2.T) @ self.W3.T


@wrong(check_MNISTNet, "A bias has one: set it with nn.init.zeros_")
class NetKaimingForBiases(Start):
    def __init__(self):
        super().__init__()
        for layer in (self.layer1, self.layer2, self.layer3):
            nn.init.kaiming_normal_(layer.bias)


@wrong(check_MNISTNet, "a layer is no tensor")
class NetKaimingOfTheLayer(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        nn.init.kaiming_normal_(self.layer1)


@wrong(check_MNISTNet, "must stay an nn.Parameter")
class NetAssignsTensor(Start):
    def __init__(self):
        super().__init__()
        self.layer1.weight = torch.randn(128, 784) * math.sqrt(2 / 784)


@wrong(check_MNISTNet, "because of its bookkeeping for backward()")
class NetMultipliesInPlace(Start):
    def __init__(self):
        super().__init__()
        self.layer1.weight *= 2


@wrong(check_MNISTNet, "Leave squeeze() out")
class NetSqueezes(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x))))).squeeze()


@wrong(check_MNISTNet, "in the line `hidden = torch.relu(self.first(x))`")
class NetOtherName(Start):
    def forward(self, x):
        hidden = torch.relu(self.first(x))
        return self.layer3(hidden)


@wrong(check_MNISTNet, "nn.ReLU()(x)")
class NetReluIsNoFunction(Start):
    def forward(self, x):
        x = nn.ReLU(self.layer1(x))
        x = nn.ReLU(self.layer2(x))
        return self.layer3(x)


@wrong(check_MNISTNet, "forward changes its input x")
class NetChangesInput(Start):
    def forward(self, x):
        x -= 0.5
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))


@wrong(check_MNISTNet, "no gradient to layer1.weight, layer1.bias, so")
class NetDetachesHidden(Start):
    def forward(self, x):
        hidden = torch.relu(self.layer1(x)).detach()
        hidden = torch.relu(self.layer2(hidden))
        return self.layer3(hidden)


@wrong(check_MNISTNet, "no gradient to layer1.weight, layer1.bias, so")
class NetNoGradForLayer1(Start):
    def forward(self, x):
        with torch.no_grad():
            hidden = torch.relu(self.layer1(x))
        return self.layer3(torch.relu(self.layer2(hidden)))


@wrong(check_MNISTNet, "Compute all of forward with PyTorch's functions")
class NetReluByNumPy(Start):
    def forward(self, x):
        hidden = torch.from_numpy(np.maximum(0, self.layer1(x).detach().numpy()))
        return self.layer3(torch.relu(self.layer2(hidden)))


@wrong(check_MNISTNet, "layer2.weight, layer2.bias, so nothing is learned there")
class NetData(Start):
    def forward(self, x):
        hidden = torch.relu(self.layer1(x))
        hidden = torch.relu(self.layer2(hidden)).data
        return self.layer3(hidden)


@wrong(check_MNISTNet, "no gradient to layer1.weight, so")
class NetFrozen(NetPlain):
    def __init__(self):
        super().__init__()
        self.layer1.weight.requires_grad = False


@wrong(check_MNISTNet, "torch.relu for np.maximum")
class NetMaximumByNumPy(Start):
    def forward(self, x):
        h = np.maximum(0, self.layer1(x))
        h = np.maximum(0, self.layer2(h))
        return self.layer3(h)


@wrong(check_MNISTNet, "For a whole tensor use torch.relu")
class NetPythonsMax(Start):
    def forward(self, x):
        return self.layer3(max(0, self.layer2(max(0, self.layer1(x)))))


@wrong(check_MNISTNet, "forward overwrites numbers that it needs")
class NetOverwrites(Start):
    def forward(self, x):
        hidden = torch.relu(self.layer1(x))
        hidden2 = torch.relu(self.layer2(hidden))
        logits = self.layer3(hidden2)
        hidden += 1
        return logits


@wrong(check_MNISTNet, "you used ReLU6")
class NetRelu6(Start):
    def forward(self, x):
        return self.layer3(F.relu6(self.layer2(F.relu6(self.layer1(x)))))


@wrong(check_MNISTNet, "your layers have the sizes 784-64, 64-128, 128-10")
class NetHiddenSizesSwapped(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 64)
        self.layer2 = nn.Linear(64, 128)
        self.layer3 = nn.Linear(128, 10)


@wrong(check_MNISTNet, "after model.eval() forward answers differently")
class NetSoftmaxInEvalMode(Start):
    def forward(self, x):
        logits = self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x)))))
        return logits if self.training else torch.softmax(logits, dim=1)


@wrong(check_MNISTNet, "something of type list")
class NetToList(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(x))))).tolist()


@wrong(check_MNISTNet, "generator comes from the lesson's version")
class NetGenerator(Logits):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        nn.init.kaiming_normal_(self.layer1.weight, nonlinearity="relu", generator=generator)  # noqa: F821


wrong_answer(check_MNISTNet, "the class itself", NetPlain())


# --- evaluate ----------------------------------------------------------------------------


@right(check_evaluate)
def evaluate_plain(model, images, labels):
    model.eval()
    with torch.no_grad():
        predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


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


@right(check_evaluate)
def evaluate_with_numpy(model, images, labels):
    model.eval()
    with torch.no_grad():
        shares = torch.softmax(model(images.float()), dim=1).numpy()
    return np.mean(shares.argmax(axis=1) == labels.numpy())


@right(check_evaluate)
def evaluate_by_topk(model, images, labels):
    model.eval()
    with torch.no_grad():
        best = torch.topk(model(images), 1).indices.squeeze(1)
    return float(torch.eq(best, labels).double().mean())


@wrong(check_evaluate, "still to be written")
def evaluate_unwritten(model, images, labels):
    """Share of images that the model gets right."""
    ...


@wrong(check_evaluate, "answers in training mode")
def evaluate_in_training_mode(model, images, labels):
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "with the brackets")
def evaluate_eval_without_brackets(model, images, labels):
    model.eval  # noqa: B018
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "answers in training mode")
def evaluate_eval_too_late(model, images, labels):
    with torch.no_grad():
        logits = model(images)
        model.eval()
        return (logits.argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "does its bookkeeping for backward() here")
def evaluate_with_gradients(model, images, labels):
    model.eval()
    return (model(images).argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "leave them off")
def evaluate_switches_off(model, images, labels):
    model.eval()
    torch.set_grad_enabled(False)
    return (model(images).argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "argmax goes over the batch")
def evaluate_argmax_over_the_batch(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=0) == labels).float().mean().item()


@wrong(check_evaluate, "argmax goes over the batch")
def evaluate_argmax_over_the_batch_in_numpy(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = np.argmax(model(images).numpy(), axis=0)
    return np.mean(answers - labels.numpy() == 0)


@wrong(check_evaluate, "argmax() without dim")
def evaluate_argmax_of_all(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax() == labels).float().mean().item()


@wrong(check_evaluate, "you return a tensor")
def evaluate_tensor(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean()


@wrong(check_evaluate, "one value for each image")
def evaluate_hits(model, images, labels):
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1) == labels


@wrong(check_evaluate, "this counts the right answers")
def evaluate_count(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).sum().item()


@wrong(check_evaluate, "this is a percentage")
def evaluate_percent(model, images, labels):
    model.eval()
    with torch.no_grad():
        correct = (model(images).argmax(dim=1) == labels).sum().item()
    return 100 * correct / len(labels)


@wrong(check_evaluate, "the share of wrong answers")
def evaluate_error_rate(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) != labels).float().mean().item()


@wrong(check_evaluate, "ten numbers an image with one label")
def evaluate_compares_logits(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images) == labels).float().mean().item()


@wrong(check_evaluate, "compare the largest logit with the label")
def evaluate_largest(model, images, labels):
    model.eval()
    with torch.no_grad():
        largest, _ = model(images).max(dim=1)
    return (largest == labels).float().mean().item()


@wrong(check_evaluate, "is a pair; argmax(dim=1) gives the classes")
def evaluate_pair(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = model(images).max(dim=1) == labels
        return hits.sum().item() / len(labels)


@wrong(check_evaluate, "argmin takes the smallest")
def evaluate_smallest(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmin(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "class numbers already, not one-hot, and need no argmax")
def evaluate_one_hot_labels(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = model(images).argmax(dim=1) == labels.argmax(dim=1)
    return hits.float().mean().item()


@wrong(check_evaluate, "you take argmax of the labels")
def evaluate_argmax_of_labels(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = model(images).argmax(dim=1) == labels.argmax()
    return hits.float().mean().item()


@wrong(check_evaluate, "you compare one-hot entries")
def evaluate_compares_one_hot(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = F.one_hot(model(images).argmax(dim=1), 10)
    return (answers == F.one_hot(labels, 10)).float().mean().item()


@wrong(check_evaluate, "your softmax goes over the batch")
def evaluate_softmax_over_the_batch(model, images, labels):
    model.eval()
    with torch.no_grad():
        shares = torch.softmax(model(images), dim=0)
    return (shares.argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "Does return stand inside the loop")
def evaluate_first_batch(model, images, labels):
    model.eval()
    with torch.no_grad():
        for x_batch, y_batch in DataLoader(TensorDataset(images, labels), batch_size=100):
            return (model(x_batch).argmax(dim=1) == y_batch).float().mean().item()


@wrong(check_evaluate, "you average over batches")
def evaluate_mean_of_batches(model, images, labels):
    model.eval()
    accuracies = []
    with torch.no_grad():
        for x, y in DataLoader(TensorDataset(images, labels), batch_size=256):
            accuracies.append((model(x).argmax(dim=1) == y).float().mean().item())
    return sum(accuracies) / len(accuracies)


@wrong(check_evaluate, "the last batch alone")
def evaluate_last_batch(model, images, labels):
    model.eval()
    with torch.no_grad():
        for x, y in DataLoader(TensorDataset(images, labels), batch_size=256):
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
    return accuracy


@wrong(check_evaluate, "divide by the number of batches")
def evaluate_divided_by_batches(model, images, labels):
    model.eval()
    loader = DataLoader(TensorDataset(images, labels), batch_size=256)
    correct = 0
    with torch.no_grad():
        for x, y in loader:
            correct += (model(x).argmax(dim=1) == y).sum().item()
    return correct / len(loader)


@wrong(check_evaluate, "divide by the number of pixels")
def evaluate_divided_by_pixels(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).sum().item() / images.shape[1]


@wrong(check_evaluate, "drop the digits")
def evaluate_whole_numbers(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).sum().item() // len(labels)


@wrong(check_evaluate, "you round")
def evaluate_rounded(model, images, labels):
    model.eval()
    with torch.no_grad():
        return round((model(images).argmax(dim=1) == labels).float().mean().item(), 2)


@wrong(check_evaluate, "no mean of True and False")
def evaluate_mean_of_bools(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).mean().item()


@wrong(check_evaluate, "you change the model's weights")
def evaluate_clears_weights(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = model(images).argmax(dim=1) == labels
        for p in model.parameters():
            p.zero_()
    return hits.float().mean().item()


@wrong(check_evaluate, "you turned the images over")
def evaluate_columns(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images.T).argmax(dim=0) == labels).float().mean().item()


@wrong(check_evaluate, "with 1,100 images you never ask the model that you are given")
def evaluate_other_model(model, images, labels):
    net = NetPlain().eval()
    with torch.no_grad():
        return (net(images).argmax(dim=1) == labels).float().mean().item()


@wrong(check_evaluate, "you return a text")
def evaluate_text(model, images, labels):
    model.eval()
    with torch.no_grad():
        return f"{(model(images).argmax(dim=1) == labels).float().mean().item():.1%}"


@wrong(check_evaluate, "this is the loss")
def evaluate_loss(model, images, labels):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(images), labels).item()


@wrong(check_evaluate, "returns None")
def evaluate_prints(model, images, labels):
    model.eval()
    with torch.no_grad():
        print((model(images).argmax(dim=1) == labels).float().mean().item())


@wrong(check_evaluate, "NumPy gets no tensor that remembers")
def evaluate_numpy_with_gradients(model, images, labels):
    model.eval()
    return np.mean(model(images).numpy().argmax(axis=1) == labels.numpy())


def wrong_evaluation(fragment, name, batch_size, by_batches=False):
    """An evaluation that leaves out the last, smaller batch."""

    def evaluate(model, images, labels):
        model.eval()
        shares = []
        with torch.no_grad():
            for k in range(len(images) // batch_size):
                part = slice(k * batch_size, (k + 1) * batch_size)
                hits = model(images[part]).argmax(dim=1) == labels[part]
                shares.append(hits.float().mean().item())
        return sum(shares) / len(shares) if by_batches else sum(shares) * batch_size / len(images)

    evaluate.__name__ = f"evaluate_{name}"
    wrong(check_evaluate, fragment)(evaluate)


wrong_evaluation("keep the last, smaller one: no drop_last", "whole_hundreds", 100)
wrong_evaluation("one image you never ask the model that you are given", "whole_tens", 10)
wrong_evaluation("If you cut batches", "whole_twos", 2)
wrong_evaluation("with 1,100 images you never ask the model", "whole_thousands", 2000)
wrong_evaluation("Keep the last, smaller batch", "mean_of_whole_hundreds", 100, by_batches=True)


@wrong(check_evaluate, "loader comes from the lesson's version")
def evaluate_of_the_lesson(model, images, labels):
    model.eval()
    num_correct = 0
    with torch.no_grad():
        for x_batch, y_batch in loader:  # noqa: F821
            predicted = model(x_batch.to(device)).argmax(dim=1)  # noqa: F821
            num_correct += (predicted == y_batch.to(device)).sum().item()  # noqa: F821
    return num_correct / len(loader.dataset)  # noqa: F821


# --- train_pytorch -----------------------------------------------------------------------


@right(check_train_pytorch)
def train_plain(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in loader:
            loss = loss_function(model(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(x_batch)
        losses.append(loss_sum / len(images))
    return losses


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
def train_log_softmax_and_nll(model, images, labels, num_epochs, batch_size, learning_rate):
    pairs = list(zip(images, labels, strict=True))
    loader = DataLoader(pairs, batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0)
    criterion = nn.NLLLoss()
    model.train()
    history = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(F.log_softmax(model(x), dim=1), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * y.size(0)
            count += y.size(0)
        history.append(np.float32(total / count))
    return history


@right(check_train_pytorch)
def train_measures_every_loss(model, images, labels, num_epochs, batch_size, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    losses = np.zeros(num_epochs, dtype=np.float32)
    for epoch in range(num_epochs):
        for chosen in torch.split(torch.randperm(len(labels)), batch_size):
            each = F.cross_entropy(model(images[chosen]), labels[chosen], reduction="none")
            optimizer.zero_grad()
            each.mean().backward()
            optimizer.step()
            losses[epoch] += each.sum().item() / len(labels)
    return list(losses)


def training(
    shuffle=True,
    drop_last=False,
    loss_function=F.cross_entropy,
    optimizer=torch.optim.SGD,
    step=("zero", "backward", "step"),
    mode=True,
    report=lambda losses, sizes: (losses * sizes).sum() / sizes.sum(),
    **options,
):
    """A training with one thing done otherwise, for the mistakes that are told in one line."""

    def train(model, images, labels, num_epochs, batch_size, learning_rate):
        data = TensorDataset(images, labels)
        loader = DataLoader(data, batch_size, shuffle=shuffle, drop_last=drop_last)
        updater = optimizer(model.parameters(), lr=learning_rate, **options)
        model.train(mode)
        history = []
        for _ in range(num_epochs):
            losses, sizes = [], []
            for x, y in loader:
                loss = loss_function(model(x), y)
                for action in step:
                    {"zero": updater.zero_grad, "backward": loss.backward, "step": updater.step}[
                        action
                    ]()
                losses.append(loss.item())
                sizes.append(len(x))
            history.append(float(report(np.array(losses), np.array(sizes))))
        return history

    return train


def wrong_training(fragment, name, **what):
    train = training(**what)
    train.__name__ = f"train_{name}"
    wrong(check_train_pytorch, fragment)(train)


wrong_training("gradients pile up: each backward()", "without_zero_grad", step=("backward", "step"))
wrong_training(
    "zero_grad() stands between", "clears_before_step", step=("backward", "zero", "step")
)
wrong_training("Call optimizer.step() after backward()", "without_step", step=("zero", "backward"))
wrong_training("loss.backward() is missing", "without_backward", step=("zero", "step"))
wrong_training("before the first backward()", "step_first", step=("zero", "step", "backward"))
wrong_training(
    "you put a softmax before CrossEntropyLoss",
    "softmax_twice",
    loss_function=lambda z, y: F.cross_entropy(torch.softmax(z, dim=1), y),
)
wrong_training(
    "you put a softmax before CrossEntropyLoss",
    "softmax_over_the_batch",
    loss_function=lambda z, y: F.cross_entropy(torch.softmax(z, dim=0), y),
)
wrong_training(
    "Give it both as they are: no argmax, not one-hot",
    "one_hot_integers",
    loss_function=lambda z, y: F.cross_entropy(z, F.one_hot(y, 10)),
)
wrong_training(
    "class numbers as whole numbers",
    "labels_as_floats",
    loss_function=lambda z, y: F.cross_entropy(z, y.float()),
)
wrong_training("you take the logits for logarithms", "nll_on_logits", loss_function=nn.NLLLoss())
wrong_training(
    "where its logarithm belongs",
    "nll_on_probabilities",
    loss_function=lambda z, y: F.nll_loss(z.softmax(dim=1), y),
)
wrong_training(
    "this is a squared error",
    "squared_error",
    loss_function=lambda z, y: F.mse_loss(z, F.one_hot(y, 10).float()),
)
wrong_training(
    "your loss is the sum over the batch",
    "summed_loss",
    loss_function=nn.CrossEntropyLoss(reduction="sum"),
)
wrong_training(
    "softened", "label_smoothing", loss_function=nn.CrossEntropyLoss(label_smoothing=0.1)
)
wrong_training(
    "no argmax, not one-hot",
    "argmax_of_logits",
    loss_function=lambda z, y: F.cross_entropy(z.argmax(dim=1), y),
)
wrong_training("you use Adam", "adam", optimizer=torch.optim.Adam)
wrong_training("you use RMSprop", "rmsprop", optimizer=torch.optim.RMSprop)
wrong_training("you added momentum", "momentum", momentum=0.9)
wrong_training("you added weight decay", "weight_decay", weight_decay=0.01)
wrong_training("in evaluation mode while you train", "in_eval_mode", mode=False)
wrong_training("the same order in every epoch", "unshuffled", shuffle=False)
wrong_training("the last, smaller batch", "drop_last", drop_last=True)
wrong_training("small last batch", "mean_of_means", report=lambda losses, sizes: losses.mean())
wrong_training(
    "you add up the batches' mean losses", "sum", report=lambda losses, sizes: losses.sum()
)
wrong_training("the sum over all images", "sum_of_all", report=lambda losses, sizes: losses @ sizes)
wrong_training("the last batch alone", "last_loss", report=lambda losses, sizes: losses[-1])
wrong_training("Multiply it by len(x_batch)", "too_small", report=lambda a, n: a.sum() / n.sum())
wrong_training("by the number of batches", "too_large", report=lambda a, n: a @ n / len(n))
wrong_training(
    "not by batch_size", "last_batch_as_full", report=lambda a, n: a.sum() * n.max() / n.sum()
)


@wrong(check_train_pytorch, "still to be written")
def train_unwritten(model, images, labels, num_epochs, batch_size, learning_rate):
    """Train."""
    ...


@wrong(check_train_pytorch, "the losses are tensors")
def train_keeps_tensors(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        total = 0
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss * len(x)
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "Call optimizer.zero_grad() for each batch")
def train_clears_once_an_epoch(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        optimizer.zero_grad()
        total = 0
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "you never call the model that you are given")
def train_new_model(model, images, labels, num_epochs, batch_size, learning_rate):
    model = NetPlain()
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "Train that one")
def train_copy(model, images, labels, num_epochs, batch_size, learning_rate):
    model = copy.deepcopy(model)
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "the weights of another model")
def train_updates_other_model(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(NetPlain().parameters(), lr=learning_rate)
    losses = []
    for _ in range(num_epochs):
        total = 0
        for chosen in torch.randperm(len(images)).split(batch_size):
            loss = nn.CrossEntropyLoss()(model(images[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "you change the model's weights before the training")
def train_draws_new_weights(model, images, labels, num_epochs, batch_size, learning_rate):
    for p in model.parameters():
        nn.init.normal_(p)
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "you turned the images over")
def train_columns(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    x = images.T
    loss = nn.CrossEntropyLoss()(model(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return [loss.item()]


@wrong(check_train_pytorch, "not with learning_rate, which is 0.5 here")
def train_ignores_learning_rate(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, num_epochs, batch_size, 0.1)


@wrong(check_train_pytorch, "is your batch size a fixed number? Use batch_size")
def train_ignores_batch_size(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, num_epochs, 128, learning_rate)


@wrong(check_train_pytorch, "your batches have the size 1")
def train_image_by_image(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, num_epochs, 1, learning_rate)


@wrong(check_train_pytorch, "the number of epochs that you train is 1")
def train_one_epoch(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, 1, batch_size, learning_rate)


@wrong(check_train_pytorch, "you train on one batch an epoch")
def train_one_batch_an_epoch(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(num_epochs):
        chosen = torch.randperm(len(images))[:batch_size]
        loss = nn.CrossEntropyLoss()(model(images[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(check_train_pytorch, "belong inside the loop over the batches")
def train_steps_after_the_loop(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        total = 0
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            total += loss.item() * len(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "step() runs less often")
def train_one_step_an_epoch(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        total = 0
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            total += loss.item() * len(x)
        optimizer.step()
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "Call model.train() where each epoch begins")
def train_stays_in_eval_mode(model, images, labels, num_epochs, batch_size, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        total = 0
        for chosen in torch.randperm(len(images)).split(batch_size):
            loss = nn.CrossEntropyLoss()(model(images[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
        print("accuracy:", evaluate_plain(model, images, labels))
    return losses


@wrong(check_train_pytorch, "model.parameters(), with the brackets")
def train_parameters_without_brackets(model, images, labels, num_epochs, batch_size, learning_rate):
    optimizer = torch.optim.SGD(model.parameters, lr=learning_rate)
    optimizer.step()
    return [0.0] * num_epochs


@wrong(check_train_pytorch, "nn.CrossEntropyLoss()(logits, labels)")
def train_loss_not_made(model, images, labels, num_epochs, batch_size, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for x, y in DataLoader(TensorDataset(images, labels), batch_size, shuffle=True):
        loss = nn.CrossEntropyLoss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [loss.item()] * num_epochs


@wrong(check_train_pytorch, "you shuffle once")
def train_shuffles_once(model, images, labels, num_epochs, batch_size, learning_rate):
    order = torch.randperm(len(images))
    images, labels = images[order], labels[order]
    return training(shuffle=False)(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "images and labels no longer belong together")
def train_shuffles_images_only(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(num_epochs):
        total = 0
        mixed = images[torch.randperm(len(images))]
        for i in range(0, len(images), batch_size):
            x, y = mixed[i : i + batch_size], labels[i : i + batch_size]
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "some images come twice")
def train_with_replacement(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    m, losses = len(images), []
    for _ in range(num_epochs):
        total = 0
        for i in range(0, m, batch_size):
            chosen = torch.randint(0, m, (min(batch_size, m - i),))
            loss = F.cross_entropy(model(images[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / m)
    return losses


@wrong(check_train_pytorch, "you keep one loss a batch")
def train_one_entry_a_batch(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


@wrong(check_train_pytorch, "the sum goes on from epoch to epoch")
def train_never_resets(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses, total = [], 0
    model.train()
    for _ in range(num_epochs):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(total / len(images))
    return losses


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


@wrong(check_train_pytorch, "you measure the loss once more")
def train_measures_afterwards(model, images, labels, num_epochs, batch_size, learning_rate):
    losses = []
    for _ in range(num_epochs):
        train_plain(model, images, labels, 1, batch_size, learning_rate)
        with torch.no_grad():
            losses.append(F.cross_entropy(model(images), labels).item())
    return losses


@wrong(check_train_pytorch, "you return one number")
def train_returns_last(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)[-1]


@wrong(check_train_pytorch, "you return the model")
def train_returns_model(model, images, labels, num_epochs, batch_size, learning_rate):
    train_plain(model, images, labels, num_epochs, batch_size, learning_rate)
    return model


@wrong(check_train_pytorch, "returns None")
def train_prints(model, images, labels, num_epochs, batch_size, learning_rate):
    losses = train_plain(model, images, labels, num_epochs, batch_size, learning_rate)
    for epoch, loss in enumerate(losses):
        print(epoch, loss)


@wrong(check_train_pytorch, "you add the gradient")
def train_climbs(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    losses = []
    for _ in range(num_epochs):
        loss = F.cross_entropy(model(images), labels)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p += learning_rate * p.grad
        losses.append(loss.item())
    return losses


@wrong(check_train_pytorch, "makes a new tensor")
def train_rebinds_weights(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    losses = []
    for _ in range(num_epochs):
        loss = F.cross_entropy(model(images), labels)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p = p - learning_rate * p.grad
        losses.append(loss.item())
    return losses


@wrong(check_train_pytorch, "Call backward() on the loss itself")
def train_backward_on_number(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(num_epochs):
        loss = F.cross_entropy(model(images), labels).item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [loss]


@wrong(check_train_pytorch, "backward() finds no way from the loss to the weights")
def train_without_gradients(model, images, labels, num_epochs, batch_size, learning_rate):
    with torch.no_grad():
        return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "still holds an earlier batch")
def train_backward_on_total(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    total = 0
    for _ in range(num_epochs):
        total = total + F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    return [total.item()]


@wrong(check_train_pytorch, "because of its bookkeeping for backward()")
def train_updates_with_bookkeeping(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    for _ in range(num_epochs):
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        for p in model.parameters():
            p -= learning_rate * p.grad
    return [loss.item()]


@wrong(check_train_pytorch, "for x_batch, y_batch in loader")
def train_whole_batch(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    for batch in DataLoader(TensorDataset(images, labels), batch_size, shuffle=True):
        loss = F.cross_entropy(model(batch), labels)
        loss.backward()
    return [loss.item()]


@wrong(check_train_pytorch, "times the batch's mean loss")
def train_divides_the_loss(model, images, labels, num_epochs, batch_size, learning_rate):
    def small_loss(z, y):
        return nn.CrossEntropyLoss()(z, y) / batch_size

    train = training(loss_function=small_loss)
    return train(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "TensorDataset(images, labels)")
def train_without_dataset(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(images, labels, shuffle=True)
    return [len(loader)]


@wrong(check_train_pytorch, "is your batch size a fixed number? Use batch_size")
def train_batches_of_16(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images, labels, num_epochs, 16, learning_rate)


@wrong(check_train_pytorch, "Do you train on all images at once")
def train_on_all_at_once(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(num_epochs):
        loss = nn.CrossEntropyLoss()(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong(check_train_pytorch, "you measure the loss once more after each step")
def train_measures_after_the_step(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    model.train()
    for _ in range(num_epochs):
        loss_sum = 0
        for x_batch, y_batch in loader:
            loss = loss_function(model(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss_function(model(x_batch), y_batch).item() * len(x_batch)
        losses.append(loss_sum / len(images))
    return losses


wrong_training(
    "you multiply by 784, as x_batch.shape[1]",
    "times_pixels",
    report=lambda losses, sizes: (losses * 784).sum() / sizes.sum(),
)
wrong_training(
    "you divide a batch's loss by len(x_batch)",
    "divides_each_loss",
    report=lambda losses, sizes: (losses / sizes).mean(),
)
wrong_training(
    "you divide a batch's loss by len(x_batch)",
    "divides_each_loss_and_the_sum",
    report=lambda losses, sizes: (losses / sizes).sum() / sizes.sum(),
)
wrong_training(
    "you round", "rounds", report=lambda losses, sizes: round(losses @ sizes / sizes.sum(), 2)
)
wrong_training(
    "as computed just before the step that uses it", "median", report=lambda a, n: np.median(a)
)
wrong_training(
    "whole numbers stand where the logits belong",
    "swapped_arguments",
    loss_function=lambda z, y: F.cross_entropy(y, z),
)


@wrong(check_train_pytorch, "the sum goes on from epoch to epoch")
def train_never_resets_nor_weighs(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses, total = [], 0
    model.train()
    for _ in range(num_epochs):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(images))
    return losses


@wrong(check_train_pytorch, "Is there a .T? An example is a row here already")
def train_transposes(model, images, labels, num_epochs, batch_size, learning_rate):
    return train_plain(model, images.T, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "class numbers already, not one-hot, and need no argmax")
def train_takes_argmax(model, images, labels, num_epochs, batch_size, learning_rate):
    labels = labels.argmax(axis=0)
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "class numbers already, not one-hot, and need no argmax")
def train_takes_argmax_in_a_row(model, images, labels, num_epochs, batch_size, learning_rate):
    labels = labels.argmax(dim=1)
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "choose_device comes from the lesson's version")
def train_chooses_device(model, images, labels, num_epochs, batch_size, learning_rate):
    device = choose_device()  # noqa: F821
    model.to(device)
    return train_plain(model, images, labels, num_epochs, batch_size, learning_rate)


@wrong(check_train_pytorch, "tqdm comes from the lesson's version")
def train_shows_progress(model, images, labels, num_epochs, batch_size, learning_rate):
    for _ in tqdm(range(num_epochs)):  # noqa: F821
        losses = train_plain(model, images, labels, 1, batch_size, learning_rate)
    return losses


@wrong(check_train_pytorch, "test_accuracies comes from the lesson's version")
def train_returns_accuracies(model, images, labels, num_epochs, batch_size, learning_rate):
    losses = train_plain(model, images, labels, num_epochs, batch_size, learning_rate)
    return losses, test_accuracies  # noqa: F821


@wrong(check_train_pytorch, "To train, stay with PyTorch's functions")
def train_with_numpy(model, images, labels, num_epochs, batch_size, learning_rate):
    model.train()
    logits = model(images).numpy()
    return [-np.log(np.exp(logits) / np.exp(logits).sum(axis=1))[labels].mean()]


# --- the loss floor ----------------------------------------------------------------------

right_answer(check_loss_floor, -math.log(math.e / (math.e + 1)), math.log(1 + 99 / math.e))
right_answer(check_loss_floor, 0.313, 3.622)
right_answer(check_loss_floor, torch.tensor(0.3133), np.float32(3.6222))
wrong_answer(check_loss_floor, "still to be filled in", None, None)
wrong_answer(check_loss_floor, "one class less", -np.log(np.e / (np.e + 2)), 3.6222)
wrong_answer(check_loss_floor, "100 classes: beside", 0.3133, -np.log(np.e / (np.e + 100)))
wrong_answer(check_loss_floor, "the minus is missing", -0.3133, -3.6222)
wrong_answer(check_loss_floor, "this is the probability", 0.7311, 0.0267)
wrong_answer(check_loss_floor, "knows nothing", 0.6931, 4.6052)
wrong_answer(check_loss_floor, "100 classes: that is a network", 0.3133, np.log(100))
wrong_answer(check_loss_floor, "to base 10", np.log10(1 + 1 / np.e), 1.5731)
wrong_answer(check_loss_floor, "the floor for ten classes", 1.4612, 1.4612)
wrong_answer(check_loss_floor, "that is the floor with logits", 0, 0)
wrong_answer(check_loss_floor, "certain and wrong", np.log(np.e + 1), 4.6222)
wrong_answer(check_loss_floor, "turned 0 and 1 around", 0.3133, np.log(1 + 99 * np.e) - 1)
wrong_answer(check_loss_floor, "100 classes: not yet", 0.3133, 36.6)
wrong_answer(check_loss_floor, "nearly", 0.31, 3.62)
wrong_answer(check_loss_floor, "100 classes: nearly", 0.3133, 3.6)
wrong_answer(check_loss_floor, "100 classes: that is the loss of the classmate", 0.3133, 3.64)
wrong_answer(check_loss_floor, "100 classes: not yet", 0.3133, 3.637)
wrong_answer(check_loss_floor, "give a number", "small", "large")


@wrong(check_MNISTNet, "has self. in front")
class NetForgetsSelfOfALayer(Start):
    def forward(self, x):
        return self.layer3(torch.relu(self.layer2(torch.relu(layer1(x)))))  # noqa: F821


@wrong(check_MNISTNet, "In a class, the first argument there is self")
class NetForgetsSelfAsArgument(Start):
    def forward(x):
        return x


@wrong(check_evaluate, "a batch against all labels")
def evaluate_batches_against_all_labels(model, images, labels):
    model.eval()
    count = 0
    with torch.no_grad():
        for i in range(0, len(images), 64):
            count += (model(images[i : i + 64]).argmax(dim=1) == labels).sum().item()
    return count / len(labels)


@wrong(check_evaluate, "you return a function, not what it gives")
def evaluate_item_without_brackets(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1) == labels).float().mean().item


@wrong(check_evaluate, "each answer meets all labels")
def evaluate_keeps_the_dimension(model, images, labels):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(dim=1, keepdim=True) == labels).float().mean().item()


@wrong(check_train_pytorch, "This is a function, not what it returns")
def train_item_without_brackets(model, images, labels, num_epochs, batch_size, learning_rate):
    loader = DataLoader(TensorDataset(images, labels), batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(num_epochs):
        for x_batch, y_batch in loader:
            loss = F.cross_entropy(model(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total = loss.item * len(x_batch)
    return [total]
