"""What the benchmark measures, each in a process of its own.

    python -m benchmarks.jobs epoch FUNCTION DTYPE
    python -m benchmarks.jobs whole FUNCTION DTYPE
    python -m benchmarks.jobs kernel CODE
    python -m benchmarks.jobs conditions

The last line of what each of them prints is a result in JSON.

The functions of the first group prepare the data and return `train(num_epochs)`. That starts
from new weights, makes so many passes over the training images, and returns the mean loss of
each pass. All train 784-128-64-10 with batches of 128, plain gradient descent, learning rate
0.1, and a new order of the images in each pass. The start is He's, but for scikit-learn, which
has only Glorot's. None looks at test images; the course's loop insists on some and gets one.

The functions of the second group are whole jobs, from the data to the test accuracy after each
of 20 epochs.

Libraries are imported where they are used, so that no job pays for another's.
"""

import functools
import json
import os
import statistics
import sys
import time
import warnings

import numpy as np

from helpers.data import load_mnist_bytes, load_mnist_data, one_hot
from helpers.forward import compute_accuracy, initialize_parameters
from helpers.speed import sort_pixels, train_fast, train_sorted
from helpers.training_loop import train_mnist

LAYER_DIMS = [784, 128, 64, 10]
BATCH_SIZE = 128
LEARNING_RATE = 0.1
LOSS_EPOCHS = 3
TIMED_EPOCHS = 5


def batches(num_images, rng):
    """Split all image numbers, in a new order, into batches; the last one is shorter."""
    order = rng.permutation(num_images)
    return [order[i : i + BATCH_SIZE] for i in range(0, num_images, BATCH_SIZE)]


def scaled(images, dtype):
    """Bytes to numbers from 0 to 1, one image in each row, without a second copy on the way."""
    return np.divide(images, 255, dtype=dtype)


# The floor, and one epoch in each library.


