"""Jobs in words: what they do, how far they are, what came of them, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..data import JobKind, JobState
from ..models import Job
from .dates import number

STATE_NAMES = {
    JobState.DRAFT: gettext_lazy("Not finished"),
    JobState.PLANNED: gettext_lazy("Not confirmed"),
    JobState.WAITING: gettext_lazy("Waiting"),
    JobState.RUNNING: gettext_lazy("Running"),
    JobState.DONE: gettext_lazy("Done"),
    JobState.CANCELLED: gettext_lazy("Cancelled"),
    JobState.FAILED: gettext_lazy("Stopped"),
}

CHANGES = {
    "withdraw": gettext_lazy("Withdrawing assignments"),
    "extend": gettext_lazy("Moving due dates"),
    "change": gettext_lazy("Changing assignments"),
    "exempt": gettext_lazy("Granting exemptions"),
    "lift": gettext_lazy("Lifting exemptions"),
    "remind": gettext_lazy("Reminding"),
    "end-repetition": gettext_lazy("Ending repetitions"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A job as a page shows it; `total` and `done` are numbers for a bar."""

    id: str
    title: str
    state: str
    state_name: str
    running: bool
    total: int
    done: int
    progress: str
    outcome: Sequence[str]
    problem: str


def told(job: Job) -> Told:
    """The job in words."""
    state = JobState(job.state)
    return Told(
        str(job.uuid),
        title(job),
        state,
        str(STATE_NAMES[state]),
        state in (JobState.WAITING, JobState.RUNNING),
        job.total,
        job.done,
        _("%(done)s of %(total)s") % {"done": number(job.done), "total": number(job.total)},
        outcome(job),
        job.problem,
    )


def title(job: Job) -> str:
    """What it does: "Assigning Fire safety"."""
    if job.kind == JobKind.BULK_ASSIGNMENT:
        return _("Assigning %(training)s") % {"training": job.title} if job.title else _("Assigning a training")
    if job.kind == JobKind.DIRECTORY_SYNC:
        return job.title or _("Bringing the directory up to date")
    if job.kind == JobKind.PROGRESS_IMPORT:
        return _("Importing %(file)s") % {"file": job.title} if job.title else _("Importing completions")
    if job.kind == JobKind.REVOCATION:
        return job.title or _("Deleting progress")
    return job.title or str(CHANGES.get(job.terms.get("action", ""), _("Changing assignments")))


def outcome(job: Job) -> list[str]:
    """What came of it so far: "1,190 assigned", "8 skipped"; nothing of what there is none of."""
    facts = [(_done(job), job.created), (_skipped, job.skipped), (_failed, job.failed)]
    return [say(count) % {"count": number(count)} for say, count in facts if count]


def _done(job: Job) -> Any:
    if job.kind == JobKind.BULK_ASSIGNMENT:
        return lambda count: ngettext("%(count)s assigned", "%(count)s assigned", count)
    if job.kind == JobKind.PROGRESS_IMPORT:
        return lambda count: ngettext("%(count)s recorded", "%(count)s recorded", count)
    if job.kind == JobKind.REVOCATION:
        return lambda count: ngettext("%(count)s deleted", "%(count)s deleted", count)
    return lambda count: ngettext("%(count)s changed", "%(count)s changed", count)


def _skipped(count: int) -> str:
    return ngettext("%(count)s skipped", "%(count)s skipped", count)


def _failed(count: int) -> str:
    return ngettext("%(count)s failed", "%(count)s failed", count)
