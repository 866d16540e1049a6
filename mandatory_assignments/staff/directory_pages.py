"""The pages of an organization's directory: its departments, groups, people and coordinators, and its policy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import wording
from ..data import Refused, Scope
from ..queries import assignments, directory, paging, people, policies, rosters
from ..services.policies import set_policy
from ..wording.reminders import SET_NAMES
from .directory_forms import PolicyForm
from .directory_places import organization_of
from .doors import PAGE_SIZE, check, rendered, staff_page
from .progress_summary import summary

LONGEST_SEARCH = 255


@require_safe
@staff_page
def organizations(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """The organizations whose directory the role keeps; who keeps one is led there."""
    check(directory.keeps(scope))
    asked = request.GET.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    rows = directory.kept(scope)
    if not asked and "cursor" not in request.GET and len(only := list(rows[:2])) == 1:
        return redirect("mandatory_assignments:staff-organization", only[0].short_name)
    if asked:
        rows = rows.filter(name__icontains=asked) | rows.filter(short_name__icontains=asked)
    page, queries = paged(request, rows, "name", {"search": asked})
    if page is None:
        return redirect(request.path)
    sizes = rosters.sizes(page.rows)
    return rendered(
        request,
        "directory",
        scope,
        rows=[(row, sizes[row.id]) for row in page.rows],
        search=asked,
        **queries,
    )


@require_safe
@staff_page
def organization(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """One organization: the tree of its departments, its groups, and ways to everything else about it."""
    row = organization_of(scope, short_name)
    coordinators = list(rosters.coordinators(row).order_by("username"))
    names = people.names(coordinators)
    return rendered(
        request,
        "directory_organization",
        scope,
        organization=row,
        size=rosters.sizes([row])[row.id],
        tree=rosters.tree(row),
        groups=rosters.groups(row),
        coordinators=[(user.username, names[user.id]) for user in coordinators],
        **summary(
            scope,
            reverse("mandatory_assignments:staff-organization-progress", args=[row.short_name]),
            organization=row.short_name,
        ),
    )


@require_safe
@staff_page
def organization_people(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """The people of an organization, searched and narrowed to a department with all below it, or to a group."""
    row = organization_of(scope, short_name)
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH] for name in FILTERS}
    rows = directory.people(scope, organization=row.short_name, **asked)
    page, queries = paged(request, rows, "username", asked)
    if page is None:
        return redirect(f"{request.path}?{urlencode(asked)}")
    count, exact = assignments.count(rows)
    return rendered(
        request,
        "directory_people",
        scope,
        organization=row,
        asked=asked,
        narrowed=any(asked.values()),
        departments=[(str(each.department.uuid), each.department.path) for each in rosters.tree(row)],
        groups=[(str(group.uuid), group.name) for group, _number in rosters.groups(row)],
        persons=directory.persons(scope, page.rows, now),
        count=wording.number(count, exact),
        counted=count,
        **queries,
    )


FILTERS = ("search", "department", "group")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def organization_policy(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """What an organization wants otherwise than the site."""
    row = organization_of(scope, short_name)
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        own=policies.own_words([row.id])[row.id],
        site=policies.effective(policies.SILENT),
        sets=_sets(row),
    )
    if form.is_bound and form.is_valid():
        try:
            set_policy(row.short_name, fields=form.said, actor=request.user, now=now)
        except Refused as refusal:
            form.add_problems(refusal.problems)
        else:
            messages.success(request, _("Saved."), fail_silently=True)
            return redirect("mandatory_assignments:staff-organization", row.short_name)
    return rendered(request, "directory_policy", scope, organization=row, form=form)


def _sets(owner: Any) -> Sequence[tuple[str, str]]:
    """The sets of reminders that the organization may choose: what it stores, and what people call it."""
    return [(name, str(SET_NAMES.get(name, name))) for name in policies.known_sets(owner.id)]


def paged(request: HttpRequest, rows: Any, column: str, asked: dict[str, str]) -> tuple[Any, dict[str, Any]]:
    """The page at the address's cursor with the queries of its neighbours; no page for a cursor that is none."""
    try:
        page = paging.page(rows, [column], size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except Refused:
        return None, {}
    return page, {
        "next_query": urlencode({**asked, "cursor": page.next}) if page.next else "",
        "previous_query": urlencode({**asked, "cursor": page.previous}) if page.previous else "",
    }
