"""What the pages of an organization and of a department tell of their people's progress."""

from typing import Any

from django.utils.http import urlencode

from .. import wording
from ..data import ProgressState, Scope, TrainingKind
from ..queries import assignments, paging, progress, progress_facts
from ..wording import progress as words
from .progress_filters import TABS

MOST_RECENT = 5


def recent(scope: Scope, **fixed: str) -> dict[str, list[words.Shown]] | None:
    """What happened last among these people, and the certifications that they completed last; None for everybody."""
    if not fixed:
        return None
    found = {}
    for name, conditions in (
        ("activity", {}),
        ("certifications", {"kind": TrainingKind.PATH, "status": ProgressState.COMPLETED}),
    ):
        rows = progress.rows(scope, **fixed, **conditions)
        page = paging.page(rows, [progress.COLUMN], descending=True, size=MOST_RECENT, keys_first=True)
        found[name] = words.shown(page.rows, progress_facts.facts(scope, page.rows))
    return found


def summary(scope: Scope, url: str, **fixed: str) -> dict[str, Any]:
    """The same for the page of an organization or department, with the numbers of its three lists at this address."""
    counts = [(kind, assignments.count(progress.rows(scope, kind=kind, **fixed))) for kind in TABS]
    return {
        "recent": recent(scope, **fixed),
        "progress_tabs": [
            {
                "text": words.TAB_NAMES[kind],
                "count": wording.number(*found),
                "url": f"{url}?{urlencode({'kind': kind})}",
            }
            for kind, found in counts
        ],
    }
