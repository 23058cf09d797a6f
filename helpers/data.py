"""Lesson 1: the MNIST digits as arrays.

`python -m helpers.data` makes the file that all kernels of a computer share, before a class.
"""

import gzip
import hashlib
import io
import os
import ssl
import sys
import warnings
import zlib
from contextlib import suppress
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError

import numpy as np

from helpers.contracts import classes, contract, one_of, positive_integer

SHIPPED_FOLDER = Path(__file__).parent / "mnist"
ARRAY_NAMES = ("train_images", "train_labels", "test_images", "test_labels")

# SHA-256 of the shipped file, and of the bytes of the four arrays in the order
# of ARRAY_NAMES. helpers/mnist/README.md tells where the data comes from.
FILE_SHA256 = "d4882c99f2994603424fcbee8591037438e58100a225984d30c62b71578b8966"
CONTENT_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"

# The images once more, unpacked, in a file made at the first load. Each kernel maps this file
# into its memory, and the operating system keeps one copy of it for all of them.
MAP_NAME = "mnist_images.npy"
MAP_SHAPE = (70_000, 784)  # the training images, then the test images
MAP_SHA256 = "702af00cf1310d49a5827f4e2dd096aae75e8757bb4b103ff35cf2d75295e0ea"
# How long a kernel waits while another one makes the file, which takes about a second.
LOCK_SECONDS = 10


@contract(source=one_of("shipped", "openml"), dtype=one_of(np.float64, np.float32))
def load_mnist_data(source="shipped", data_home=None, dtype=np.float64):
    """Load MNIST, scaled and one-hot encoded, one column for each example.

    Parameters
    ----------
    source : {"shipped", "openml"}
        "shipped" reads the copy in this package and needs no network. "openml"
        goes through `sklearn.datasets.fetch_openml`, which downloads 15 MB the
        first time and needs pandas. Both give the same arrays.
    data_home : str or Path, optional
        The folder to read. For "shipped" the one that holds mnist.npz, for
        "openml" scikit-learn's cache. The default is each source's own.
    dtype : {np.float64, np.float32}
        The type of all four arrays. In float64 they take 440 MB, in float32 half.

    Returns
    -------
    X_train : ndarray of shape (784, 60000)
        Pixels, row by row from the top left, 0 (background) to 1 (ink).
    Y_train : ndarray of shape (10, 60000)
        One-hot labels.
    X_test : ndarray of shape (784, 10000)
    Y_test : ndarray of shape (10, 10000)
        In MNIST's original order.

    Raises
    ------
    ValueError
        If `source` or `dtype` is unknown, or the data fails its SHA-256 check.
    FileNotFoundError
        If the shipped file is missing.
    ConnectionError
        If OpenML cannot be reached.
    OSError
        If the cache folder cannot be written.

    Notes
    -----
    LeCun, Cortes, Burges: The MNIST database of handwritten digits.
    The images are transposed without a copy, so each example lies in one piece
    in memory (Fortran order), and taking a mini-batch of columns is fast.
    """
    train_images, train_labels, test_images, test_labels = load_mnist_bytes(source, data_home)
    return (
        np.divide(train_images.T, 255, dtype=dtype),
        one_hot(train_labels, dtype=dtype),
        np.divide(test_images.T, 255, dtype=dtype),
        one_hot(test_labels, dtype=dtype),
    )


@contract(source=one_of("shipped", "openml"))
def load_mnist_bytes(source="shipped", data_home=None):
    """Load MNIST as it is stored: one row for each image, one byte for each pixel.

    Parameters
    ----------
    source, data_home
        As in `load_mnist_data`, and with the same errors.

    Returns
    -------
    train_images : uint8 ndarray of shape (60000, 784)
        Pixels, 0 (background) to 255 (ink).
    train_labels : uint8 ndarray of shape (60000,)
        Digits, 0 to 9.
    test_images : uint8 ndarray of shape (10000, 784)
    test_labels : uint8 ndarray of shape (10000,)
        All four are read-only. To change pixels, change a copy: `train_images.copy()`.

    Notes
    -----
    The shipped images are mapped from the file mnist_images.npy, so that all
    kernels of a computer share one copy in memory. The first load makes this
    file beside mnist.npz. Where that is impossible, the same values come as
    arrays of this kernel's own.
    """
    if source == "shipped":
        arrays = _load_shipped(Path(data_home or SHIPPED_FOLDER))
    else:
        arrays = _fetch_from_openml(data_home)
    for array in arrays:
        array.flags.writeable = False
    return arrays


