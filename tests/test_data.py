"""Lesson 1: the data is MNIST bit by bit, from either source, and nothing else passes."""

import contextlib
import errno
import gzip
import hashlib
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.data import load_mnist_bytes, load_mnist_data, one_hot

MNIST_FILE = data.SHIPPED_FOLDER / "mnist.npz"

# --- the shipped source ------------------------------------------------------------------


def idx_file(array):
    """The file in which MNIST was first published: a big-endian header, then the bytes."""
    if array.ndim == 2:
        header = struct.pack(">IIII", 2051, len(array), 28, 28)
    else:
        header = struct.pack(">II", 2049, len(array))
    return header + array.tobytes()


@pytest.mark.parametrize("position", range(4))
def test_shipped_data_rebuilds_the_four_original_files(mnist_bytes, position):
    table = (data.SHIPPED_FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| (\S+-ubyte) \| (\d+) \| `(\w{64})` \|", table)
    # The README's order is that of ARRAY_NAMES.
    names = [name for name, _, _ in rows]
    assert names == [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]
    _, size, sha256 = rows[position]
    original = idx_file(mnist_bytes[position])
    assert len(original) == int(size)
    assert hashlib.sha256(original).hexdigest() == sha256


def test_bytes_have_one_image_a_row(mnist_bytes):
    shapes = [array.shape for array in mnist_bytes]
    assert shapes == [(60_000, 784), (60_000,), (10_000, 784), (10_000,)]
    assert {array.dtype for array in mnist_bytes} == {np.dtype(np.uint8)}
    assert mnist_bytes[1][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


def test_examples_are_columns_in_the_original_order(mnist, mnist_bytes):
    x_train, y_train, x_test, y_test = mnist
    shapes = [array.shape for array in mnist]
    assert shapes == [(784, 60_000), (10, 60_000), (784, 10_000), (10, 10_000)]
    assert {array.dtype for array in mnist} == {np.dtype(np.float64)}
    assert y_train[:, :10].argmax(axis=0).tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.array_equal(y_test.argmax(axis=0), mnist_bytes[3])
    # Every 50th training image is enough here: the bytes are compared above.
    assert np.array_equal(np.rint(x_train[:, ::50].T * 255), mnist_bytes[0][::50])
    assert np.array_equal(np.rint(x_test.T * 255), mnist_bytes[2])


def test_pixels_run_from_0_to_exactly_1(mnist):
    for x in (mnist[0], mnist[2]):
        assert (x.min(), x.max()) == (0, 1)


def test_each_example_lies_in_one_piece_in_memory(mnist):
    assert mnist[0].flags.f_contiguous and mnist[2].flags.f_contiguous


def test_float32_is_the_float64_data_rounded(mnist):
    rounded = load_mnist_data(dtype=np.float32)
    assert {array.dtype for array in rounded} == {np.dtype(np.float32)}
    assert np.array_equal(rounded[2], mnist[2].astype(np.float32))
    assert np.array_equal(rounded[1], mnist[1])


def test_shipped_data_may_lie_in_another_folder(tmp_path, mnist_bytes):
    shutil.copy(MNIST_FILE, tmp_path)
    for data_home in (tmp_path, str(tmp_path)):
        loaded = load_mnist_bytes(data_home=data_home)
        assert np.array_equal(loaded[3], mnist_bytes[3])


@pytest.mark.parametrize("position", [0, 100, 5_000_000, -1])
def test_one_flipped_bit_is_refused(tmp_path, position):
    content = bytearray(MNIST_FILE.read_bytes())
    content[position] ^= 1
    (tmp_path / "mnist.npz").write_bytes(content)
    with pytest.raises(ValueError, match="mnist.npz is damaged.*expected d4882c99.*Restore it"):
        load_mnist_data(data_home=tmp_path)


@pytest.mark.parametrize("size", [0, 1000, 11_000_000])
def test_a_file_cut_short_is_refused(tmp_path, size):
    (tmp_path / "mnist.npz").write_bytes(MNIST_FILE.read_bytes()[:size])
    with pytest.raises(ValueError, match=f"is damaged: its {size:,} bytes.*Restore it"):
        load_mnist_bytes(data_home=tmp_path)


def test_a_foreign_file_of_the_same_form_is_refused(tmp_path, mnist_bytes):
    other = dict(zip(data.ARRAY_NAMES, mnist_bytes, strict=True))
    np.savez(tmp_path / "mnist.npz", **{**other, "test_labels": other["test_labels"][::-1]})
    with pytest.raises(ValueError, match="is damaged"):
        load_mnist_bytes(data_home=tmp_path)


def test_a_missing_file_is_reported_with_the_cure(tmp_path):
    with pytest.raises(FileNotFoundError, match="mnist.npz is missing. Restore it: copy") as error:
        load_mnist_data(data_home=tmp_path)
    assert str(tmp_path / "mnist.npz") in str(error.value)
    assert f"copy {MNIST_FILE} there" in str(error.value)


@pytest.mark.parametrize("has_git", [True, False])
def test_git_is_advised_only_where_there_is_a_checkout(tmp_path, monkeypatch, has_git):
    (tmp_path / "helpers" / "mnist").mkdir(parents=True)
    if has_git:
        (tmp_path / ".git").touch()  # a file, as in a second work tree
    monkeypatch.setattr(data, "SHIPPED_FOLDER", tmp_path / "helpers" / "mnist")
    with pytest.raises(FileNotFoundError, match="mnist.npz is missing. Restore it: ") as error:
        load_mnist_data()
    assert ("git" in str(error.value).replace(str(tmp_path), "")) == has_git
    assert (f"in the folder {tmp_path}." in str(error.value)) == has_git


@pytest.mark.parametrize("source", ["kaggle", "", None, "Shipped"])
def test_an_unknown_source_is_refused(source):
    with pytest.raises(ValueError, match='source must be "shipped" or "openml", got') as error:
        load_mnist_data(source)
    assert repr(source) in str(error.value)


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float16, "double precision", None])
def test_an_unknown_dtype_is_refused(dtype):
    with pytest.raises(ValueError, match="dtype must be np.float64 or np.float32, got") as error:
        load_mnist_data(dtype=dtype)
    assert repr(dtype) in str(error.value)


