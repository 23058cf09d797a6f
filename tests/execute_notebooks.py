"""Execute lessons and extras from top to bottom and save them with their outputs and time.

    python tests/execute_notebooks.py [NOTEBOOK ...]

Without names, all of them. What differs from run to run (times of execution,
widget ids) is left out of the saved file, but for one line in the header: how
long the computer took, and where it took longest.
"""

import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
# Kernels take this over: what is saved does not tell which exercises the author has done.
os.environ["DIGITS_NO_MARKS"] = "1"
# The author writes the minutes, this tool all that follows them.
TIME = re.compile(r"^\*Time: (\d+) minutes\b.*\*$", re.MULTILINE)


def execute(path):
    """Run one notebook and save it, whole or not at all.

    The work that the cells took is printed, and written into the header. The start
    of the kernel, about a second, is not in it: it is over before a student runs the first cell.

    Raises
    ------
    ValueError
        If the first cell has no line for the time, or no code cell is in a section.
    nbclient.exceptions.CellExecutionError, nbclient.exceptions.DeadKernelError
        If a cell fails. The file stays as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    seconds, memory = {}, {}  # of each code cell, by its position

    def start(cell, cell_index):
        seconds[cell_index] = -time.perf_counter()

    def stop(cell, cell_index, execute_reply):
        seconds[cell_index] += time.perf_counter()
        memory[cell_index] = peak_memory(client.km.provisioner.pid)

    client = NotebookClient(
        notebook,
        timeout=900,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=start,
        on_cell_executed=stop,
    )
    client.execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # Without its state a widget's view shows "model not found"; its text stays.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    if path.parent.name in ("notebooks", "extras"):  # exercises do not tell the computer's time
        write_time(notebook, seconds, path.name)
    part = path.with_suffix(".part")
    nbformat.write(notebook, part)
    os.replace(part, path)
    print(f"    {sum(seconds.values()):.1f} s, peak memory {max(memory.values(), default=0)} MB")


def peak_memory(pid):
    """Megabytes that a process has held at most, shared ones included; 0 where not Linux."""
    status = Path(f"/proc/{pid}/status")
    text = status.read_text() if status.exists() else "VmHWM: 0 kB"
    return int(re.search(r"VmHWM:\s+(\d+) kB", text)[1]) * 1024 // 1_000_000


def write_time(notebook, seconds, name):
    """Say in the first cell how long the computer took, and in which section longest."""
    header = notebook.cells[0]
    time_line = TIME.search(header.source)
    if time_line is None:
        raise ValueError(
            f"the first cell of {name} has no line for the time. Write the minutes that a reader "
            'needs, as "*Time: 40 minutes.*", and run this again: it adds the rest.'
        )
    sections = {}  # the one around each code cell; none around the picture that opens a lesson
    for position in seconds:
        above = "\n".join(cell.source for cell in notebook.cells[:position])
        if headings := re.findall(r"^## ([\d.]+) ", above, re.MULTILINE):
            sections[position] = headings[-1]
    if not sections:
        raise ValueError(
            f'no code cell of {name} is in a section. Put a heading such as "## 1.1 Pixels" above '
            "the first one."
        )
    slowest = max(sections, key=seconds.get)
    total, longest = (max(1, round(s)) for s in (sum(seconds.values()), seconds[slowest]))
    line = (
        f"*Time: {time_line[1]} minutes. The computer takes {total} s of them; its slowest cell, "
        f"in section {sections[slowest]}, takes {longest} s (measured on {os.cpu_count()} cores).*"
    )
    header.source = header.source.replace(time_line[0], line)


if __name__ == "__main__":
    for name in sys.argv[1:] or [
        *sorted(NOTEBOOKS.glob("*.ipynb")),
        *sorted(NOTEBOOKS.glob("extras/*.ipynb")),
    ]:
        print(f"executing {name}", flush=True)
        execute(Path(name).resolve())