def _load_shipped(folder):
    arrays = _read_shipped(folder / "mnist.npz")
    try:
        images = _map_images(folder / MAP_NAME, arrays)
        train_images, test_images = images[:60_000], images[60_000:]
    except OSError:
        # A folder that cannot be written, or a full disk, shall not stop a learner.
        train_images, test_images = arrays["train_images"], arrays["test_images"]
    return train_images, arrays["train_labels"], test_images, arrays["test_labels"]


def _map_images(path, arrays):
    """Map the file of all images, made from `arrays` where it is missing or damaged."""
    images = _open_map(path)
    if images is not None:
        return images
    # Imported here, because most loads do without it.
    from filelock import FileLock

    with warnings.catch_warnings():
        # On a disk without locks FileLock warns, and locks with a file instead.
        warnings.simplefilter("ignore")
        lock = FileLock(f"{path}.lock", timeout=LOCK_SECONDS).acquire()
    with lock:
        # Another kernel may have made the file while this one waited. All must map that same
        # file: one that took its place would be a second copy in memory.
        images = _open_map(path)
        if images is None:
            _write_map(path, np.concatenate([arrays["train_images"], arrays["test_images"]]))
            images = _open_map(path)
    if images is None:
        raise OSError(f"{path} does not hold what was written to it")
    return images


def _open_map(path):
    """Map the file if it is there and has its SHA-256, else return None."""
    try:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != MAP_SHA256:
                return None
            # The pixels are the end of the file, after NumPy's header.
            start = file.tell() - np.prod(MAP_SHAPE)
            return np.asarray(np.memmap(file, np.uint8, "r", start, MAP_SHAPE))
    except FileNotFoundError:
        return None


def _write_map(path, images):
    # Written beside and then moved. A part that is there was left by a kernel that was killed.
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        # "x": this kernel's own new file, never one that another has open.
        with open(part, "xb") as file:
            np.save(file, images)
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink()


def _read_shipped(path):
    """The arrays of the shipped file, each of which is unpacked when it is asked for."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"The data file {path} is missing. {_how_to_restore(path)}"
        ) from None
    # The file is checked before it is unpacked: bytes that match need no other check.
    found = hashlib.sha256(content).hexdigest()
    if found != FILE_SHA256:
        raise ValueError(
            f"The data file {path} is damaged: its {len(content):,} bytes have the SHA-256 "
            f"{found}, expected {FILE_SHA256}. {_how_to_restore(path)}"
        )
    return np.load(io.BytesIO(content))


def _how_to_restore(path):
    course = SHIPPED_FOLDER.parent.parent
    if path.parent != SHIPPED_FOLDER:
        return f"Restore it: copy {SHIPPED_FOLDER / path.name} there."
    if (course / ".git").exists():
        return f"Restore it: type git checkout -- helpers/mnist in the folder {course}."
    return "Restore it: get the course again, from where you had it."


def _fetch_from_openml(data_home):
    # Imported here, because scikit-learn takes a second to import and the
    # shipped data does not need it.
    from sklearn.datasets import fetch_openml, get_data_home

    network_errors = (URLError, HTTPException, ConnectionError, TimeoutError, ssl.SSLError)
    content_errors = (ValueError, LookupError, TypeError, AttributeError, EOFError, zlib.error)
    try:
        cache = Path(get_data_home(data_home)) / "openml"
        # scikit-learn tries once more after an error, and warns: the error below says more.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mnist = fetch_openml(
                "mnist_784",
                version=1,
                as_frame=False,
                data_home=data_home,
                n_retries=1,
                **_arff_reader(),
            )
            images = mnist.data.astype(np.uint8)
            # As text, since a label may come in quotes: '5'.
            labels = np.char.strip(mnist.target.astype(str), "'\"").astype(np.uint8)
        if (images != mnist.data).any():
            raise ValueError("pixels that are no bytes")
    except network_errors as error:
        raise ConnectionError(
            f"OpenML could not be reached ({error}). Check the network, or use "
            'load_mnist_data(source="shipped"), which needs none.'
        ) from error
    except (*content_errors, gzip.BadGzipFile) as error:
        raise ValueError(
            f"OpenML sent something that is not MNIST ({error}). Delete the folder {cache} and "
            'try again, or use load_mnist_data(source="shipped").'
        ) from error
    except OSError as error:
        raise OSError(
            f"The cache folder {data_home or '~/scikit_learn_data'} cannot be used ({error}). Pass "
            "a folder that you can write as data_home, or use "
            'load_mnist_data(source="shipped").'
        ) from error

    arrays = images[:60_000], labels[:60_000], images[60_000:], labels[60_000:]
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    if digest.hexdigest() != CONTENT_SHA256:
        raise ValueError(
            f"OpenML's MNIST differs from the original: SHA-256 {digest.hexdigest()}, expected "
            f"{CONTENT_SHA256}. Delete the folder {cache} and try again, or use "
            'load_mnist_data(source="shipped").'
        )
    return arrays


def _arff_reader():
    """What tells `fetch_openml` how to read OpenML's file, with pandas or without."""
    if not find_spec("pandas"):
        return {"parser": "liac-arff"}  # takes over a minute, and 1.3 GB
    # Bytes take an eighth of the memory. With labels of a kind that is left to scikit-learn,
    # its version 1.9.1 fails under pandas 3.1 (scikit-learn's pull request 34902).
    columns = dict.fromkeys(range(784), np.uint8) | {784: str}
    return {"parser": "pandas", "read_csv_kwargs": {"dtype": columns}}


