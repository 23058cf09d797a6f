"""`make exercises` runs nbconvert with this: nbgrader's own steps from solution to exercise."""

from pathlib import Path

c = get_config()  # noqa: F821  (nbconvert defines it)
load_subconfig("nbgrader_config.py", path=str(Path(__file__).parents[2]))  # noqa: F821
c.NotebookExporter.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
]
