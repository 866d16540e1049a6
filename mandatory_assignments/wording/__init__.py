"""Facts in words, in the reader's language: every page, the dashboard section and the banner speak through it.

It decides nothing: status and days come from queries. What is said of what stands in a module of its own.
"""

from .dates import day, day_of, moment, number
from .enrolling import enrollments
from .obligations import (
    KIND_NAMES,
    STATUS_NAMES,
    Shown,
    after_the_deadline,
    completed,
    completes_when,
    done_before,
    due_in_words,
    frozen,
    held,
    late_policy,
    missing,
    shown,
    units,
)
from .rounds import Round, rounds
from .timeline import absence, due_dates, history, holds

__all__ = [
    "KIND_NAMES",
    "STATUS_NAMES",
    "Round",
    "Shown",
    "absence",
    "after_the_deadline",
    "completed",
    "completes_when",
    "day",
    "day_of",
    "done_before",
    "due_dates",
    "due_in_words",
    "enrollments",
    "frozen",
    "held",
    "history",
    "holds",
    "late_policy",
    "missing",
    "moment",
    "number",
    "rounds",
    "shown",
    "units",
]