# --- the file that all kernels share ------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A folder with the shipped file and nothing else. Its 66 MB are not kept."""
    shutil.copy(MNIST_FILE, tmp_path)
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def start(code, *arguments):
    """Run code in another process, as another kernel would."""
    return subprocess.Popen(
        [sys.executable, "-c", "import sys\nfrom helpers import data\n" + code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process, expected_status=0):
    printed, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (expected_status, "")
    return printed


def names(folder):
    """The files, but for the lock, which stays on some systems."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def is_mapped(array):
    """Whether an array lies in a file."""
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return array is not None


def assert_shared(folder, mnist_bytes):
    loaded = load_mnist_bytes(data_home=folder)
    assert_same_arrays(loaded, mnist_bytes)
    assert is_mapped(loaded[0]) and is_mapped(loaded[2])
    assert names(folder) == ["mnist.npz", "mnist_images.npy"]


def assert_own(folder, mnist_bytes):
    loaded = load_mnist_bytes(data_home=folder)
    assert_same_arrays(loaded, mnist_bytes)
    assert not is_mapped(loaded[0]) and not is_mapped(loaded[2])


LOAD_WITH_THE_OTHERS = """
import hashlib
from pathlib import Path
print("ready", flush=True)
sys.stdin.readline()
arrays = data.load_mnist_bytes(data_home=sys.argv[1])
digest = hashlib.sha256()
for array in arrays:
    digest.update(array)
maps = Path("/proc/self/maps")
lines = maps.read_text().splitlines() if maps.exists() else []
print(digest.hexdigest(), {line.split()[4] for line in lines if "mnist_images" in line})
sys.stdin.readline()
"""


@pytest.mark.slow
def test_thirty_kernels_at_once_share_one_file(folder):
    kernels = [start(LOAD_WITH_THE_OTHERS, str(folder)) for _ in range(30)]
    for kernel in kernels:
        assert kernel.stdout.readline() == "ready\n"
    for kernel in kernels:
        kernel.stdin.write("\n")
        kernel.stdin.flush()
    printed = {kernel.stdout.readline() for kernel in kernels}
    # Linux tells which file lies behind a map: its number in the file system.
    number = f"{{'{(folder / data.MAP_NAME).stat().st_ino}'}}"
    number = number if sys.platform == "linux" else "set()"
    assert printed == {f"{data.CONTENT_SHA256} {number}\n"}
    for kernel in kernels:
        output(kernel)
    assert names(folder) == ["mnist.npz", "mnist_images.npy"]


OWN_MEMORY = """
import re
from pathlib import Path

def own_memory():
    text = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"Private_\\w+: +(\\d+) kB", text)) / 1000

