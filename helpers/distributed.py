"""Training in PyTorch from the command line, in one process or in several that share each batch.

    python -m helpers.distributed
    torchrun --local-addr=127.0.0.1 --nproc-per-node 2 -m helpers.distributed

The first command trains in one process, the second in two. They meet at this computer's own
address: its name may lead nowhere.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from tqdm.auto import tqdm

from helpers.pytorch_rebuild import (
    MNISTNet,
    evaluate,
    load_mnist_pixels,
    make_loaders,
    save_model,
    scaled,
    train_pytorch,
)
from helpers.training_loop import train_mnist


def train_distributed(
    num_epochs=20, batch_size=128, learning_rate=0.1, seed=42, data=None, path=None
):
    """Train a `MNISTNet` as one of the processes of a group, which share each batch.

    All processes call this with the same arguments. All draw the same weights and the same
    order from the same seed, and take the same steps.

    Parameters
    ----------
    num_epochs, batch_size, learning_rate, seed, data, path
        As for `helpers.pytorch_rebuild.train_pytorch`. A batch is that of all processes
        together, and the first one writes the file.

    Returns
    -------
    train_losses, test_accuracies : list of float
        As `train_pytorch`, for the whole, and the same in each process. The first one reports.

    Raises
    ------
    ValueError, FloatingPointError, OSError, RuntimeError
        As `train_pytorch`.
    """
    data = load_mnist_pixels(np.float32) if data is None else data
    train_mnist.check_arguments(*data, [784, 128, 64, 10], learning_rate, num_epochs, batch_size)
    rank, size = dist.get_rank(), dist.get_world_size()  # the number of this process, and of all
    device = choose_shared_device()
    dtype = getattr(torch, data[1].dtype.name)
    generator = torch.Generator().manual_seed(seed)
    model = MNISTNet(generator).to(device, dtype)
    loader, test_loader = make_loaders(data, batch_size, generator)
    # backward() through this one leaves the mean of all processes' gradients.
    shared_model = DistributedDataParallel(model)
    # A sum, since the mean of a share without examples would be 0 / 0.
    loss_function = nn.CrossEntropyLoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

    losses, accuracies = [], []
    epochs = range(1, num_epochs + 1)
    for epoch in tqdm(epochs, desc="Training", unit="epoch", leave=False, disable=rank > 0):
        model.train()
        loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        for x_batch, y_batch in loader:
            x_share = scaled(x_batch[rank::size].to(device), dtype)
            loss = loss_function(shared_model(x_share), y_batch[rank::size].to(device))
            optimizer.zero_grad()
            # The mean divides by size; what is left is the gradient for the whole batch.
            (loss * size / len(x_batch)).backward()
            optimizer.step()
            loss_sum += loss.item()
        dist.all_reduce(loss_sum)  # the sum over all processes
        losses.append(loss_sum.item() / len(loader.dataset))
        accuracies.append(evaluate(model, test_loader, device))
        if rank == 0:
            tqdm.write(f"Epoch {epoch:2d}: loss {losses[-1]:.4f}, accuracy {accuracies[-1]:.4f}")
    if path is not None and rank == 0:
        save_model(path, model)
    return losses, accuracies


def choose_shared_device():
    """CUDA, else the CPU: processes cannot exchange gradients on Apple's MPS.

    Returns
    -------
    torch.device
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def main():
    """Train from the command line: alone, or as one of the processes that torchrun starts."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.distributed", description="Train the network on MNIST."
    )
    parser.add_argument("--num-epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=128, help="examples in a step, of all")
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--save", type=Path, metavar="FILE", help="where the weights go")
    options = parser.parse_args()
    if options.save and (options.save.is_dir() or not options.save.parent.is_dir()):
        parser.error(f"--save must name a file in a folder that is there, got {options.save}.")
    data = load_mnist_pixels(options.dtype)
    train = train_pytorch
    if dist.is_torchelastic_launched():
        train = train_distributed
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        train(options.num_epochs, options.batch_size, data=data, path=options.save)
    except (ValueError, FloatingPointError) as error:
        parser.error(str(error))
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


if __name__ == "__main__":
    main()
