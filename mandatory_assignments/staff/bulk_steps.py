"""What the steps of a bulk assignment share: the draft with its forms, who may open it, the way between the steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from ..data import Course, JobKind, JobState, People, Scope, Terms
from ..queries import jobs
from .bulk_forms import BulkForm, people_of, together, usual_schedule
from .doors import check, course_of, rendered, staff_page
from .new_pages import offers

STEPS = (
    ("what", gettext_lazy("What and when")),
    ("people", gettext_lazy("For whom")),
    ("reminders", gettext_lazy("Reminders")),
    ("preview", gettext_lazy("Preview")),
)
"""The last part of the address of each step, and its name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as the pages use it; with a course it is about that alone."""

    job: Any
    scope: Scope
    course: Course | None
    now: datetime

    @property
    def kept(self) -> dict[str, Any]:
        """What was filled in so far."""
        found: dict[str, Any] = self.job.terms
        return found

    def form(self, sent: Any = None, *, step: str = "") -> BulkForm:
        """The form as it is kept, with what was sent in this step instead."""
        what, schedule = self.kept.get("what"), self.kept.get("reminders") or usual_schedule()
        if sent is not None:
            said = dict(sent.lists())
            what, schedule = (said, schedule) if step == "what" else (what, said)
        data = together(schedule, what) if what is not None else None
        organization = data.get("organization", "") if data else ""
        return BulkForm(data, initial={}, **offers(self.scope, self.now, self.course, organization))

    def terms(self) -> Terms | None:
        """What is asked of every assignment; None while that is not settled."""
        form = self.form() if "what" in self.kept else None
        return form.all_terms if form and form.is_valid() else None

    @property
    def people(self) -> People:
        """Whom it is for so far."""
        return people_of(self.kept.get("people", {}))

    def address(self, step: str) -> str:
        """The address of a step."""
        return reverse(f"mandatory_assignments:staff-bulk-{step}", kwargs={"draft_id": self.job.uuid})

    def plan(self) -> Any:
        """The plan that was made of it as it is; None where there is none."""
        token = self.kept.get("plan")
        found = jobs.job(self.scope, token, JobKind.BULK_ASSIGNMENT) if token else None
        return None if found is None or (found.confirmed_at is None and found.state != JobState.PLANNED) else found

    @property
    def list_url(self) -> str:
        """The list that it was begun from."""
        if self.course:
            return reverse("mandatory_assignments:staff-course", kwargs={"course_key": self.course.key})
        return reverse("mandatory_assignments:staff-list")


def draft_page(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page about a draft of one's own: anything else does not exist, and what was confirmed leads to its job."""

    @staff_page
    @wraps(page)
    def door(request: HttpRequest, scope: Scope, now: datetime, draft_id: UUID) -> HttpResponseBase:
        check(scope.assigns)
        job = jobs.job(scope, draft_id, JobKind.BULK_ASSIGNMENT)
        if job is None or job.state != JobState.DRAFT:
            raise Http404
        key = job.terms.get("course", "")
        draft = Draft(job, scope, course_of(scope, key) if key else None, now)
        plan = draft.plan()
        if plan and plan.confirmed_at:
            return redirect("mandatory_assignments:staff-job", job_id=plan.uuid)
        return page(request, draft)

    return door


def shown(request: HttpRequest, draft: Draft, step: str, **context: Any) -> HttpResponse:
    """The page of a step, with the way to the others that can be gone to."""
    open_steps = ["what"]
    if "what" in draft.kept:
        open_steps.append("people")
        if "people" in draft.kept:
            open_steps += ["reminders", "preview"]
    number = [name for name, _text in STEPS].index(step)
    return rendered(
        request,
        f"bulk_{step}",
        draft.scope,
        steps=[
            {"name": text, "url": draft.address(name) if name in open_steps else "", "current": name == step}
            for name, text in STEPS
        ],
        step_number=number + 1,
        step_name=STEPS[number][1],
        course=draft.course,
        list_url=draft.list_url,
        back_url=draft.address(STEPS[number - 1][0]) if number else draft.list_url,
        title=draft.job.title,
        **context,
    )