@contract(num_classes=positive_integer, labels=classes("num_classes"))
def one_hot(labels, num_classes=10, dtype=np.float64):
    """Turn class numbers into columns with a single 1.

    Parameters
    ----------
    labels : array_like of int, shape (m,)
        Each from 0 to num_classes - 1.
    num_classes : int
        The number of rows to make.
    dtype : data type
        The type of the result.

    Returns
    -------
    ndarray of shape (num_classes, m)
        Column j has a 1 in row labels[j] and 0 elsewhere.

    Raises
    ------
    ValueError
        If `labels` is empty, not one-dimensional, not of integers, or out of range.
    """
    # Made with one example in each row, and then transposed: so each column lies in one piece in
    # memory, as the images do.
    encoded = np.zeros((labels.size, num_classes), dtype)
    encoded[np.arange(labels.size), labels] = 1
    return encoded.T


def scale_pixels(pixels, dtype):
    """Turn bytes from 0 to 255 into numbers from 0 to 1; leave numbers as they are.

    Parameters
    ----------
    pixels : ndarray of uint8 or of floats, any shape
    dtype : {np.float64, np.float32}
        The type to make of bytes.

    Returns
    -------
    float ndarray of the shape of `pixels`
        `pixels` itself where it holds floats already.

    Notes
    -----
    A processor multiplies several times faster than it divides. The product with 1/255
    may differ from the quotient in the last bit.
    """
    if pixels.dtype != np.uint8:
        return pixels
    return np.multiply(pixels, 1 / 255, dtype=dtype)


def main():
    """Make the file that all kernels share, before a class, and say where it is.

    Raises
    ------
    SystemExit
        If it cannot be made, with what to do. The command's exit status is then 1.
    """
    path = SHIPPED_FOLDER / MAP_NAME
    try:
        arrays = _read_shipped(SHIPPED_FOLDER / "mnist.npz")
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    try:
        _map_images(path, arrays)
    except OSError as error:
        sys.exit(
            f"{path} could not be made ({error}). The lessons run without it, but then each "
            "kernel takes 55 MB more. Close all kernels, check that you may write to the folder "
            "and that the disk has room for 60 MB, and run this again."
        )
    print(f"All kernels of this computer share {path} ({path.stat().st_size / 1e6:.0f} MB).")


if __name__ == "__main__":
    main()
