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
    return f"    {figure['variant']}: {_length(figure)}, {figure['statements']:.3g} statements, ratio {ratio(figure)}"


def tables(figures: Iterable[Figure]) -> str:
    """All figures as reStructuredText: first what has a goal, then each comparison, with the databases side by side."""
    rows = list(figures)
    by_bench: dict[str, list[Figure]] = {}
    for row in rows:
        by_bench.setdefault(row["bench"], []).append(row)
    return "\n\n".join([_goals(rows), *(_comparison(bench, found) for bench, found in by_bench.items())])


def surroundings(load: Sequence[float]) -> str:
    """On what and beside what it ran; `load` holds the load averages between the benches."""
    names = ", ".join(f"{name} {version(name)}" for name in DISTRIBUTIONS)
    return (
        f"{os.cpu_count()} cores, load average {min(load):.1f} to {max(load):.1f}; "
        f"Python {platform.python_version()}, {names}"
    )


def ratio(figure: Figure) -> str:
    """The ratio with its quartiles, and that of the fastest tenths; the base itself has none."""
    if figure["variant"] == figure["base"]:
        return "1"
    low, high = figure["ratio_quartiles"]
    return f"{figure['ratio']:.3g} ({low:.3g} to {high:.3g}), undisturbed {figure['undisturbed_ratio']:.3g}"


def _goals(rows: Sequence[Figure]) -> str:
    databases = _databases(rows)
    found = {(row["bench"], row["variant"], row["database"]): row for row in rows if row["goal"] is not None}
    cells = [["what", "ratio to", "goal", *databases]]
    for bench, variant in dict.fromkeys(key[:2] for key in found):
        figures = [found.get((bench, variant, name)) for name in databases]
        one = next(filter(None, figures))
        cells.append([f"{bench}: {variant}", one["base"], f"{one['goal']:g}", *map(_verdict, figures)])
    return _titled("Goals", cells)


def _verdict(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{ratio(figure)}{'' if figure['ratio'] <= figure['goal'] else ' - missed'}"


def _comparison(bench: str, rows: Sequence[Figure]) -> str:
    databases = _databases(rows)
    found = {(row["variant"], row["database"]): row for row in rows}
    cells = [["", *[text for name in databases for text in (f"{name}: ratio", "time", "statements")]]]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        cells.append([variant])
        for name in databases:
            figure = found.get((variant, name))
            cells[-1] += [ratio(figure), _length(figure), f"{figure['statements']:.3g}"] if figure else ["", "", ""]
    return _titled(f"{bench[0].upper()}{bench[1:]}", cells)


def _databases(rows: Sequence[Figure]) -> list[str]:
    return list(dict.fromkeys(row["database"] for row in rows))


def _length(figure: Figure) -> str:
    low, high = map(_seconds, figure["quartiles"])
    return f"{_seconds(figure['median'])} a {figure['unit']} ({low} to {high})"


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
