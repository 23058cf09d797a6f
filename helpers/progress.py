"""Where a student stands: `progress()` shows which exercises are right, and where to go on.

It reads the marks that the checks leave in notebooks/my_work/progress.txt. Nothing else reads
them, nothing is sent, and no grade comes from them: whoever deletes the file, or copies another
one there, changes this picture alone.
"""

import json
import re
from dataclasses import dataclass, field

from helpers.diagrams import LOOKS, exercise_map
from helpers.figures import show
from helpers.workspace import EXERCISES, marks_file, read_marks

ELSEWHERE = (
    "Your progress is kept in notebooks/my_work. Open the exercises there, and this cell shows it."
)


@dataclass
class Exercise:
    """One exercise, as its notebook has it."""

    notebook: str  # 02_activations.ipynb
    lesson: str  # 2 · Bend the line
    letter: str
    title: str
    checks: list = field(default_factory=list)

    def state(self, marks):
        """What the marks say.

        Parameters
        ----------
        marks : set of str

        Returns
        -------
        str
            "right" once all its checks have passed. It stays so when one fails later: the
            check itself says that. "begun" once a check has met an answer, "open" before.
        """
        if all(f"right {check}" in marks for check in self.checks):
            return "right"
        is_begun = any(f"{word} {check}" in marks for check in self.checks for word in LOOKS)
        return "begun" if is_begun else "open"


def find_exercises():
    """Find the exercises and their checks in the course's notebooks.

    One without a check of its own, such as 8.A, goes by the next check.

    Returns
    -------
    list of Exercise
        In the course's order. Empty where the functions are installed without the lessons.
    """
    found = []
    for path in sorted(EXERCISES.glob("*.ipynb")):
        lesson, group = "", []  # the exercises that share the next checks
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if title := re.match(r"# Exercises (.+)", source):
                lesson = title[1]
            elif heading := re.match(r"## \d\.([A-Z]) (.+) \(", source):
                if found and found[-1].checks:
                    group = []
                found.append(Exercise(path.name, lesson, heading[1], heading[2].replace("`", "")))
                group.append(found[-1])
            for exercise in group:
                exercise.checks += re.findall(r"^check_(\w+)\(", source, re.MULTILINE)
    return found


def choose_next(exercises, states):
    """Choose where to go on: from the last exercise that has marks, or else at the first left.

    Parameters
    ----------
    exercises : list of Exercise
    states : list of str
        Of each exercise.

    Returns
    -------
    Exercise or None
        None if all are right.
    """
    last = max((n for n, state in enumerate(states) if state != "open"), default=0)
    pairs = list(zip(exercises, states, strict=True))
    return next((e for e, state in pairs[last:] + pairs[:last] if state != "right"), None)


def progress():
    """Show which exercises are right, begun and open, and where to go on."""
    path, exercises = marks_file(), find_exercises()
    if path is None or not exercises:
        print(ELSEWHERE)
        return
    marks, lessons = read_marks(path), {}
    states = [exercise.state(marks) for exercise in exercises]
    for exercise, state in zip(exercises, states, strict=True):
        lessons.setdefault(exercise.lesson, {})[exercise.letter] = state
    show(exercise_map(lessons), alt=in_words(lessons))
    counts = ", ".join(f"{states.count(state)} {state}" for state in LOOKS)
    print(f"{len(states)} exercises: {counts}.")
    goal = choose_next(exercises, states)
    if goal is None:
        print("You have written the whole course.")
        return
    verb = "Begin" if set(states) == {"open"} else "Go on"
    print(f'{verb} with exercise {goal.lesson[0]}.{goal.letter}, "{goal.title}":')
    print(f"notebooks/my_work/{goal.notebook}")


def in_words(lessons):
    """Say what the picture of the exercises shows.

    Parameters
    ----------
    lessons : dict of str to dict
        As in `helpers.diagrams.exercise_map`.

    Returns
    -------
    str
    """
    rows = []
    for title, letters in lessons.items():
        groups = {state: [a for a in letters if letters[a] == state] for state in LOOKS}
        told = [f"{state} {', '.join(group)}" for state, group in groups.items() if group]
        rows.append(f"{title}: {'; '.join(told)}.")
    return " ".join(["The exercises of each lesson.", *rows])
