"""Lesson 6: the same network and the same training in PyTorch."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm.auto import tqdm

from helpers.data import load_mnist_data
from helpers.training_loop import check_training


class MNISTNet(nn.Module):
    """The 784-128-64-10 network, with ReLU, ending in logits.

    Parameters
    ----------
    generator : torch.Generator, optional
        Draws the initial weights. The default is PyTorch's global one.

    Notes
    -----
    Weights are He-initialised (`kaiming_normal_`), biases zero. There is no
    softmax: `nn.CrossEntropyLoss` takes logits and applies it itself.
    """

    def __init__(self, generator=None):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.layer3 = nn.Linear(64, 10)
        for layer in (self.layer1, self.layer2, self.layer3):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        """Logits for a batch.

        Parameters
        ----------
        x : tensor of shape (batch, 784)
            Examples are rows here, as everywhere in PyTorch.

        Returns
        -------
        tensor of shape (batch, 10)

        Raises
        ------
        ValueError
            If x is not of shape (batch, 784).
        """
        if x.ndim != 2 or x.shape[1] != 784:
            raise ValueError(
                f"x must have shape (batch, 784), one example a row, got {tuple(x.shape)}."
            )
        hidden = torch.relu(self.layer1(x))
        hidden = torch.relu(self.layer2(hidden))
        return self.layer3(hidden)


def load_parameters_into(model, params):
    """Copy the weights and biases of a NumPy network into a `MNISTNet`.

    Parameters
    ----------
    model : MNISTNet
        Its dtype and device stay.
    params : dict
        "W1", "b1", ..., as from `helpers.forward.initialize_parameters`.
    """
    with torch.no_grad():
        for number, layer in enumerate((model.layer1, model.layer2, model.layer3), start=1):
            # nn.Linear keeps its weight as (n_l, n_{l-1}), as the course does;
            # its bias has one dimension.
            layer.weight.copy_(torch.from_numpy(params[f"W{number}"]))
            layer.bias.copy_(torch.from_numpy(params[f"b{number}"][:, 0]))


def choose_device():
    """The fastest device here: CUDA, else Apple's MPS, else the CPU.

    Returns
    -------
    torch.device
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def train_pytorch(num_epochs=20, batch_size=128, learning_rate=0.1, seed=42, data=None):
    """Train a `MNISTNet` on the fastest device, and report each epoch.

    Parameters
    ----------
    num_epochs : int
    batch_size : int
    learning_rate : float
    seed : int
        Fixes the initial weights and the order of the examples. Another device
        or thread count still rounds differently.
    data : tuple of four ndarrays, optional
        X_train, Y_train, X_test, Y_test with examples as columns. The default
        is all of MNIST in float32, the usual type in PyTorch.

    Returns
    -------
    train_losses : list of float
        For each epoch the mean loss over its examples.
    test_accuracies : list of float
        For each epoch the accuracy on the test images.

    Raises
    ------
    ValueError
        As `helpers.training_loop.train_mnist`.
    """
    data = load_mnist_data(dtype=np.float32) if data is None else data
    check_training(*data, [784, 128, 64, 10], learning_rate, num_epochs, batch_size)
    device = choose_device()
    # .T turns examples into rows; no pixel is copied.
    images, test_images = (torch.from_numpy(x.T) for x in (data[0], data[2]))
    labels, test_labels = (torch.from_numpy(y.argmax(axis=0)) for y in (data[1], data[3]))
    generator = torch.Generator().manual_seed(seed)
    model = MNISTNet(generator).to(device, images.dtype)
    train_set = TensorDataset(images, labels)
    # DataLoader takes Python's integers only, not NumPy's.
    loader = DataLoader(train_set, int(batch_size), shuffle=True, generator=generator)
    test_loader = DataLoader(TensorDataset(test_images, test_labels), batch_size=1000)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

    train_losses, test_accuracies = [], []
    for epoch in tqdm(range(1, num_epochs + 1), desc="Training", unit="epoch", leave=False):
        model.train()
        loss_sum = 0
        for x_batch, y_batch in loader:
            x_batch, y_batch = x_batch.to(device), y_batch.to(device)
            loss = loss_function(model(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(x_batch)
        train_losses.append(loss_sum / len(train_set))
        test_accuracies.append(evaluate(model, test_loader, device))
        tqdm.write(
            f"Epoch {epoch:2d}: loss {train_losses[-1]:.4f}, accuracy {test_accuracies[-1]:.4f}"
        )
    return train_losses, test_accuracies


def evaluate(model, loader, device):
    """The share of a loader's images that the model gets right.

    Parameters
    ----------
    model : MNISTNet
        Left in evaluation mode.
    loader : DataLoader
        Batches of images (batch, 784) and labels (batch,).
    device : torch.device
        Where the model is.

    Returns
    -------
    float
        From 0 to 1.
    """
    model.eval()
    num_correct = 0
    with torch.no_grad():
        for x_batch, y_batch in loader:
            predicted = model(x_batch.to(device)).argmax(dim=1)
            num_correct += (predicted == y_batch.to(device)).sum().item()
    return num_correct / len(loader.dataset)
