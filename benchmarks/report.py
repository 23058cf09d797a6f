"""From the measurements to the tables: plain arithmetic, Markdown, and three files."""

import json
import os
import statistics
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
TABLES = ROOT / "benchmarks" / "results.md"
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- benchmark: begin -->\n", "<!-- benchmark: end -->\n"

FLOOR = "the matrix products alone"
CASE_STUDY = "case study, NumPy"
# What may happen while a measurement counts: how much slower the floor may be at one end of a
# round than at the other, and how many cores other programs may keep busy.
MOST_DRIFT = 1.2
MOST_OTHERS = 0.1


def middle_and_ends(values):
    """The median, the smallest and the largest of some numbers."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def why_dropped(one_round, epoch):
    """Why a measurement does not count, or None. A contender's own time has no say in it.

    Parameters
    ----------
    one_round : dict
        "number", "threads", "epochs": a list of the contenders' measurements, and
        "floor_at_end": the seconds of the first contender, measured again at the end.
    epoch : dict
        One of "epochs".

    Returns
    -------
    str or None
    """
    start, end = one_round["epochs"][0]["seconds"], one_round["floor_at_end"]
    if epoch["cores_of_others"] > MOST_OTHERS:
        return "other programs were busy"
    if max(start, end) > MOST_DRIFT * min(start, end):
        return "the computer changed its speed within the round"
    return None


def summarise(rounds):
    """One row for each contender and number of threads, and the list of what was dropped.

    Ratios are formed within a round, between measurements a minute or two apart, and only
    then is the median taken. Where one of the two was dropped, there is no pair.

    Parameters
    ----------
    rounds : list of dict
        As for `why_dropped`.

    Returns
    -------
    rows, dropped : list of dict

    Raises
    ------
    ValueError
        If some contender is left without a pair.
    """
    dropped, kept = [], {}
    for one_round in rounds:
        number, threads = one_round["number"], one_round["threads"]
        good = {}
        for epoch in one_round["epochs"]:
            key = {"name": epoch["name"], "dtype": epoch["dtype"]}
            reason = why_dropped(one_round, epoch)
            if reason:
                dropped.append({"round": number, "threads": threads, **key, "reason": reason})
            else:
                good[epoch["name"], epoch["dtype"]] = epoch
        kept.setdefault(threads, []).append(good)
    names = [(epoch["name"], epoch["dtype"]) for epoch in rounds[0]["epochs"]]
    rows = [_row(*name, threads, good) for threads, good in kept.items() for name in names]
    return rows, dropped


def _row(name, dtype, threads, rounds):
    def ratios(other):
        pairs = [
            (good[name, dtype], good[other])
            for good in rounds
            if {(name, dtype), other} <= good.keys()
        ]
        if not pairs:
            raise ValueError(
                f"{name}, {dtype}, and {other[0]} were never both undisturbed on {threads} "
                "threads. Something else keeps this computer busy. Close it, and measure again."
            )
        return {
            "pairs": len(pairs),
            **middle_and_ends([a["seconds"] / b["seconds"] for a, b in pairs]),
        }

    to_case_study, to_floor = ratios((CASE_STUDY, "float64")), ratios((FLOOR, dtype))
    own = [good[name, dtype] for good in rounds if (name, dtype) in good]

    def median(key):
        return statistics.median(epoch[key] for epoch in own)

    return {
        "name": name,
        "dtype": dtype,
        "threads": threads,
        "seconds": median("seconds"),
        "to_case_study": to_case_study,
        "to_floor": to_floor,
        "first_seconds": median("first_seconds"),
        "cores_busy": median("cores_busy"),
        "peak_mb": median("peak_mb"),
        "loss": own[-1]["loss"],
    }


def markdown(results):
    """The tables as Markdown, from what results.json holds."""
    return "\n".join(
        [
            _caption(results),
            "",
            *_epoch_table(results["epochs"]),
            "",
            *_table(
                ["whole job, 20 epochs", "type", "peak memory, MB", "test accuracy"],
                [
                    [job["name"], job["dtype"], f"{job['peak_mb']:,.0f}", f"{job['accuracy']:.4f}"]
                    for job in results["whole_jobs"]
                ],
            ),
            "",
            *_table(
                ["from the start of a kernel until", "seconds"],
                [[kernel["name"], _spread(kernel["seconds"])] for kernel in results["kernels"]],
            ),
            "",
            *_table(
                ["import", "seconds"],
                [[one["name"], _spread(one["seconds"])] for one in results["imports"]],
            ),
            "",
        ]
    )


def _epoch_table(rows):
    most, fewest = max(row["threads"] for row in rows), min(row["threads"] for row in rows)
    alone = {(row["name"], row["dtype"]): row for row in rows if row["threads"] == fewest}
    lines = []
    for row in rows:
        if row["threads"] == most:
            lines.append(
                [
                    row["name"],
                    row["dtype"],
                    f"{row['seconds']:.2f}",
                    _spread(row["to_case_study"]),
                    _spread(row["to_floor"]),
                    _spread(alone[row["name"], row["dtype"]]["to_case_study"]),
                    f"{row['peak_mb']:,.0f}",
                    "" if row["loss"] is None else f"{row['loss']:.3f}",
                ]
            )
    heads = f"one epoch, {most} threads|type|seconds|case study = 1|floor = 1"
    heads += f"|{fewest} thread, case study = 1|peak memory, MB|loss, epoch 3"
    return _table(heads.split("|"), lines)


def _table(heads, rows):
    texts = ["type"]
    rule = ["---" if i == 0 or head in texts else "---:" for i, head in enumerate(heads)]
    return ["| " + " | ".join(cells) + " |" for cells in [heads, rule, *rows]]


def _spread(numbers):
    return f"{numbers['median']:.2f} ({numbers['min']:.2f} to {numbers['max']:.2f})"


def _caption(results):
    conditions, versions = results["conditions"], results["conditions"]["versions"]
    dropped = Counter(drop["reason"] for drop in results["dropped"])
    computer = f"{conditions['processor']}, {conditions['cores']} cores, {conditions['system']}"
    return (
        f"Measured on {conditions['date']} on {computer}, {conditions['memory_gb']:.0f} GB; "
        f"NumPy's products by {conditions['blas']}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f". {results['rounds']} rounds. Of {results['rounds'] * len(results['epochs'])} "
        f"measurements {dropped.total()} {'was' if dropped.total() == 1 else 'were'} dropped"
        + "".join(f", {count} because {reason}" for reason, count in dropped.items())
        + "."
    )


def put_into(page, tables):
    """A page with the tables between the two marks, in place of what stood there.

    Raises
    ------
    ValueError
        Unless each of the two marks is there once, and in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise ValueError(
            f"benchmarks/README.md must have the lines {BEGIN.strip()} and {END.strip()} once "
            "each, in this order. The tables are written between them. Put them in."
        )
    return f"{before}{begin}\n{tables}\n{end}{after}"


def write(results):
    """Write results.json, results.md and README.md, each beside the old one and then moved.

    Raises
    ------
    ValueError
        As `put_into`.
    OSError
        If a file cannot be written. Files not yet moved are then as they were.
    """
    tables = markdown(results)
    texts = {
        RESULTS: json.dumps(results, indent=1) + "\n",
        TABLES: tables,
        README: put_into(README.read_text(encoding="utf-8"), tables),
    }
    parts = {path: path.with_name(f"{path.name}.{os.getpid()}.part") for path in texts}
    try:
        for path, part in parts.items():
            part.write_text(texts[path], encoding="utf-8", newline="\n")
        for path, part in parts.items():
            os.replace(part, path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
