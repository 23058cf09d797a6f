"""Lesson 6: the same network and the same training in PyTorch."""

import os

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm.auto import tqdm

from helpers.contracts import check_logits, contract, layers, rows_of
from helpers.data import load_mnist_bytes, one_hot
from helpers.training_loop import train_mnist


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

    @contract(x=rows_of(784))
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
        hidden = torch.relu(self.layer1(x))
        hidden = torch.relu(self.layer2(hidden))
        return self.layer3(hidden)


@contract(params=layers)
def load_parameters_into(model, params):
    """Copy the weights and biases of a NumPy network into a `MNISTNet`.

    Parameters
    ----------
    model : MNISTNet
        Its dtype and device stay.
    params : dict
        "W1", "b1", ..., as from `helpers.forward.initialize_parameters`.

    Raises
    ------
    ValueError
        If params is no network.
    RuntimeError
        If it is one of other sizes. The model may then have some of the weights.
    """
    state = {}
    for number in range(1, len(params) // 2 + 1):
        # nn.Linear keeps its weight as (n_l, n_{l-1}), as the course does;
        # its bias has one dimension.
        state[f"layer{number}.weight"] = torch.from_numpy(params[f"W{number}"])
        state[f"layer{number}.bias"] = torch.from_numpy(params[f"b{number}"][:, 0])
    model.load_state_dict(state)


def cache_of(model, x):
    """What a `MNISTNet` computes on its way, in the form in which `forward` keeps it.

    Parameters
    ----------
    model : MNISTNet
        On the CPU.
    x : float ndarray of shape (784, m)
        Examples as columns, in the model's dtype.

    Returns
    -------
    dict of str to ndarray
        "X", and "Z1", "A1" to "Z3", "A3", with examples as columns.
    """
    cache, rows = {"X": x}, torch.tensor(x.T)
    with torch.no_grad():
        for number, layer in enumerate(model.children(), start=1):
            scores = layer(rows)
            rows = torch.softmax(scores, dim=1) if number == 3 else torch.relu(scores)
            cache |= {f"Z{number}": scores.numpy().T, f"A{number}": rows.numpy().T}
    return cache


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


def load_mnist_pixels(dtype):
    """All of MNIST as `train_pytorch` takes it: images as bytes, labels one-hot.

    Parameters
    ----------
    dtype : data type
        The type of the labels, and so of the training.

    Returns
    -------
    X_train, Y_train, X_test, Y_test
        As from `helpers.data.load_mnist_data`, but for the pixels: uint8, 0 to 255.
    """
    train_images, train_labels, test_images, test_labels = load_mnist_bytes()
    y_train, y_test = one_hot(train_labels, dtype=dtype), one_hot(test_labels, dtype=dtype)
    return train_images.T, y_train, test_images.T, y_test


def scaled(pixels, dtype):
    """Bytes from 0 to 255 as numbers from 0 to 1, and numbers as they are.

    Parameters
    ----------
    pixels : tensor of uint8 or of floats, any shape
    dtype : torch.dtype
        The type of the result.

    Returns
    -------
    tensor of the same shape
    """
    numbers = pixels.to(dtype)
    return numbers / 255 if pixels.dtype == torch.uint8 else numbers


def make_loaders(data, batch_size, generator):
    """Pair images with labels, and hand them out in batches.

    Parameters
    ----------
    data : tuple of four ndarrays
        As for `train_pytorch`.
    batch_size : int
        Of the training. The test images come in batches of 1000.
    generator : torch.Generator
        Draws a new order of the training images for each pass.

    Returns
    -------
    loader, test_loader : DataLoader
        Batches of images (batch, 784) and labels (batch,). Training images that are bytes
        stay bytes. Test images are scaled.
    """
    # .T turns examples into rows. PyTorch wants memory it may write: the rest is copied.
    images, test_images = (torch.from_numpy(np.require(x.T, None, "W")) for x in data[::2])
    labels, test_labels = (torch.from_numpy(y.argmax(axis=0)) for y in data[1::2])
    test_images = scaled(test_images, getattr(torch, data[1].dtype.name))
    # DataLoader takes Python's integers only, not NumPy's.
    loader = DataLoader(
        TensorDataset(images, labels), int(batch_size), shuffle=True, generator=generator
    )
    return loader, DataLoader(TensorDataset(test_images, test_labels), batch_size=1000)


def train_pytorch(num_epochs=20, batch_size=128, learning_rate=0.1, seed=42, data=None, path=None):
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
        X_train, Y_train, X_test, Y_test with examples as columns. Images may be
        bytes (uint8), which are scaled to [0, 1] batch by batch. The dtype of
        Y_train is that of the training. The default is all of MNIST, as bytes, in
        float32, the usual type in PyTorch.
    path : str or Path, optional
        A file for the trained weights, as from `save_model`.

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
    FloatingPointError
        If the logits are not numbers after an epoch, which a too large learning rate causes.
    OSError, RuntimeError
        If `path` cannot be written.
    """
    data = load_mnist_pixels(np.float32) if data is None else data
    train_mnist.check_arguments(*data, [784, 128, 64, 10], learning_rate, num_epochs, batch_size)
    device = choose_device()
    dtype = getattr(torch, data[1].dtype.name)  # NumPy's and PyTorch's types have the same names
    generator = torch.Generator().manual_seed(seed)
    model = MNISTNet(generator).to(device, dtype)
    loader, test_loader = make_loaders(data, batch_size, generator)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

    losses, accuracies = [], []
    for epoch in tqdm(range(1, num_epochs + 1), desc="Training", unit="epoch", leave=False):
        model.train()
        loss_sum = 0
        for x_batch, y_batch in loader:
            loss = loss_function(model(scaled(x_batch.to(device), dtype)), y_batch.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(x_batch)
        losses.append(loss_sum / len(loader.dataset))
        accuracies.append(evaluate(model, test_loader, device))
        tqdm.write(f"Epoch {epoch:2d}: loss {losses[-1]:.4f}, accuracy {accuracies[-1]:.4f}")
    if path is not None:
        save_model(path, model)
    return losses, accuracies


def save_model(path, model):
    """Write a model's weights, its `state_dict()`, to a file, whole or not at all.

    Parameters
    ----------
    path : str or Path
    model : torch.nn.Module

    Raises
    ------
    OSError, RuntimeError
        If `path` cannot be written.
    """
    torch.save(model.state_dict(), f"{path}.part")
    os.replace(f"{path}.part", path)


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

    Raises
    ------
    FloatingPointError
        As `check_logits`.
    """
    model.eval()
    num_correct = 0
    with torch.no_grad():
        for x_batch, y_batch in loader:
            logits = model(x_batch.to(device))
            check_logits(logits)
            num_correct += (logits.argmax(dim=1) == y_batch.to(device)).sum().item()
    return num_correct / len(loader.dataset)
