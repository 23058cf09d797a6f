"""Execute lessons from top to bottom and save them with their outputs.

    python tests/execute_notebooks.py [NOTEBOOK ...]

Without names, all of them. What differs from run to run (times of execution,
widget ids) is left out of the saved file.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).parent.parent / "notebooks"


def execute(path):
    """Run one notebook and save it, whole or not at all."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    NotebookClient(
        notebook,
        timeout=900,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # Without its state a widget's view shows "model not found"; its text stays.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    part = path.with_suffix(".part")
    nbformat.write(notebook, part)
    os.replace(part, path)


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(LESSONS.glob("*.ipynb")):
        print(f"executing {name}", flush=True)
        execute(Path(name))
