"""Planned directory syncs as their owners see them: the parts of a plan, and what has to be typed to confirm it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..data import Bucket, Invalid, Problem
from ..models import Job, JobRow
from ..rules import roster
from . import jobs

KINDS = ("joining", "moving", "leaving", "managers", "errors", "unchanged")
"""The parts of a plan, in order."""

PARTS = roster.PARTS
"""What a file may decide about."""


def rows(job: Job, kind: str = "", *, search: str = "") -> QuerySet[JobRow]:
    """The rows of one part in their order, or of all."""
    if kind == "errors":
        return jobs.rows(job, bucket=Bucket.REFUSE, search=search)
    return jobs.rows(job, code=kind, search=search)


def counts(job: Job) -> dict[str, int]:
    """How many rows each part has, as the plan counted them."""
    return {kind: job.terms["counts"].get(kind, 0) for kind in KINDS}


def to_type(job: Job) -> int:
    """The number of people who leave something, where it has to be typed because it is so high; else 0."""
    return job.terms["leaving"] if job.terms["emptied"] else 0


def check_typed(job: Job, typed: int | None) -> None:
    """Raises Invalid `count_required` and `count_mismatch` about the field `typed_count`."""
    wanted = to_type(job)
    facts = {"count": wanted, "typed": typed, "most": roster.MOST_LEAVING_PERCENT}
    if wanted and typed is None:
        message = _("More than %(most)d %% leave a department, a group or everything: type the number, %(count)d.")
        raise Invalid(Problem("count_required", message % facts, "typed_count"))
    if wanted and typed != wanted:
        message = ngettext(
            "You typed %(typed)d; %(count)d person leaves something.",
            "You typed %(typed)d; %(count)d people leave something.",
            wanted,
        )
        raise Invalid(Problem("count_mismatch", message % facts, "typed_count"))


def directory_lines(present: roster.Present, usernames: dict[int, str], short_name: str) -> list[list[str]]:
    """The directory as a file that can be uploaded again: a line for every member, by username."""

    def together(names: list[str]) -> str:
        return "|".join(sorted(names))

    return [
        [
            username,
            together([f"{short_name}/{path}" for path in present.departments.get(id, ())]),
            together(list(present.groups.get(id, ()))),
            together([usernames[manager] for manager in present.managers.get(id, ()) if manager in usernames]),
        ]
        for id, username in sorted(usernames.items(), key=lambda each: each[1])
        if id in present.members
    ]
