"""The page that records that somebody completed something: what kind, which training, who, when."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import wording
from ..data import Course, Refused, Scope, TrainingKind
from ..queries import people, progress, recordable, training_lists
from ..services.record import record_completions
from ..wording.progress import TAB_NAMES
from .doors import check, course_of, rendered, staff_page
from .filters import text_of
from .progress_forms import RecordForm, offered_trainings
from .undo import offer

FURTHEST_AHEAD = timedelta(hours=14)
"""How far ahead of UTC anybody's day is; whose day counts is known when the person is."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def add(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """The form; once recorded it leads to the list, where the row is."""
    check(scope.assigns)
    course = course_of(scope, course_key) if course_key else None
    asked = request.GET.get("kind", "")
    kind = TrainingKind(asked) if asked in list(TrainingKind) else TrainingKind.COURSE
    find, learner = text_of(request.GET, "find"), text_of(request.GET, "learner")
    asked_of = {"learner": learner} if learner else {}
    inside = progress.inside_course(course.key) if course else None
    offered, more = offered_trainings(scope, kind, find, inside)
    if course and kind == TrainingKind.COURSE and not offered:
        offered = [(course.key, f"{course.name} ({course.key})")]
    wanted = (request.POST or request.GET).get("training", "").replace("\x00", "")
    if wanted and wanted not in dict(offered):  # it was found by typing, or a link names it
        named = training_lists.named(scope, wanted)
        others, _more = offered_trainings(scope, kind, named.name if named else wanted, inside)
        offered += [each for each in others if each[0] == wanted]
    form = RecordForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        offered=offered,
        organizations=people.organizations_to_assign_for(scope),
        last_day=(now + FURTHEST_AHEAD).date(),
        suggest_url=_url("people-suggest", course),
        initial={"training": request.GET.get("training", ""), "learner": learner},
    )
    if form.is_bound and form.is_valid() and (name := _recorded(request, scope, form, now)):
        return redirect(f"{_url('progress', course)}?{urlencode({'kind': kind, 'search': name})}")
    return rendered(
        request,
        "progress_add",
        scope,
        form=form,
        course=course,
        kind=kind,
        find=find,
        more=more,
        nothing=not offered,
        learner=learner,
        tabs=[
            {"text": text, "query": urlencode({"kind": each, **asked_of}), "chosen": each == kind}
            for each, text in TAB_NAMES.items()
        ],
        list_url=f"{_url('progress', course)}?{urlencode({'kind': kind})}",
    )


def _recorded(request: HttpRequest, scope: Scope, form: RecordForm, now: datetime) -> str:
    """The name of the person of whom it is recorded now; empty where it was refused, and then the form says why."""
    said = form.cleaned_data
    reference, learner = said["training"], said["learner"]
    if said.get("organization") and not _belongs(learner, said["organization"]):
        form.add_problems([people.unknown_learner(learner)])
        return ""
    try:
        with transaction.atomic():
            outcome = record_completions(
                actor=request.user,
                training=reference,
                learners=[learner],
                completed_on=said["completed_on"],
                reference=said["reference"].strip(),
                now=now,
            )
            if outcome.refused:
                raise Refused(*[problem for _entry, problem in outcome.refused])
    except Refused as refusal:
        form.add_problems(refusal.problems)
        return ""
    row = progress.row_of_completion(outcome.created[0])
    name = people.names([row.learner])[row.learner_id]
    told = format_html(
        _("Recorded: {person} completed {training} on {day}."),
        person=format_html(
            '<a href="{}">{}</a>', reverse("mandatory_assignments:staff-person", args=[row.learner.username]), name
        ),
        training=row.training.name,
        day=wording.day(said["completed_on"]),
    )
    offer(
        request, told, "record", [str(row.uuid)] if recordable.stands_alone((row.learner_id, row.training_id)) else []
    )
    return name


def _belongs(learner: str, short_name: str) -> bool:
    owner = people.organization(short_name)
    return bool(owner and people.learners([learner], within=people.members_of(owner.id)))


def _url(what: str, course: Course | None) -> Any:
    """The address that belongs to all, or to a course."""
    if course:
        return reverse(f"mandatory_assignments:staff-course-{what}", kwargs={"course_key": course.key})
    return reverse(f"mandatory_assignments:staff-{what}")