def floor(images, labels, dtype):
    """The matrix products of one epoch, and nothing else: operands and results have their place.

    A step has eight: three forward, three for the weights' gradients, two to go back
    through layers 3 and 2. Nothing is learned, so there is no loss.
    """
    params = initialize_parameters(LAYER_DIMS, dtype=dtype)
    w1, w2, w3 = params["W1"], params["W2"], params["W3"]

    def products(size):
        x = scaled(images[:size], dtype).T
        a1 = w1 @ x
        a2 = w2 @ a1
        z3 = w3 @ a2
        # A gradient has the shape of what it belongs to, and stands in for it here.
        forward = [(w1, x), (w2, a1), (w3, a2)]
        backward = [(z3, a2.T), (w3.T, z3), (a2, a1.T), (w2.T, a2), (a1, x.T)]
        return [(left, right, left @ right) for left, right in forward + backward]

    full, rest = products(BATCH_SIZE), products(len(images) % BATCH_SIZE)
    steps = [full] * (len(images) // BATCH_SIZE) + [rest]

    def train(num_epochs):
        for _ in range(num_epochs):
            for step in steps:
                for left, right, out in step:
                    np.matmul(left, right, out=out)
        return [None] * num_epochs

    return train


def case_study(images, labels, dtype):
    """The case study's NumPy code: it shuffles a copy of all images, and then cuts it up."""
    return _case_study(scaled(images, dtype).T, np.eye(10, dtype=dtype)[labels].T)


def case_study_rows(images, labels, dtype):
    """The same, where an image's pixels do not lie side by side in memory (C order)."""
    x = np.ascontiguousarray(scaled(images, dtype).T)
    return _case_study(x, np.eye(10, dtype=dtype)[labels].T)


def _case_study(x, y, after_epoch=lambda params: None):
    def train(num_epochs):
        rng = np.random.default_rng(42)
        params = initialize_parameters(LAYER_DIMS, rng, x.dtype)
        losses = []
        for _ in range(num_epochs):
            losses.append(_case_study_epoch(params, x, y, rng))
            after_epoch(params)
        return losses

    return train


def _case_study_forward(params, x):
    z1 = params["W1"] @ x + params["b1"]
    a1 = np.maximum(0, z1)
    z2 = params["W2"] @ a1 + params["b2"]
    a2 = np.maximum(0, z2)
    z3 = params["W3"] @ a2 + params["b3"]
    exp = np.exp(z3 - np.max(z3, axis=0, keepdims=True))
    return z1, a1, z2, a2, exp / np.sum(exp, axis=0, keepdims=True)


def _case_study_epoch(params, x, y, rng):
    permutation = rng.permutation(x.shape[1])
    x_shuffled, y_shuffled = x[:, permutation], y[:, permutation]
    loss_sum = 0
    for i in range(0, x.shape[1], BATCH_SIZE):
        x_batch, y_batch = x_shuffled[:, i : i + BATCH_SIZE], y_shuffled[:, i : i + BATCH_SIZE]
        m = x_batch.shape[1]
        z1, a1, z2, a2, a3 = _case_study_forward(params, x_batch)
        loss_sum += -np.sum(y_batch * np.log(a3 + 1e-8))
        grads = {}
        dz3 = a3 - y_batch
        grads["W3"], grads["b3"] = dz3 @ a2.T / m, np.sum(dz3, axis=1, keepdims=True) / m
        dz2 = params["W3"].T @ dz3 * (z2 > 0).astype(x.dtype)
        grads["W2"], grads["b2"] = dz2 @ a1.T / m, np.sum(dz2, axis=1, keepdims=True) / m
        dz1 = params["W2"].T @ dz2 * (z1 > 0).astype(x.dtype)
        grads["W1"], grads["b1"] = dz1 @ x_batch.T / m, np.sum(dz1, axis=1, keepdims=True) / m
        for name in params:
            params[name] -= LEARNING_RATE * grads[name]
    return float(loss_sum / x.shape[1])


def course(images, labels, dtype):
    """This course's `train_mnist`, on the bytes as they are stored."""
    y = one_hot(labels, dtype=dtype)

    def train(num_epochs):
        data = images.T, y, images[:1].T, y[:, :1]
        return train_mnist(*data, LAYER_DIMS, num_epochs=num_epochs, progress=False)[1]

    return train


def course_fast(images, labels, dtype):
    """This course's `train_fast`, on bytes whose pixels were sorted beforehand."""
    order, sorted_images = sort_pixels(images.T)
    data = order, sorted_images, np.ascontiguousarray(one_hot(labels, dtype=dtype).T)

    def train(num_epochs):
        return train_sorted(*data, LAYER_DIMS, num_epochs=num_epochs)[1]

    return train


def torch_loader(images, labels, dtype):
    """PyTorch as the case study and lesson 6 use it: a DataLoader over a TensorDataset."""
    from torch.utils.data import DataLoader, TensorDataset

    x, y = _tensors(images, labels, dtype)
    return _torch(x, DataLoader(TensorDataset(x, y), BATCH_SIZE, shuffle=True))


def torch_indexed(images, labels, dtype):
    """PyTorch without a DataLoader: a batch is one indexing of the tensors."""
    x, y = _tensors(images, labels, dtype)
    return _torch(x, _TensorBatches(x, y))


def torch_compiled(images, labels, dtype):
    """The same, with network and loss through `torch.compile`."""
    import torch

    x, y = _tensors(images, labels, dtype)
    return _torch(x, _TensorBatches(x, y), functools.partial(torch.compile, dynamic=False))


class _TensorBatches:
    """Like a DataLoader: each loop over it gives all examples once, in a new order."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __iter__(self):
        import torch

        for batch in torch.randperm(len(self.x)).split(BATCH_SIZE):
            yield self.x[batch], self.y[batch]


def _tensors(images, labels, dtype):
    import torch

    return torch.from_numpy(scaled(images, dtype)), torch.from_numpy(labels.astype(np.int64))


def _torch(x, loader, prepare=lambda loss: loss):
    import torch

    from helpers.pytorch_rebuild import MNISTNet

    @prepare
    def compute_loss(net, x_batch, y_batch):
        return torch.nn.functional.cross_entropy(net(x_batch), y_batch)

    def train(num_epochs):
        torch.manual_seed(42)
        net = MNISTNet().to(x.dtype)
        optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)
        losses = []
        for _ in range(num_epochs):
            loss_sum = 0
            for x_batch, y_batch in loader:
                loss = compute_loss(net, x_batch, y_batch)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss_sum += loss.item() * len(x_batch)
            losses.append(loss_sum / len(x))
        return losses

    return train


def sklearn_classifier(images, labels, dtype):
    """scikit-learn's MLPClassifier. Each fit also checks the images and encodes the labels."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    x = scaled(images, dtype)

    def train(num_epochs):
        net = MLPClassifier(
            hidden_layer_sizes=LAYER_DIMS[1:-1],
            solver="sgd",
            batch_size=BATCH_SIZE,
            learning_rate_init=LEARNING_RATE,
            momentum=0,
            alpha=0,
            max_iter=num_epochs,
            random_state=42,
        )
        with warnings.catch_warnings():
            # It warns that so few epochs are too few.
            warnings.simplefilter("ignore", ConvergenceWarning)
            return net.fit(x, labels).loss_curve_

    return train


def jax_step(images, labels, dtype):
    """JAX with a jitted step. NumPy picks the batches, which is faster here than JAX."""
    import jax

    x, y = scaled(images, dtype), labels.astype(np.int32)
    step = jax.jit(_jax_step)

    def train(num_epochs):
        rng = np.random.default_rng(42)
        params = _jax_params(rng, dtype)
        losses = []
        for _ in range(num_epochs):
            loss_sum = 0
            for batch in batches(len(x), rng):
                params, loss = step(params, x[batch], y[batch])
                # Still a promise of JAX: float() would wait for each step.
                loss_sum += loss * len(batch)
            losses.append(float(loss_sum) / len(x))
        return losses

    return train


def jax_scan(images, labels, dtype):
    """JAX with the whole epoch as one compiled program: `lax.scan` over the batches."""
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(scaled(images, dtype)), jnp.asarray(labels.astype(np.int32))
    num_full = len(x) // BATCH_SIZE * BATCH_SIZE

    @jax.jit
    def run_epoch(params, x, y, order):
        def step(params, batch):
            return _jax_step(params, x[batch], y[batch])

        params, losses = jax.lax.scan(step, params, order[:num_full].reshape(-1, BATCH_SIZE))
        params, last_loss = step(params, order[num_full:])
        return params, losses.sum() * BATCH_SIZE + last_loss * (len(x) - num_full)

    def train(num_epochs):
        rng = np.random.default_rng(42)
        params = _jax_params(rng, dtype)
        losses = []
        for _ in range(num_epochs):
            params, loss_sum = run_epoch(params, x, y, rng.permutation(len(x)))
            losses.append(float(loss_sum) / len(x))
        return losses

    return train


def _jax_params(rng, dtype):
    import jax.numpy as jnp

    params = initialize_parameters(LAYER_DIMS, rng, dtype)
    return {name: jnp.asarray(array.T) for name, array in params.items()}


def _jax_step(params, x, y):
    import jax
    import jax.numpy as jnp

    def compute_loss(params):
        a1 = jax.nn.relu(x @ params["W1"] + params["b1"])
        a2 = jax.nn.relu(a1 @ params["W2"] + params["b2"])
        logs = jax.nn.log_softmax(a2 @ params["W3"] + params["b3"])
        return -jnp.mean(jnp.take_along_axis(logs, y[:, None], axis=1))

    loss, grads = jax.value_and_grad(compute_loss)(params)
    return jax.tree.map(lambda param, grad: param - LEARNING_RATE * grad, params, grads), loss


# Whole jobs. Each returns the test accuracy after the last epoch.


def whole_case_study(dtype):
    """The case study's NumPy job, from the float64 array that scikit-learn's fetch_openml gives.

    The array comes from the course's file here, without a network. What the download and
    scikit-learn itself need is not counted.
    """
    train_images, train_labels, test_images, test_labels = load_mnist_bytes()
    pixels = np.concatenate([train_images, test_images]).astype(dtype)
    x = pixels / 255
    x_train, x_test = x[: len(train_images)].T, x[len(train_images) :].T
    accuracies = []

    def after_epoch(params):
        predicted = _case_study_forward(params, x_test)[-1].argmax(axis=0)
        accuracies.append(np.mean(predicted == test_labels))

    _case_study(x_train, np.eye(10, dtype=dtype)[train_labels].T, after_epoch)(20)
    return accuracies[-1]


def whole_course(dtype):
    """This course's loop on the bytes as they are stored, as the lessons run it."""
    train_images, train_labels, test_images, test_labels = load_mnist_bytes()
    y_train, y_test = one_hot(train_labels, dtype=dtype), one_hot(test_labels, dtype=dtype)
    data = train_images.T, y_train, test_images.T, y_test
    return train_mnist(*data, LAYER_DIMS, progress=False)[2][-1]


def whole_course_fast(dtype):
    """This course's fast loop. It sorts the pixels too, and looks at the test images once."""
    train_images, train_labels, test_images, test_labels = load_mnist_bytes()
    params, _ = train_fast(train_images.T, one_hot(train_labels, dtype=dtype), LAYER_DIMS)
    return compute_accuracy(test_images.T, one_hot(test_labels, dtype=dtype), params)


def whole_course_scaled(dtype):
    """This course's loop on images that were scaled beforehand."""
    return train_mnist(*load_mnist_data(dtype=dtype), LAYER_DIMS, progress=False)[2][-1]


def whole_pytorch(dtype):
    """Lesson 6's `train_pytorch` on bytes, on the processor or the graphics card that it finds."""
    from helpers.pytorch_rebuild import load_mnist_pixels, train_pytorch

    return train_pytorch(data=load_mnist_pixels(dtype))[1][-1]


def whole_pytorch_scaled(dtype):
    """The same on images that were scaled beforehand."""
    from helpers.pytorch_rebuild import train_pytorch

    return train_pytorch(data=load_mnist_data(dtype=dtype))[1][-1]


# What the process does that runs one of them.


def time_epoch(function, dtype):
    """Seconds of an epoch, and what it came to: a first one apart, then the median of five."""
    use_cores(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    images, labels = load_mnist_bytes()[:2]
    start = time.perf_counter()
    train = function(images, labels, dtype)
    train(1)
    first_seconds = time.perf_counter() - start
    losses = train(LOSS_EPOCHS)
    seconds, own, everybodys = [], time.process_time(), processor_seconds()
    for _ in range(TIMED_EPOCHS):
        start = time.perf_counter()
        train(1)
        seconds.append(time.perf_counter() - start)
    own, everybodys = time.process_time() - own, processor_seconds() - everybodys
    return {
        "seconds": statistics.median(seconds),
        "first_seconds": first_seconds,
        "loss": losses[-1],
        "cores_busy": own / sum(seconds),
        "cores_of_others": (everybodys - own) / sum(seconds),
        "peak_mb": peak_mb(),
    }


def run_whole(function, dtype):
    """A whole job's peak of memory, and the test accuracy that it reached."""
    return {"accuracy": function(dtype), "peak_mb": peak_mb()}


def processor_seconds():
    """Seconds that all cores together have worked, for any program of this computer.

    On a rented computer also the seconds that its owner gave to somebody else ("steal").
    """
    import psutil

    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0) - getattr(times, "guest", 0)


def use_cores(num_cores):
    """Keep this process to so many cores, where the system can do that.

    Not every library has a switch for its threads: JAX would compute on one core and
    prepare the next batch on another.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:num_cores])


def peak_mb():
    """The most memory that this process held at any time, in MB (1,000,000 bytes)."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    if sys.platform == "linux":
        # Not ru_maxrss, which starts from what the parent held when it made this process.
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        return int(status["VmHWM"].split()[0]) * 1024 / 1e6
    import resource

    # In bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def time_kernel(code):
    """Seconds from the start of a Jupyter kernel until it has run `code`."""
    from jupyter_client.manager import start_new_kernel

    start = time.perf_counter()
    manager, client = start_new_kernel()
    try:
        reply = client.execute(code, reply=True, timeout=60)["content"]
        seconds = time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if reply["status"] != "ok":
        raise RuntimeError(f"The kernel failed at {code!r}: {reply['ename']}: {reply['evalue']}")
    return {"seconds": seconds}


def describe_blas():
    """The library behind NumPy's products, and which of its kernels it chose here."""
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    if not found:
        return {"blas": "unknown"}
    name, version = found[0]["internal_api"], found[0]["version"]
    return {"blas": f"{name} {version}, kernel {found[0].get('architecture', 'unknown')}"}


def main(kind, *arguments):
    if kind == "conditions":
        result = describe_blas()
    elif kind == "kernel":
        result = time_kernel(*arguments)
    else:
        name, dtype = arguments
        run = {"epoch": time_epoch, "whole": run_whole}[kind]
        result = run(globals()[name], np.dtype(dtype).type)
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
