"""The trained network that ships: it is what the course's own training gives, or it is refused."""

import re
import shutil

import numpy as np
import pytest

from helpers import doctor, trained_network
from helpers.data import one_hot
from helpers.forward import compute_accuracy, initialize_parameters
from helpers.trained_network import LAYER_DIMS, WEIGHTS, load_trained_network, train_network
from helpers.training_loop import load_parameters, save_parameters

# README.md and lesson 7 tell this accuracy.
TEST_ACCURACY = 0.9766


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A copy of the file, which the module reads in place of it."""
    copy = tmp_path / "weights.npz"
    shutil.copyfile(WEIGHTS, copy)
    monkeypatch.setattr(trained_network, "WEIGHTS", copy)
    return copy


def refused(words, error=ValueError):
    with pytest.raises(error) as caught:
        load_trained_network()
    assert re.search(words, str(caught.value))
    assert re.search(r"Restore them: .* -m helpers\.trained_network$", str(caught.value))


def test_it_has_the_layers_of_the_course_and_the_accuracy_that_the_readme_tells(mnist_bytes):
    params = load_trained_network()
    assert [params[name].shape for name in ("W1", "W2", "W3")] == [(128, 784), (64, 128), (10, 64)]
    assert {array.dtype for array in params.values()} == {np.dtype(np.float64)}
    images, labels = mnist_bytes[2:]
    assert compute_accuracy(images.T, one_hot(labels), params) == TEST_ACCURACY


def test_the_file_is_small():
    assert WEIGHTS.stat().st_size <= 500_000


@pytest.mark.slow
def test_the_training_of_the_course_gives_these_weights():
    params, test_accuracy = train_network()
    stored = load_trained_network()
    assert stored.keys() == params.keys()
    for name, array in params.items():
        # Rounding to float32 moves a number by at most 2**-24 of it. Between computers the float64
        # training differs by some 1e-15; a thousand times that is allowed here.
        np.testing.assert_allclose(stored[name], array, rtol=2**-24, atol=1e-12, err_msg=name)
    assert test_accuracy == TEST_ACCURACY


def test_a_missing_file_is_said(weights):
    weights.unlink()
    refused("weights.npz are missing", FileNotFoundError)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.99])
def test_damage_is_said(weights, place):
    content = bytearray(weights.read_bytes())
    content[int(place * len(content))] ^= 1
    weights.write_bytes(content)
    refused("weights.npz are damaged")
    weights.write_bytes(content[: int(place * len(content))])
    refused("weights.npz are damaged")


def test_another_network_is_refused(weights):
    save_parameters(weights, initialize_parameters([784, 10]))
    refused(r"a network with \[784, 10\] units, expected \[784, 128, 64, 10\]")


def test_the_doctor_finds_what_is_wrong_with_it(weights):
    assert doctor.check_data()
    weights.write_bytes(b"cut off")
    with pytest.raises(doctor.Problem) as caught:
        doctor.check_data()
    assert caught.value.found.endswith("weights.npz are damaged.")
    assert "-m helpers.trained_network" in caught.value.fix


def test_a_python_with_spaces_in_its_path_can_be_pasted(weights, monkeypatch):
    weights.unlink()
    monkeypatch.setattr("sys.executable", "/my programs/python")
    refused('type "/my programs/python" -m', FileNotFoundError)


def test_the_command_writes_the_network_that_it_trained(weights, monkeypatch, capsys):
    params = initialize_parameters(LAYER_DIMS, seed=7)
    monkeypatch.setattr(trained_network, "train_network", lambda: (params, 0.1))
    weights.unlink()
    trained_network.main()
    assert capsys.readouterr().out == f"{weights} holds the trained network.\n"
    assert {array.dtype for array in load_parameters(weights).values()} == {np.dtype(np.float32)}
    for name, array in load_trained_network().items():
        np.testing.assert_allclose(array, params[name], rtol=2**-24)
