"""The pages to add people to a list of the directory and to take them out: members, managers, coordinators.

All six lists ask alike: whoever is to come is typed or pasted, whoever is to go is chosen on the list and confirmed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from .. import wording
from ..data import Outcome, Refused, Scope
from ..queries import people, rosters
from ..services.departments import change_department_managers, change_department_members
from ..services.directory import change_coordinators, change_managers, change_organization_members
from ..services.groups import change_group_members
from .directory_forms import PeopleForm
from .directory_places import department_of, group_of, organization_of
from .doors import check, rendered, staff_page
from .undo import offer

MOST_TOLD = 10


@dataclass(frozen=True)
class Crowd:
    """A list of people: whose it is, who is on it, the verb that changes it, and what it means to leave it.

    `whose` names its owner to the verb; `left` names the list to `undo`, empty where more than a place is lost.
    """

    place: str
    title: str
    adding: str
    removing: str
    means: Sequence[str]
    present: Any
    change: Callable[..., Outcome]
    whose: Mapping[str, str | UUID]
    back: str
    left: str = ""
    may_add: bool = True
    suggestions: Sequence[tuple[str, str]] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def organization_members(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """Global staff add people to an organization; coordinators only take them out."""
    row = organization_of(scope, short_name)
    going = rosters.members(row).filter(username__in=_who(request)).values_list("id", flat=True)
    count = rosters.open_assignments(row, list(going)) if _who(request) else 0
    still_open = ngettext("%(count)s assignment stays open.", "%(count)s assignments stay open.", count)
    crowd = Crowd(
        row.name,
        _("Members"),
        _("Add members"),
        _("Remove from the organization"),
        [
            _("They leave its departments and learning groups as well."),
            _("They manage nobody there any more, and nobody there manages them."),
            still_open % {"count": wording.number(count)},
            _("Their accounts and what they have done stay. Nobody gets mail about this."),
            _("This cannot be undone."),
        ],
        rosters.members(row),
        change_organization_members,
        {"organization": row.short_name},
        reverse("mandatory_assignments:staff-organization-people", args=[row.short_name]),
        may_add=scope.everything,
        suggestions=people.suggestions(scope),
    )
    return _page(request, scope, now, crowd)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def organization_coordinators(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """Global staff appoint coordinators and dismiss them."""
    row = organization_of(scope, short_name)
    check(scope.everything)
    crowd = Crowd(
        row.name,
        _("Coordinators"),
        _("Add coordinators"),
        _("Dismiss coordinators"),
        [
            _("They cannot assign for the organization any more, and do not see its people."),
            _("What they assigned stays. Nobody gets mail about this."),
        ],
        rosters.coordinators(row),
        change_coordinators,
        {"organization": row.short_name},
        reverse("mandatory_assignments:staff-organization", args=[row.short_name]),
        left="coordinators",
        suggestions=people.suggestions(scope),
    )
    return _page(request, scope, now, crowd)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def department_members(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """Who is in a department."""
    row = department_of(scope, department_id)
    seen = _("The managers of this department do not see them any more, unless they manage them elsewhere.")
    crowd = _members(scope, row, row.path, _("Take out of the department"), [seen], change_department_members)
    return _page(request, scope, now, crowd)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def department_managers(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """Who looks after a department and everything below it."""
    row = department_of(scope, department_id)
    crowd = Crowd(
        row.path,
        _("Managers"),
        _("Appoint managers"),
        _("Dismiss managers"),
        [
            _("They do not see the people of this department and below any more, unless they manage them elsewhere."),
            _("Reminders that go to managers go to those of the next department upwards, or to the assigning person."),
            _("Nobody gets mail about this."),
        ],
        rosters.managers(row),
        change_department_managers,
        {"department": row.uuid},
        reverse("mandatory_assignments:staff-department", args=[row.uuid]),
        left="department_managers",
        suggestions=people.suggestions(scope),
    )
    return _page(request, scope, now, crowd)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def person_managers(request: HttpRequest, scope: Scope, now: datetime, short_name: str, username: str) -> HttpResponse:
    """Who looks after one person alone, whatever their department."""
    row = organization_of(scope, short_name)
    person = rosters.members(row).filter(username=username.replace("\x00", "")).first()
    if person is None:
        raise Http404
    crowd = Crowd(
        people.names([person])[person.id],
        _("Managers"),
        _("Appoint managers"),
        _("Dismiss managers"),
        [
            _("They do not see this person any more, unless they manage them elsewhere."),
            _("Without managers of their own, those of the department look after them."),
            _("Nobody gets mail about this."),
        ],
        rosters.managers_of(row, person),
        change_managers,
        {"person": person.username, "organization": row.short_name},
        reverse("mandatory_assignments:staff-person", args=[person.username]),
        left="managers",
        suggestions=people.suggestions(scope),
    )
    return _page(request, scope, now, crowd)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def group_members(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """Who is in a learning group."""
    row = group_of(scope, group_id)
    crowd = _members(scope, row, row.name, _("Take out of the learning group"), [], change_group_members)
    return _page(request, scope, now, crowd)


def _members(
    scope: Scope, row: Any, place: str, removing: str, besides: Sequence[str], change: Callable[..., Outcome]
) -> Crowd:
    """Who is in a department or a learning group; `besides` is what it means to leave it, apart from the usual."""
    kind = "department" if hasattr(row, "path") else "group"
    return Crowd(
        place,
        _("Members"),
        _("Add members"),
        removing,
        [
            _("They stay members of the organization and of other departments and groups."),
            *besides,
            _("What was assigned to them stays. Nobody gets mail about this."),
        ],
        rosters.members(row),
        change,
        {kind: row.uuid},
        reverse(f"mandatory_assignments:staff-{kind}", args=[row.uuid]),
        left=f"{kind}_members",
        suggestions=people.suggestions(scope),
    )


def _who(request: HttpRequest) -> list[str]:
    """The usernames that were chosen on the list."""
    sent = request.POST if request.method == "POST" else request.GET
    return [name for name in dict.fromkeys(sent.getlist("who")) if "\x00" not in name][: people.MOST_NAMED]


def _page(request: HttpRequest, scope: Scope, now: datetime, crowd: Crowd) -> HttpResponse:
    if _who(request):
        return _removal(request, scope, now, crowd)
    check(crowd.may_add)
    suggest_url = "" if crowd.suggestions else reverse("mandatory_assignments:staff-people-suggest")
    form = PeopleForm(request.POST if request.method == "POST" else None, suggest_url=suggest_url)
    if form.is_bound and form.is_valid():
        try:
            outcome = crowd.change(**crowd.whose, add=form.entries, actor=request.user, now=now)
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            _tell_added(request, outcome)
            if not outcome.refused:
                return redirect(crowd.back)
            refused = "\n".join(entry for entry, _problem in outcome.refused)
            form = PeopleForm({"many": refused}, suggest_url=suggest_url)
            form.full_clean()
            form.add_problems(problem for _entry, problem in outcome.refused[:MOST_TOLD])
            if len(outcome.refused) > MOST_TOLD:
                rest = len(outcome.refused) - MOST_TOLD
                told = ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": wording.number(rest)}
                form.add_error("many", told)
    return rendered(request, "directory_add", scope, form=form, crowd=crowd)


def _removal(request: HttpRequest, scope: Scope, now: datetime, crowd: Crowd) -> HttpResponse:
    """Asks, telling who goes and what that means, and then takes them off the list."""
    going = list(crowd.present.filter(username__in=_who(request)).order_by("username"))
    if request.method == "POST" or not going:
        if going:
            _remove(request, now, crowd, [user.username for user in going])
        return redirect(crowd.back)
    names = people.names(going)
    listed = sorted(((user.username, names[user.id]) for user in going), key=lambda each: each[1].casefold())
    return rendered(request, "directory_remove", scope, crowd=crowd, going=listed)


def _remove(request: HttpRequest, now: datetime, crowd: Crowd, usernames: list[str]) -> None:
    try:
        removed = crowd.change(**crowd.whose, remove=usernames, actor=request.user, now=now).changed
    except Refused as refusal:
        messages.warning(request, refusal.problems[0].message, fail_silently=True)
        return
    told = ngettext("%(count)s person was removed.", "%(count)s people were removed.", len(removed))
    whose = {name: str(value) for name, value in crowd.whose.items()}
    undone_by = [crowd.left, whose, [str(username) for username in removed]] if crowd.left and removed else []
    offer(request, told % {"count": wording.number(len(removed))}, "leave", undone_by)


def _tell_added(request: HttpRequest, outcome: Outcome) -> None:
    if outcome.created:
        told = ngettext("%(count)s person was added.", "%(count)s people were added.", len(outcome.created))
        messages.success(request, told % {"count": wording.number(len(outcome.created))}, fail_silently=True)
    if outcome.unchanged:
        told = ngettext(
            "%(count)s person was there already.", "%(count)s people were there already.", len(outcome.unchanged)
        )
        messages.info(request, told % {"count": wording.number(len(outcome.unchanged))}, fail_silently=True)
