"""The pages of a department and of a learning group: who is in it, and making, renaming, moving and removing it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import wording
from ..data import Outcome, Refused, Scope
from ..queries import assignments, directory, people, rosters
from ..services.departments import change_department, create_department, remove_department
from ..services.groups import create_group, remove_group, rename_group
from .cohort_pages import following
from .directory_forms import DepartmentForm, GroupForm
from .directory_pages import LONGEST_SEARCH, paged
from .directory_places import department_of, group_of, organization_of
from .doors import rendered, staff_page
from .progress_summary import summary


@require_safe
@staff_page
def department(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """A department: its members and managers, and the departments below it."""
    row = department_of(scope, department_id)
    nodes = {node.department.path: node for node in rosters.tree(row.organization)}
    managers = list(rosters.managers(row).order_by("username"))
    names = people.names(managers)
    return _place_page(
        request,
        scope,
        now,
        row,
        department=row,
        above=[nodes[path].department for path in _above(row.path) if path in nodes],
        below=[node for path, node in nodes.items() if path.startswith(f"{row.path}/")],
        managers=[(user.username, names[user.id], user.is_active) for user in managers],
        **summary(
            scope,
            reverse("mandatory_assignments:staff-department-progress", args=[row.uuid]),
            department=str(row.uuid),
        ),
    )


@require_safe
@staff_page
def group(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """A learning group: its members."""
    row = group_of(scope, group_id)
    return _place_page(request, scope, now, row, group=row, following=following(row, scope.actor_id))


def _above(path: str) -> list[str]:
    """The paths of the departments above, the topmost first."""
    names = path.split("/")
    return ["/".join(names[:length]) for length in range(1, len(names))]


def _place_page(request: HttpRequest, scope: Scope, now: datetime, row: Any, **context: Any) -> HttpResponse:
    search = request.GET.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    rows = rosters.members(row)
    if search:
        found = directory.people(scope, organization=row.organization.short_name, search=search)
        rows = rows.filter(id__in=found.values("id"))
    page, queries = paged(request, rows, "username", {"search": search})
    if page is None:
        return redirect(f"{request.path}?{urlencode({'search': search})}")
    count, exact = assignments.count(rows)
    return rendered(
        request,
        "directory_place",
        scope,
        organization=row.organization,
        title=getattr(row, "name", ""),
        search=search,
        persons=directory.persons(scope, page.rows, now),
        count=wording.number(count, exact),
        counted=count,
        **queries,
        **context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_department(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """The form to make a department; `in` names the one that it is to lie in."""
    row = organization_of(scope, short_name)
    places = list(directory.departments(scope, organization=row.short_name).order_by("path"))

    def made(said: dict[str, Any]) -> str:
        outcome = create_department(
            organization=row.short_name,
            name=said["name"],
            parent=UUID(said["parent"]) if said["parent"] else None,
            actor=request.user,
            now=now,
        )
        (department_id,) = [*outcome.created, *outcome.unchanged]
        return _kept(request, outcome, "staff-department", department_id)

    form = DepartmentForm(_sent(request), places=places, initial={"parent": request.GET.get("in", "")})
    return _form_page(request, scope, row, form, made, title=_("New department"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_department(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """The form to rename a department and to move it with all that is below it."""
    row = department_of(scope, department_id)

    def changed(said: dict[str, Any]) -> str:
        fields = {"name": said["name"], "parent": UUID(said["parent"]) if said["parent"] else None}
        outcome = change_department(row.uuid, fields=fields, actor=request.user, now=now)
        return _kept(request, outcome, "staff-department", row.uuid)

    form = DepartmentForm(
        _sent(request),
        places=rosters.places_to_move(scope, row),
        initial={"name": row.name, "parent": row.parent.uuid if row.parent else ""},
    )
    return _form_page(request, scope, row.organization, form, changed, title=row.name, department=row)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new_group(request: HttpRequest, scope: Scope, now: datetime, short_name: str) -> HttpResponse:
    """The form to make a learning group."""
    row = organization_of(scope, short_name)

    def made(said: dict[str, Any]) -> str:
        outcome = create_group(organization=row.short_name, name=said["name"], actor=request.user, now=now)
        (group_id,) = [*outcome.created, *outcome.unchanged]
        return _kept(request, outcome, "staff-group", group_id)

    return _form_page(request, scope, row, GroupForm(_sent(request), initial={}), made, title=_("New learning group"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit_group(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """The form to rename a learning group."""
    row = group_of(scope, group_id)

    def changed(said: dict[str, Any]) -> str:
        outcome = rename_group(row.uuid, name=said["name"], actor=request.user, now=now)
        return _kept(request, outcome, "staff-group", row.uuid)

    form = GroupForm(_sent(request), initial={"name": row.name})
    return _form_page(request, scope, row.organization, form, changed, title=row.name, group=row)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def delete_department(request: HttpRequest, scope: Scope, now: datetime, department_id: UUID) -> HttpResponse:
    """Asks, telling who is concerned, and then removes the department."""
    row = department_of(scope, department_id)
    below = [node for node in rosters.tree(row.organization) if node.department.path.startswith(f"{row.path}/")]
    return _removal(
        request,
        scope,
        row,
        lambda: remove_department(row.uuid, actor=request.user, now=now),
        department=row,
        managers=rosters.managers(row).count(),
        below=below,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def delete_group(request: HttpRequest, scope: Scope, now: datetime, group_id: UUID) -> HttpResponse:
    """Asks, telling who is concerned, and then removes the learning group."""
    row = group_of(scope, group_id)
    return _removal(request, scope, row, lambda: remove_group(row.uuid, actor=request.user, now=now), group=row)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _kept(request: HttpRequest, outcome: Outcome, name: str, id: UUID) -> str:
    """Tells what became of it, and where it is to be seen."""
    told = _("It was there already.") if outcome.unchanged and not outcome.changed else _("Saved.")
    messages.success(request, told, fail_silently=True)
    return redirect(f"mandatory_assignments:{name}", id)["Location"]


def _form_page(
    request: HttpRequest, scope: Scope, owner: Any, form: Any, keep: Callable[[dict[str, Any]], str], **context: Any
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            return redirect(keep(form.cleaned_data))
        except Refused as refusal:
            form.add_problems(refusal.problems)
    return rendered(request, "directory_form", scope, organization=owner, form=form, **context)


def _removal(
    request: HttpRequest, scope: Scope, row: Any, remove: Callable[[], Outcome], **context: Any
) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            remove()
        except Refused as refusal:
            problem = refusal.problems[0].message
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": row.name}, fail_silently=True)
            return redirect("mandatory_assignments:staff-organization", row.organization.short_name)
    return rendered(
        request,
        "directory_delete",
        scope,
        organization=row.organization,
        title=row.name,
        problem=problem,
        members=rosters.members(row).count(),
        **context,
    )
