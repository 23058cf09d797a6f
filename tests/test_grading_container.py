"""Grading in a container: the commands on the instructor's page, and what they name."""

import json
import os
import re
import shutil
import subprocess
import tomllib

import pytest
from test_grading import NAME, ROOT, add_code
from test_grading_box import lay_out

from helpers.workspace import SOLUTIONS

PAGE = (ROOT / "notebooks" / "solutions" / "README.md").read_text(encoding="utf-8")
# A command of the page, with the lines in which it goes on.
COMMANDS = re.findall(r"^ {6}(docker (?:.*\\\n)*.*)$", PAGE, re.MULTILINE)
BUILD, RUN = COMMANDS
IMAGE = re.search(r" -t (\S+) ", BUILD)[1]
DOCKERFILE = (ROOT / re.search(r" -f (\S+) ", BUILD)[1]).read_text(encoding="utf-8")
COPIED = " ".join(re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE)).split()


def test_the_image_gets_what_is_there_and_nothing_of_the_class():
    assert all((ROOT / name).exists() for name in COPIED)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"pyproject.toml", project["readme"], *project["license-files"]} <= {*COPIED}
    assert not {"class", "notebooks", "."} & {*COPIED}
    assert str(SOLUTIONS.relative_to(ROOT)) in COPIED  # of which the referee makes what is given
    # Nor is the class sent to Docker's service.
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"class", ".venv*"} <= {*ignored} and not {*ignored} & {*COPIED}


def test_a_run_uses_the_image_and_gives_it_the_class_where_nbgrader_looks():
    assert f" {IMAGE} " in RUN
    course = re.search(r"^WORKDIR (\S+)$", DOCKERFILE, re.MULTILINE)[1]
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    assert 'c.CourseDirectory.root = str(COURSE / "class")' in config
    assert re.findall(r' -v "(.*?)" ', RUN) == [f"$PWD/class:{course}/class"]


def why_no_image():
    """Why the page's command cannot be tried here."""
    if not shutil.which("docker"):
        return "Docker is not installed"
    asked = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, text=True)
    return f"no image {IMAGE}: {asked.stderr.strip()}" if asked.returncode else ""


ATTACK = """
import os
for path in ("/course/class/gradebook.db", "/course/class"):
    print("TOOK" if os.path.exists(path) else "kept", path)
"""


@pytest.mark.slow
def test_a_class_is_graded_in_the_container_and_each_hand_in_in_a_box(tmp_path):
    if why := why_no_image():
        pytest.skip(f"grading in a container is not tried here: {why}")
    lay_out(tmp_path / "class", ["ada", "eve"])
    path = tmp_path / "class" / "submitted" / "eve" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    add_code(notebook, ATTACK)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    user = os.getuid() or 1000
    if os.getuid() == 0:  # the container's own user, who is not root
        for place in [tmp_path / "class", *(tmp_path / "class").rglob("*")]:
            os.chown(place, user, user)
    command = RUN.replace("--rm", f"--rm --user {user}:{os.getgid() or user}")
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for student in ("ada", "eve"):
        path = tmp_path / "class" / "autograded" / student / NAME / f"{NAME}.ipynb"
        graded = json.loads(path.read_text(encoding="utf-8"))
        assert graded["metadata"]["not_boxed"] == ""
        outputs = [output for cell in graded["cells"] for output in cell.get("outputs", [])]
        printed = "".join("".join(output.get("text", [])) for output in outputs)
        assert "softmax: right." in printed and "TOOK" not in printed
    assert printed.count("kept /course") == 2  # else eve tried nothing
