"""What a newcomer reads and types first: README.md, and the container of an editor."""

import importlib.util
import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from helpers.data import load_mnist_bytes

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DEVCONTAINER = ROOT / ".devcontainer" / "devcontainer.json"
# Pages that tell people what to type.
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "THIRD_PARTY.md",
    "benchmarks/README.md",
    "deploy/README.md",
)


def is_made(target):
    """Whether make knows a target."""
    return re.search(rf"^{re.escape(target)}:", MAKEFILE, re.MULTILINE) is not None


def anchor(heading):
    """The address of a heading on its page, as GitHub and the site make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.fixture
def picture():
    """The module site/picture.py."""
    spec = importlib.util.spec_from_file_location("picture", ROOT / "site" / "picture.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_screen_shows_what_it_is_and_the_two_commands():
    screen = "\n".join(README.splitlines()[:30])
    assert screen.startswith("# Digits from Scratch\n\nA course")
    assert re.search(r"^!\[", screen, re.MULTILINE)
    commands = re.findall(r"^    (make \S+)$", screen, re.MULTILINE)
    assert commands == ["make lab", "make test"]
    for command in commands:
        assert re.search(rf"^`{command}`.*\.$", screen, re.MULTILINE)


def test_the_pictures_are_small_and_say_what_they_show():
    pictures = dict(re.findall(r"!\[(.*?)\]\((.*?)\)", README))
    assert list(pictures.values()) == ["site/digits.png", "site/network.svg"]
    for alt, path in pictures.items():
        assert (ROOT / path).stat().st_size <= 100_000
        assert len(alt) > 40
    # White paper: one reads them on a dark page too.
    pixels = imread(ROOT / "site/digits.png")
    assert (pixels[[0, -1]][:, [0, -1]] == 1).all()
    assert "fill: #ffffff" in (ROOT / "site/network.svg").read_text(encoding="utf-8")[:2000]


def test_the_strip_is_the_one_that_is_drawn_today(picture, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(picture, "STRIP", tmp_path / "network.svg")
    picture.write_strip(load_mnist_bytes()[0][7])
    assert f"![{capsys.readouterr().out.strip()}](site/network.svg)" in README
    assert list(tmp_path.iterdir()) == [tmp_path / "network.svg"]
    # Where curves run differs between Matplotlib's versions, but not which words there are.
    words = re.compile(r"<!-- (.*?) -->")
    drawn, shipped = tmp_path / "network.svg", ROOT / "site" / "network.svg"
    assert words.findall(drawn.read_text("utf-8")) == words.findall(shipped.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, fragment = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page} links to {link}"
        if fragment:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in map(anchor, headings), f"{page} links to {link}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_what_the_site_holds_too(page):
    """The site shows the same text, and building it ends at a link that leads nowhere."""
    patterns = runpy.run_path(str(ROOT / "site" / "build.py"))["PAGES"]
    held = {path.resolve() for part in (*patterns, "LICENSE") for path in ROOT.glob(part)}
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", text):
        assert (ROOT / page).parent.joinpath(link).resolve() in held, f"{page} links to {link}"


@pytest.mark.parametrize("page", PAGES)
def test_what_one_types_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"(?:^    |`)make ([^\s`]+)", text, re.MULTILINE)
    assert targets or page == "deploy/README.md"
    for target in targets:
        assert is_made(target), f"{page}: make {target}"
    for module in re.findall(r"python -m ((?:helpers|benchmarks)[\w.]*)", text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


def test_the_container_sets_up_what_the_makefile_makes():
    container = json.loads(DEVCONTAINER.read_text(encoding="utf-8"))
    command, target = container["postCreateCommand"].split()
    assert command == "make" and is_made(target)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"]).groups()
    version = re.fullmatch(r"python:(\d+)\.(\d+)", container["image"]).groups()
    assert tuple(map(int, version)) >= tuple(map(int, oldest))
    assert 8888 in container["forwardPorts"]
    settings = container["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"] == "${workspaceFolder}/.venv"


def test_the_picture_ends_with_a_mistake_and_its_text_says_what_is_drawn(picture):
    labels = np.arange(40) % 10
    answers = np.where(np.isin(np.arange(40), [5, 23, 31]), 8, labels)
    y_hat = np.full((10, 40), 0.01)
    y_hat[answers, np.arange(40)] = 0.91
    chosen = picture.choose(y_hat, labels)
    assert chosen == [*range(9), 23]
    text = picture.alt_text(labels[chosen], y_hat[:, chosen])
    assert "0 (91 %), 1 (91 %)" in text and text.endswith("8 are right; the last digit is a 3.")
    images = np.zeros((10, 784), np.uint8)
    figure = picture.draw(images, labels[chosen], y_hat[:, chosen])
    titles = [axis.get_title() for axis in figure.axes if axis.get_title()]
    assert titles == ["0", "1", "2", "3", "4", "8", "6", "7", "8", "8"]
    heights = [patch.get_height() for patch in figure.axes[10].patches]
    assert heights == list(y_hat[:, 0])


def test_no_answer_is_called_certain(picture):
    assert picture.percent(0.99999) == "over 99 %" and picture.percent(0.657) == "66 %"


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NOTEBOOK_COMMANDS = re.findall(
    r"^    python -m pytest (.*?notebooks/\S+)", CONTRIBUTING, re.MULTILINE
)


@pytest.mark.parametrize("arguments", NOTEBOOK_COMMANDS)
def test_a_contributors_command_finds_its_notebooks(arguments):
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--collect-only", *arguments.split()]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stdout
    assert "::Cell 0" in found.stdout
