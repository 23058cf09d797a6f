"""For instructors and contributors: how exercises are made from solutions, and graded.

notebooks/solutions/README.md tells how to use it.
"""

import sys
from pathlib import Path

import helpers.sanitizing  # noqa: F401  (it also mends nbgrader)

c = get_config()  # noqa: F821  (nbgrader and nbconvert define it)

# --- From solutions to exercises.
# An empty body is recognised as not written yet, and does no harm below a finished answer.
c.ClearSolutions.code_stub = {"python": "pass  # your answer here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# --- A class: all its files lie in the folder class/, which git ignores.
COURSE = Path(__file__).parent
c.CourseDirectory.root = str(COURSE / "class")
c.CourseDirectory.course_id = "digits_from_scratch"
# A file of the student's beside the notebook must not take the place of the course's code.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    "feedback",
    "*.py",
    "*.pyc",
    "*.so",
]
c.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--InteractiveShellApp.ignore_cwd=True",
]
# Deleted test cells come back and are graded. Duplicated cells, deleted answers and damaged
# metadata stop nobody.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "helpers.sanitizing.ForgetBrokenMetadata",
    "nbgrader.preprocessors.DeduplicateIds",
    "helpers.sanitizing.ForgetBrokenMetadata",
    "helpers.sanitizing.RestoreAnswerCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "helpers.sanitizing.OverwriteCellsQuietly",
    "nbgrader.preprocessors.CheckCellMetadata",
    "helpers.sanitizing.NoteSum",
]
# Each hand-in runs in a box, where the computer can make one.
c.Autograde.autograde_preprocessors = [
    "helpers.executing.ExecuteBoxed",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Seconds a cell. A check stops an endless function after 5; this stops an endless cell.
SLOW = {"05_training_loop": 600, "08_capstone": 1200}  # these train on all of MNIST
c.Execute.timeout = max([120, *(limit for name, limit in SLOW.items() if name in sys.argv)])
c.ExecuteBoxed.seconds = max(600, 2 * c.Execute.timeout)  # a whole notebook
# Grades by hand come after a page was made. nbgrader would leave the old page as it is.
c.GenerateFeedback.force = True
c.GenerateFeedback.exporter_class = "helpers.feedback.FeedbackExporter"
# Files from a learning platform: each is collected, or look.csv says why not.
c.ZipCollectApp.extractor_plugin = "helpers.collecting.AccountForAll"
c.ZipCollectApp.collector_plugin = "helpers.collecting.ByFolder"
# `nbgrader export` writes grades.csv, and look.csv: who needs a human look.
c.ExportApp.plugin_class = "helpers.grading.ClassReport"
