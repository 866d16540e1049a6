"""Bars for a template to draw as SVG: where each begins and how long it is, as text that no locale changes.

Bars carry no words: the table that they stand in says the same in numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..rules.compliance import Tally

LENGTH = 100
"""A whole bar."""

PARTS = ("completed", "exempt", "open", "paused", "overdue", "missed")
"""The numbers that a bar of compliance is made of, in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; `name` is what it stands for."""

    name: str
    begin: str
    length: str


def stacked(tally: Tally) -> list[Part]:
    """All that are counted as one whole bar."""
    parts, begin = [], 0.0
    for name in PARTS:
        if number := getattr(tally, name):
            length = number / tally.assigned * LENGTH
            parts.append(Part(name, _written(begin), _written(length)))
            begin += length
    return parts


def bars(numbers: Sequence[int]) -> list[str]:
    """The length of a bar for each number: the greatest one's is whole."""
    most = max(numbers, default=0)
    return [_written(number / most * LENGTH if most else 0) for number in numbers]


def _written(length: float) -> str:
    return f"{length:.2f}"