start = own_memory()
arrays = data.load_mnist_bytes(data_home=sys.argv[1])
total = arrays[0].sum() + arrays[2].sum()
print(own_memory() - start, flush=True)
copies = [array.copy() for array in arrays]
print(own_memory() - start, flush=True)
del copies
sys.stdin.readline()
"""


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells a process's own memory"
)
def test_a_further_kernel_needs_little_memory_of_its_own(folder):
    first = start(OWN_MEMORY, str(folder))
    for _ in range(2):
        first.stdout.readline()
    loaded, copied = map(float, output(start(OWN_MEMORY, str(folder))).split())
    output(first)
    assert loaded < 15  # MB
    assert copied > loaded + 50  # so memory of its own is seen


def test_a_second_load_makes_nothing(folder, mnist_bytes):
    assert_shared(folder, mnist_bytes)
    before = (folder / data.MAP_NAME).stat()
    assert_shared(folder, mnist_bytes)
    after = (folder / data.MAP_NAME).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def flip_the_last_pixel(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "one bit flipped": flip_the_last_pixel,
    "cut short": lambda path: os.truncate(path, 50_000_000),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no array"),
    "other images": lambda path: np.save(path, np.zeros(data.MAP_SHAPE, np.uint8)),
    "other shape": lambda path: np.save(path, np.zeros((3, 784), np.uint8)),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"more"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_or_foreign_file_is_made_anew(folder, mnist_bytes, damage):
    load_mnist_bytes(data_home=folder)
    damage(folder / data.MAP_NAME)
    assert_shared(folder, mnist_bytes)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not move a file over one in use")
def test_a_file_that_a_kernel_has_open_is_never_written_to(folder, mnist_bytes):
    load_mnist_bytes(data_home=folder)
    flip_the_last_pixel(folder / data.MAP_NAME)
    with open(folder / data.MAP_NAME, "rb") as file:
        before = file.read()
        load_mnist_bytes(data_home=folder)
        file.seek(0)
        assert file.read() == before
    assert_shared(folder, mnist_bytes)


KILLED = """
import io, os, signal
import numpy as np

def save_half(file, images):
    whole = io.BytesIO()
    save(whole, images)
    file.write(whole.getvalue()[:30_000_000])
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

