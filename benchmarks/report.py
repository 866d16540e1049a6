"""What the figures say: a line for each while it runs, and at the end tables of ratios, for people and for docs/."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

Figure = Mapping[str, Any]
DISTRIBUTIONS = ("Django", "learning-paths-plugin", "openedx-completion-aggregator", "edx-completion")


def line(figure: Figure) -> str:
    """One figure as it comes."""
    return (
        f"    {figure['variant']}: {_length(figure)} per {figure['unit']}, {figure['statements']:.3g} statements, "
        f"ratio {ratio(figure)}, undisturbed {figure['undisturbed_ratio']:.3g}"
    )


def tables(figures: Iterable[Figure]) -> str:
    """All figures as reStructuredText: first what has a goal, then each comparison."""
    rows = list(figures)
    benches = list(dict.fromkeys(row["bench"] for row in rows))
    variants = list(dict.fromkeys((row["bench"], row["variant"]) for row in rows))
    rows.sort(key=lambda row: variants.index((row["bench"], row["variant"])))
    compared = [_comparison(bench, [row for row in rows if row["bench"] == bench]) for bench in benches]
    return "\n\n".join([*_goals(rows), *compared])


def surroundings(load: Sequence[float]) -> str:
    """On what and beside what it ran; `load` holds the load averages between the benches."""
    names = ", ".join(f"{name} {version(name)}" for name in DISTRIBUTIONS)
    return (
        f"{os.cpu_count()} cores, load average {min(load):.1f} to {max(load):.1f}; "
        f"Python {platform.python_version()}, {names}"
    )


def ratio(figure: Figure) -> str:
    """The ratio to the base with its quartiles; the base itself has none."""
    if figure["variant"] == figure["base"]:
        return "1"
    low, high = figure["ratio_quartiles"]
    return f"{figure['ratio']:.3g} ({low:.3g} to {high:.3g})"


def _undisturbed(figure: Figure) -> str:
    return "" if figure["variant"] == figure["base"] else f"{figure['undisturbed_ratio']:.3g}"


def _goals(rows: Sequence[Figure]) -> list[str]:
    cells = [["what", "goal", "database", "ratio", "undisturbed", ""]]
    told = None
    for row in rows:
        if row["goal"] is not None:
            what = f"{row['bench']}: {row['variant']}"
            verdict = "met" if row["ratio"] <= row["goal"] else "missed"
            repeated = what == told
            cells.append(
                ["" if repeated else what, f"{row['goal']:g}", row["database"], ratio(row), _undisturbed(row), verdict]
            )
            told = what
    return [_titled("Goals", cells)] if told else []


def _comparison(bench: str, rows: Sequence[Figure]) -> str:
    cells = [["", "database", "ratio", "undisturbed", f"time per {rows[0]['unit']}", "95 %", "statements"]]
    told = None
    for row in rows:
        what = "" if row["variant"] == told else row["variant"]
        late, statements = _seconds(row["late"]), f"{row['statements']:.3g}"
        cells.append([what, row["database"], ratio(row), _undisturbed(row), _length(row), late, statements])
        told = row["variant"]
    return _titled(f"{bench[0].upper()}{bench[1:]}", cells)


def _length(figure: Figure) -> str:
    low, high = map(_seconds, figure["quartiles"])
    return f"{_seconds(figure['median'])} ({low} to {high})"


def _seconds(value: float) -> str:
    """A length in the unit in which a person would say it."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def _titled(title: str, cells: Sequence[Sequence[str]]) -> str:
    """A simple table under a heading."""
    widths = [max(2, *(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    rule = "  ".join("=" * width for width in widths)
    lines = [
        "  ".join((text or "..").ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([title, "-" * len(title), rule, lines[0], rule, *lines[1:], rule])
