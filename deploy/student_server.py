"""What runs in a student's box: bring the notebooks that are new, then be the student's server.

The hub does not copy them itself. It would follow the links that a student has put in the way.
"""

import os
import sys
from pathlib import Path

from helpers.workspace import EXERCISES, ROOT, copy_new


def give_notebooks(home):
    """Copy the notebooks that a student does not have yet. Nothing is overwritten.

    Parameters
    ----------
    home : Path
    """
    notebooks = home / "notebooks"
    copy_new(ROOT / "notebooks", notebooks)
    copy_new(ROOT / "notebooks" / "extras", notebooks / "extras")
    copy_new(EXERCISES, notebooks / "my_work")


if __name__ == "__main__":
    try:
        give_notebooks(Path.home())
    except OSError as error:
        # On a full disk the server starts all the same: there files can be deleted.
        print(error, file=sys.stderr)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])