save, np.save = np.save, save_half
data.load_mnist_bytes(data_home=sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_a_killed_kernel_left_is_not_used(folder, mnist_bytes):
    output(start(KILLED, str(folder)), expected_status=-9)
    assert names(folder) == ["mnist.npz", "mnist_images.npy.part"]
    assert_shared(folder, mnist_bytes)


# Prints whether the bytes are right; then tries to share them.
CHECK_THE_BYTES = """
import hashlib
digest = hashlib.sha256()
for array in data.load_mnist_bytes(data_home=sys.argv[1]):
    digest.update(array)
print(digest.hexdigest() == data.CONTENT_SHA256, flush=True)
"""
LOAD_THEN_SHARE = f"""
{CHECK_THE_BYTES}
data.SHIPPED_FOLDER = data.Path(sys.argv[1])
sys.stderr = sys.stdout
data.main()
"""

FULL_DISK = """
import resource, signal
# No file may grow beyond 20 MB: writing fails as it does on a full disk.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on a file's size")
def test_a_full_disk_stops_no_kernel_and_leaves_nothing(folder, mnist_bytes):
    printed = output(start(FULL_DISK + LOAD_THEN_SHARE, str(folder)), expected_status=1)
    loaded, message = printed.split("\n", 1)
    assert loaded == "True"
    assert "mnist_images.npy could not be made" in message
    assert "check that you may write to the folder and that the disk has room" in message
    assert names(folder) == ["mnist.npz"]
    assert_shared(folder, mnist_bytes)


NOBODY = """
import os, tempfile
# Once where it is possible, so that all packages are imported while they can be read.
arrays = data._read_shipped(data.SHIPPED_FOLDER / "mnist.npz")
with tempfile.TemporaryDirectory() as other:
    data._map_images(data.Path(other) / data.MAP_NAME, arrays)
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
"""


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be made read-only on Windows")
def test_a_folder_that_cannot_be_written_stops_no_kernel():
    # Not in tmp_path, which only the owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(MNIST_FILE, folder)
        os.chmod(folder, 0o555)
        printed = output(start(NOBODY + LOAD_THEN_SHARE, folder), expected_status=1)
        os.chmod(folder, 0o755)
        assert names(Path(folder)) == ["mnist.npz"]
    loaded, message = printed.split("\n", 1)
    assert loaded == "True"
    assert "mnist_images.npy could not be made ([Errno 13] Permission denied" in message


HOLD_THE_LOCK = """
import filelock
with filelock.FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_lock_that_is_not_to_be_had_stops_no_kernel(folder, mnist_bytes, monkeypatch):
    monkeypatch.setattr(data, "LOCK_SECONDS", 0.1)
    holder = start(HOLD_THE_LOCK, str(folder / "mnist_images.npy.lock"))
    assert holder.stdout.readline() == "held\n"
    assert_own(folder, mnist_bytes)
    assert names(folder) == ["mnist.npz"]
    output(holder)
    assert_shared(folder, mnist_bytes)


# A disk without locks answers with one of these, each time it is asked.
WITHOUT_LOCKS = """
import errno, fcntl, time
def refuse(file, operation):
    raise OSError(getattr(errno, sys.argv[2]), "no locks here")
fcntl.flock = refuse
data.LOCK_SECONDS = 600  # more than the test waits
"""
HOLD_AND_DIE = """
import os, signal
data._write_map = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
data.load_mnist_bytes(data_home=sys.argv[1])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has locks on every disk")
@pytest.mark.parametrize("fault", ["ENOSYS", "ENOLCK", "EOPNOTSUPP", "EIO"])
def test_a_disk_without_locks_stops_no_kernel_and_keeps_none_waiting(folder, fault):
    if fault == "ENOSYS":  # the lock is then a file, which a killed kernel leaves behind
        output(start(WITHOUT_LOCKS + HOLD_AND_DIE, str(folder), fault), expected_status=-9)
    for _ in range(2):
        code = WITHOUT_LOCKS + CHECK_THE_BYTES
        assert output(start(code, str(folder), fault)) == "True\n"
    assert "mnist_images.npy.part" not in names(folder)


def test_a_drive_that_maps_no_files_stops_no_kernel(folder, mnist_bytes, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENODEV, "No such device")

    load_mnist_bytes(data_home=folder)
    with monkeypatch.context() as patch:
        patch.setattr(np, "memmap", refuse)
        with pytest.raises(OSError, match="No such device"):
            data._map_images(folder / data.MAP_NAME, {})
    with monkeypatch.context() as patch:
        patch.setattr(data, "_map_images", refuse)
        assert_own(folder, mnist_bytes)


def test_a_drive_that_does_not_keep_what_is_written_is_not_trusted(
    folder, mnist_bytes, monkeypatch
):
    save = np.save
    monkeypatch.setattr(np, "save", lambda file, images: save(file, images[:1000]))
    assert_own(folder, mnist_bytes)
    monkeypatch.setattr(data, "SHIPPED_FOLDER", folder)
    with pytest.raises(SystemExit, match="does not hold what was written to it"):
        data.main()


def test_a_folder_in_its_place_stops_no_kernel(folder, mnist_bytes):
    (folder / data.MAP_NAME).mkdir()
    assert_own(folder, mnist_bytes)


@pytest.mark.parametrize("own", [False, True])
def test_bytes_cannot_be_changed_and_copies_can(folder, monkeypatch, own):
    if own:
        (folder / data.MAP_NAME).mkdir()
    for array in load_mnist_bytes(data_home=folder):
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = 7
        array.copy()[:1] = 7


def test_float_arrays_can_be_changed():
    for array in load_mnist_data(dtype=np.float32):
        array[0, 0] = 7


def test_the_command_says_where_the_file_is(folder, monkeypatch, capsys):
    monkeypatch.setattr(data, "SHIPPED_FOLDER", folder)
    for _ in range(2):
        data.main()
        path = folder / "mnist_images.npy"
        assert capsys.readouterr().out == (f"All kernels of this computer share {path} (55 MB).\n")
        assert path.stat().st_size == 54_880_128


def test_the_command_reports_missing_and_damaged_data(folder, monkeypatch):
    monkeypatch.setattr(data, "SHIPPED_FOLDER", folder)
    (folder / "mnist.npz").write_bytes(b"cut")
    with pytest.raises(SystemExit, match="mnist.npz is damaged.*Restore it"):
        data.main()
    (folder / "mnist.npz").unlink()
    with pytest.raises(SystemExit, match="mnist.npz is missing. Restore it"):
        data.main()


def test_the_command_runs_and_the_file_is_numpys(mnist_bytes):
    command = [sys.executable, "-m", "helpers.data"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    images = np.load(data.SHIPPED_FOLDER / data.MAP_NAME, mmap_mode="r")
    assert np.array_equal(images[60_000:], mnist_bytes[2])


def test_reading_the_data_needs_no_large_package():
    code = "data.load_mnist_bytes(); print(*{'matplotlib', 'sklearn', 'torch'} & set(sys.modules))"
    assert output(start(code)) == "\n"


# --- OpenML, through scikit-learn's real client and a stand-in for the service ------------

API = "/api/v1/json/data"
# scikit-learn takes it from the description's url, and until 1.6 from its file_id.
ARFF_PATH = "/data/v1/download/52667"


def arff_file(images, labels):
    """MNIST as OpenML's ARFF file: a line an image, its pixels, then its label."""
    attributes = [f"@ATTRIBUTE pixel{number} integer" for number in range(1, 785)]
    header = ["@RELATION mnist_784", *attributes, "@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}"]
    table = np.array([f"{value:3d},".encode() for value in range(256)])
    lines = np.empty((len(images), 785), dtype="S4")
    lines[:, :784] = table[images]
    lines[:, 784] = np.array([b"  %d\n" % digit for digit in range(10)])[labels]
    return "\n".join([*header, "@DATA\n"]).encode() + lines.tobytes().replace(b" ", b"")


class OpenML:
    """What the service answers, by path. Tests spoil single answers."""

    def __init__(self, arff):
        features = [
            {
                "index": str(index),
                "name": f"pixel{index + 1}" if index < 784 else "class",
                "data_type": "numeric" if index < 784 else "nominal",
                "is_target": str(index == 784).lower(),
                "is_ignore": "false",
                "is_row_identifier": "false",
                "number_of_missing_values": "0",
            }
            for index in range(785)
        ]
        description = {
            "id": "554",
            "name": "mnist_784",
            "version": "1",
            "description": "The MNIST database of handwritten digits",
            "format": "ARFF",
            "status": "active",
            "url": f"https://api.openml.org{ARFF_PATH}",
            "file_id": "52667",
            "md5_checksum": hashlib.md5(arff).hexdigest(),
        }
        num_images = arff.count(b"\n", arff.index(b"@DATA")) - 1
        qualities = [{"name": "NumberOfInstances", "value": f"{num_images}.0"}]
        listing = {"data": {"dataset": [{"did": 554, "name": "mnist_784", "version": 1}]}}
        self.description = f"{API}/554"
        self.listing = f"{API}/list/data_name/mnist_784/limit/2/data_version/1"
        self.answers = {
            self.listing: json.dumps(listing).encode(),
            self.description: json.dumps({"data_set_description": description}).encode(),
            f"{API}/features/554": json.dumps({"data_features": {"feature": features}}).encode(),
            f"{API}/qualities/554": json.dumps({"data_qualities": {"quality": qualities}}).encode(),
            ARFF_PATH: arff,
        }
        self.packed = {ARFF_PATH: gzip.compress(arff, compresslevel=1)}
        self.requests, self.broken, self.cut = [], set(), set()
        self.silent, self.garbled = set(), set()

    def replace_arff(self, arff):
        """Send another file; its checksum stays what the description says."""
        self.answers[ARFF_PATH], self.packed[ARFF_PATH] = arff, gzip.compress(arff)

    def replace_checksum(self):
        """Let the description vouch for the file that is sent now."""
        answer = json.loads(self.answers[self.description])
        checksum = hashlib.md5(self.answers[ARFF_PATH]).hexdigest()
        answer["data_set_description"]["md5_checksum"] = checksum
        self.answers[self.description] = json.dumps(answer).encode()

    def answer(self, handler):
        """Answer one GET request."""
        path = handler.path
        self.requests.append(path)
        if path in self.silent:
            handler.close_connection = True
        elif path in self.garbled:
            handler.wfile.write(b"this is not HTTP")
        elif path in self.broken or path not in self.answers:
            handler.send_error(500 if path in self.broken else 404)
        else:
            body = self.packed.get(path, self.answers[path])
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            if path in self.packed:
                handler.send_header("Content-Encoding", "gzip")
            handler.end_headers()
            handler.wfile.write(body[: len(body) // 2] if path in self.cut else body)


def route_openml_to(port):
    """Send every https request of urllib to a port of this machine, and none elsewhere."""

    class Loopback(urllib.request.HTTPSHandler):
        def https_open(self, request):
            assert request.host.endswith("openml.org")

            def connect(host, timeout, **_):
                return http.client.HTTPConnection("127.0.0.1", port, timeout=10)

            return self.do_open(connect, request)

    no_proxy = urllib.request.ProxyHandler({})
    urllib.request.install_opener(urllib.request.build_opener(no_proxy, Loopback))


@contextlib.contextmanager
def serve(openml):
    """Let urllib, and so scikit-learn, find `openml` at www.openml.org."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            openml.answer(self)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    route_openml_to(server.server_port)
    try:
        yield openml
    finally:
        urllib.request.install_opener(None)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def whole_openml(mnist_bytes):
    train_images, train_labels, test_images, test_labels = mnist_bytes
    images = np.concatenate([train_images, test_images])
    labels = np.concatenate([train_labels, test_labels])
    with serve(OpenML(arff_file(images, labels))) as openml:
        yield openml


@pytest.fixture
def few(mnist_bytes):
    """A hundred images that stand for the 70,000 where the content does not matter."""
    return mnist_bytes[2][:100], mnist_bytes[3][:100]


@pytest.fixture
def openml(few, monkeypatch):
    """A service with these hundred images, and the checksum that makes them the right ones."""
    images, labels = few
    monkeypatch.setattr(
        data, "CONTENT_SHA256", hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    )
    with serve(OpenML(arff_file(images, labels))) as openml:
        yield openml


@pytest.fixture
def no_service():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        route_openml_to(probe.getsockname()[1])
        yield
    urllib.request.install_opener(None)


def assert_same_arrays(loaded, expected):
    for found, wanted in zip(loaded, expected, strict=True):
        assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
        assert np.array_equal(found, wanted)


def assert_few(loaded, few):
    images, labels = few
    assert_same_arrays(loaded, (images, labels, images[:0], labels[:0]))


@pytest.mark.slow
def test_openml_gives_the_shipped_arrays_then_its_cache_does(
    whole_openml, mnist_bytes, tmp_path, recwarn, capfd
):
    assert_same_arrays(load_mnist_bytes("openml", tmp_path), mnist_bytes)
    assert set(whole_openml.requests) == set(whole_openml.answers)

    whole_openml.requests.clear()
    whole_openml.broken = set(whole_openml.answers)
    assert_same_arrays(load_mnist_bytes("openml", tmp_path), mnist_bytes)
    assert whole_openml.requests == []

    assert [str(warning.message) for warning in recwarn] == []
    assert capfd.readouterr().err == ""


def test_openml_data_is_scaled_like_the_shipped_data(monkeypatch, mnist_bytes, mnist):
    monkeypatch.setattr(data, "_fetch_from_openml", lambda data_home: mnist_bytes)
    assert_same_arrays(load_mnist_data(source="openml"), mnist)


def test_openml_uses_scikit_learns_own_cache_by_default(openml, few, monkeypatch, tmp_path):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    assert_few(load_mnist_bytes("openml"), few)
    assert (tmp_path / "openml").is_dir()


@pytest.mark.parametrize("has_pandas", [True, False])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_quoted_labels_are_read_with_pandas_and_without(
    openml, few, tmp_path, monkeypatch, recwarn, has_pandas, quote
):
    # Labels alone stand at the end of a line, and in braces in the header.
    plain = arff_file(*few).decode()
    quoted = re.sub(r"\b(\d)(?=\n)", rf"{quote}\1{quote}", plain)
    quoted = quoted.replace(
        "{0,1,2,3,4,5,6,7,8,9}", f"{{{','.join(f'{quote}{d}{quote}' for d in range(10))}}}"
    )
    assert quoted.count(quote) >= 220 and (quoted == plain) == (quote == "")
    openml.replace_arff(quoted.encode())
    openml.replace_checksum()
    if not has_pandas:
        monkeypatch.setattr(data, "find_spec", lambda name: None)
    assert_few(load_mnist_bytes("openml", tmp_path), few)
    assert list(recwarn) == []


@pytest.mark.parametrize("value", ["?", "-1", "257"])
def test_a_pixel_that_is_no_byte_is_refused_without_pandas_too(
    openml, few, tmp_path, monkeypatch, recwarn, value
):
    monkeypatch.setattr(data, "find_spec", lambda name: None)
    openml.replace_arff(arff_file(*few).replace(b",0,", f",{value},".encode(), 1))
    openml.replace_checksum()
    with pytest.raises(ValueError, match="OpenML.*MNIST.*Delete the folder"):
        load_mnist_bytes("openml", tmp_path)
    assert list(recwarn) == []


def flip_one_pixel(few):
    images, labels = few[0].copy(), few[1]
    images[50, 400] ^= 1
    return arff_file(images, labels)


def test_a_damaged_download_is_refused_and_not_trusted_later(openml, few, tmp_path, recwarn):
    right = openml.answers[ARFF_PATH]
    openml.replace_arff(flip_one_pixel(few))
    with pytest.raises(ValueError, match="OpenML sent something that is not MNIST.*md5 checksum"):
        load_mnist_bytes("openml", tmp_path)
    assert list(recwarn) == []
    openml.replace_arff(right)
    assert_few(load_mnist_bytes("openml", tmp_path), few)


def test_altered_pixels_with_a_right_md5_are_refused_again_and_again(openml, few, tmp_path):
    openml.replace_arff(flip_one_pixel(few))
    openml.replace_checksum()
    for _ in range(2):
        with pytest.raises(ValueError, match="OpenML's MNIST differs from the original") as error:
            load_mnist_bytes("openml", tmp_path)
    # The cure that the message names works.
    folder = tmp_path / "openml"
    assert f"Delete the folder {folder} and try again" in str(error.value)
    shutil.rmtree(folder)
    openml.replace_arff(arff_file(*few))
    openml.replace_checksum()
    assert_few(load_mnist_bytes("openml", tmp_path), few)


@pytest.mark.parametrize(
    "old, new",
    [
        (b",7\n", b",seven\n"),
        (b",0,", b",?,"),
        (b",0,", b",257,"),
        (b",0,", b",0.5,"),
        (b",0,", b",-1,"),
    ],
    ids=["word", "missing", "too large", "fraction", "negative"],
)
def test_a_file_with_other_values_is_refused(openml, few, tmp_path, old, new):
    openml.replace_arff(arff_file(*few).replace(old, new, 1))
    openml.replace_checksum()
    with pytest.raises(ValueError, match="OpenML.*MNIST.*Delete the folder"):
        load_mnist_bytes("openml", tmp_path)


def test_a_file_with_fewer_images_is_refused(openml, few, tmp_path):
    openml.replace_arff(arff_file(few[0][:99], few[1][:99]))
    openml.replace_checksum()
    with pytest.raises(ValueError, match="OpenML's MNIST differs from the original"):
        load_mnist_bytes("openml", tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"<html>Please log in to this network</html>",
        b"{}",
        b'{"data": {"dataset": []}}',
        b"\xff",
    ],
    ids=["page", "list", "empty", "no data set", "no text"],
)
def test_an_answer_that_makes_no_sense_is_refused(openml, tmp_path, body):
    openml.answers[openml.listing] = body
    with pytest.raises(ValueError, match="OpenML sent something that is not MNIST.*Delete the f"):
        load_mnist_bytes("openml", tmp_path)


def test_a_data_set_without_labels_is_refused(openml, tmp_path):
    path = f"{API}/features/554"
    openml.answers[path] = openml.answers[path].replace(b'"is_target": "true"', b'"is_target": ""')
    with pytest.raises(ValueError, match="OpenML sent something that is not MNIST"):
        load_mnist_bytes("openml", tmp_path)


@pytest.mark.parametrize("kept", [0, 60])
def test_a_file_that_cannot_be_unpacked_is_refused(openml, few, tmp_path, kept):
    right = openml.packed[ARFF_PATH]
    openml.packed[ARFF_PATH] = right[:kept] + b"\xff" * 99
    with pytest.raises(ValueError, match="OpenML sent something that is not MNIST"):
        load_mnist_bytes("openml", tmp_path)
    openml.packed[ARFF_PATH] = right
    assert_few(load_mnist_bytes("openml", tmp_path), few)


def test_without_the_service_the_error_comes_soon_and_says_what_to_do(
    no_service, tmp_path, recwarn, capfd
):
    start = time.monotonic()
    with pytest.raises(ConnectionError, match="OpenML could not be reached") as error:
        load_mnist_bytes("openml", tmp_path)
    assert time.monotonic() - start < 10
    assert 'load_mnist_data(source="shipped"), which needs none' in str(error.value)
    assert list(recwarn) == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("fault", ["broken", "silent", "garbled"])
@pytest.mark.parametrize("part", ["listing", "file"])
def test_a_service_in_trouble_is_a_connection_error(openml, few, tmp_path, fault, part):
    path = openml.listing if part == "listing" else ARFF_PATH
    getattr(openml, fault).add(path)
    with pytest.raises(ConnectionError, match="OpenML could not be reached.*Check the network"):
        load_mnist_bytes("openml", tmp_path)
    getattr(openml, fault).clear()
    assert_few(load_mnist_bytes("openml", tmp_path), few)


@pytest.mark.parametrize("is_packed", [True, False])
@pytest.mark.parametrize("part", ["listing", "description", "file"])
def test_a_connection_cut_in_the_middle_leaves_nothing_that_is_trusted(
    openml, few, tmp_path, part, is_packed
):
    if not is_packed:
        openml.packed.clear()
    path = ARFF_PATH if part == "file" else getattr(openml, part)
    openml.cut.add(path)
    # Half a file looks like a wrong file: HTTP's length is not checked by urllib.
    with pytest.raises(ValueError, match="OpenML sent something that is not MNIST.*try again"):
        load_mnist_bytes("openml", tmp_path)
    openml.cut.clear()
    assert_few(load_mnist_bytes("openml", tmp_path), few)


def test_a_cache_damaged_later_is_fetched_again(openml, few, tmp_path):
    load_mnist_bytes("openml", tmp_path)
    (cached,) = (tmp_path / "openml").rglob("52667*")
    cached.write_bytes(cached.read_bytes()[:-1000])
    assert_few(load_mnist_bytes("openml", tmp_path), few)


def test_an_unwritable_cache_is_reported_with_the_folder_and_the_cure(openml, tmp_path):
    (tmp_path / "file").write_text("no folder can be made under a file")
    data_home = tmp_path / "file" / "cache"
    with pytest.raises(OSError, match="cannot be used.*Pass a folder that you can write") as error:
        load_mnist_bytes("openml", data_home)
    assert str(data_home) in str(error.value)
    assert not isinstance(error.value, ConnectionError)


def break_off(monkeypatch, error):
    """Let every download end with an error after its start."""

    def copy(source, target):
        target.write(source.read(10))
        raise error

    monkeypatch.setattr(shutil, "copyfileobj", copy)


def test_a_full_disk_is_no_network_error(openml, few, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        break_off(patch, OSError(errno.ENOSPC, "No space left on device"))
        with pytest.raises(OSError, match="No space left.*Pass a folder") as error:
            load_mnist_bytes("openml", tmp_path)
    assert f"The cache folder {tmp_path} cannot be used" in str(error.value)
    assert not isinstance(error.value, ConnectionError)
    assert_few(load_mnist_bytes("openml", tmp_path), few)


@pytest.mark.parametrize("kind", [TimeoutError, ConnectionResetError, ssl.SSLError])
def test_a_network_that_fails_on_the_way_is_a_connection_error(
    openml, few, tmp_path, monkeypatch, kind
):
    with monkeypatch.context() as patch:
        break_off(patch, kind("gone"))
        with pytest.raises(ConnectionError, match="OpenML could not be reached .*gone.*shipped"):
            load_mnist_bytes("openml", tmp_path)
    assert_few(load_mnist_bytes("openml", tmp_path), few)


# --- one-hot ------------------------------------------------------------------------------


def test_one_hot_by_hand():
    encoded = one_hot([2, 0], num_classes=3)
    assert encoded.tolist() == [[0, 1], [0, 0], [1, 0]]
    assert encoded.dtype == np.float64
    assert one_hot([1], dtype=np.float32).dtype == np.float32
    assert one_hot([1]).shape == (10, 1)


@given(st.lists(st.integers(0, 9), min_size=1), st.sampled_from([np.uint8, np.int8, np.int64]))
def test_one_hot_round_trip(labels, dtype):
    encoded = one_hot(np.array(labels, dtype=dtype))
    assert encoded.shape == (10, len(labels))
    assert encoded.argmax(axis=0).tolist() == labels
    assert (encoded.sum(axis=0) == 1).all() and set(np.unique(encoded)) == {0, 1}


@pytest.mark.parametrize("labels", [[0, 10], [-1, 3]])
def test_labels_out_of_range_are_refused(labels):
    with pytest.raises(ValueError, match="labels must lie between 0 and 9.*got values from") as e:
        one_hot(labels)
    assert f"from {labels[0]} to {labels[1]}" in str(e.value) or "from 0 to 10" in str(e.value)


def test_the_last_class_is_in_range_and_the_next_is_not():
    assert one_hot([2], num_classes=3).tolist() == [[0], [0], [1]]
    with pytest.raises(ValueError, match="labels must lie between 0 and 2 for num_classes=3"):
        one_hot([3], num_classes=3)


@pytest.mark.parametrize(
    "labels",
    [
        [],
        np.zeros(0, int),
        [[1, 2]],
        3,
        [1.0, 2.0],
        ["1"],
        [True],
        [None],
        np.array([1], dtype=object),
    ],
    ids=repr,
)
def test_labels_that_are_no_row_of_integers_are_refused(labels):
    with pytest.raises(ValueError, match="labels must be a one-dimensional array of at least one"):
        one_hot(labels)


# --- scale_pixels ---------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaled_bytes_run_from_0_to_exactly_1(dtype):
    pixels = np.arange(256, dtype=np.uint8).reshape(2, 128)
    scaled = data.scale_pixels(pixels, dtype)
    assert scaled.dtype == dtype and scaled.shape == (2, 128)
    assert scaled[0, 0] == 0 and scaled[1, -1] == 1
    np.testing.assert_allclose(scaled, pixels / 255, rtol=2 * np.finfo(dtype).eps)
    assert pixels[1, -1] == 255


def test_floats_are_not_scaled_again():
    pixels = np.array([[0.0, 1.0]], dtype=np.float32)
    assert data.scale_pixels(pixels, np.float64) is pixels
