"""The texts of the licences of what others made, which travel with the slides and the site."""

import re
from importlib.metadata import distribution
from pathlib import Path

PAGE = Path(__file__).parent.parent / "THIRD_PARTY.md"
# | what | licence | from the package | `file`, `file` |
ROW = re.compile(r"^\| (.+) \| (.+) \| (\S+) \| (`.+`) \|$", re.MULTILINE)
TEXT = re.compile(r"(.*[._])?(licen[cs]e|copying|notice)(\.(txt|rst|md))?", re.IGNORECASE)


def rows():
    """What THIRD_PARTY.md lists: for each work its name, licence, package and files."""
    table = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(*row, re.findall("`(.+?)`", files)) for *row, files in table]


def texts():
    """All that the packages of THIRD_PARTY.md say of licences, after that page itself.

    Returns
    -------
    str

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one of the packages is not installed.
    """
    parts = [PAGE.read_text(encoding="utf-8")]
    for name in sorted({package for _, _, package, _ in rows()}):
        for file in distribution(name).files or ():
            if TEXT.fullmatch(file.name):
                parts.append(f"{'=' * 80}\n{name}: {file}\n\n{file.read_text(encoding='utf-8')}")
    return "\n\n".join(parts)
