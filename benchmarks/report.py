"""What the figures say: a line for each while it runs, and at the end a table of ratios for people and for docs/."""

from collections.abc import Iterable, Mapping
from typing import Any

Figure = Mapping[str, Any]


def line(figure: Figure) -> str:
    """One figure as it comes."""
    low, high = map(seconds, figure["quartiles"])
    return (
        f"    {figure['variant']}: {seconds(figure['median'])} ({low} to {high}) per {figure['unit']}, "
        f"{figure['statements']:.4g} statements, ratio {ratio(figure)}"
    )


def table(figures: Iterable[Figure]) -> str:
    """All figures as reStructuredText, a table for each comparison with the databases side by side."""
    rows = list(figures)
    benches = list(dict.fromkeys(row["bench"] for row in rows))
    return "\n\n".join(_comparison(bench, [row for row in rows if row["bench"] == bench]) for bench in benches)


def _comparison(bench: str, rows: list[Figure]) -> str:
    databases = list(dict.fromkeys(row["database"] for row in rows))
    found = {(row["variant"], row["database"]): row for row in rows}
    unit = rows[0]["unit"]
    cells = [["", *[text for name in databases for text in (name, f"per {unit}", "statements")]]]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        cells.append([variant])
        for name in databases:
            figure = found.get((variant, name))
            cells[-1] += _cells(figure) if figure else ["", "", ""]
    title = f"{bench[0].upper()}{bench[1:]}"
    return f"{title}\n{'-' * len(title)}\n{_grid(cells)}"


def _cells(figure: Figure) -> list[str]:
    low, high = map(seconds, figure["quartiles"])
    return [ratio(figure), f"{seconds(figure['median'])} ({low} to {high})", f"{figure['statements']:.3g}"]


def ratio(figure: Figure) -> str:
    """The ratio with its quartiles, and the goal where there is one."""
    if figure["variant"] == figure["base"]:
        return "1"
    low, high = figure["ratio_quartiles"]
    text = f"{figure['ratio']:.3g} ({low:.3g} to {high:.3g})"
    if figure["goal"] is None:
        return text
    return f"{text}, goal {figure['goal']:g}{'' if figure['ratio'] <= figure['goal'] else ' MISSED'}"


def seconds(value: float) -> str:
    """A length in the unit in which a person would say it."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def _grid(cells: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    rule = "  ".join("=" * max(width, 2) for width in widths)
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])
