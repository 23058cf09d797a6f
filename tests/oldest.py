"""Print the oldest versions that pyproject.toml allows, for `make test-oldest`.

What is named in requirements.txt only, such as pytest, stays at its version there.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def oldest():
    """Lines for pip, one for each package.

    Returns
    -------
    list of str
        Such as "numpy==2.0.2".
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = dict(re.match(r"([\w-]+)>=([\d.]+)", d).groups() for d in project["dependencies"])
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", pins, flags=re.MULTILINE))
    return [f"{name}=={version}" for name, version in (pinned | bounds).items()]


if __name__ == "__main__":
    print("\n".join(oldest()))
