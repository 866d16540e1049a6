"""What all staff pages share: who is let in, one scope and one instant per request, the frame, the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from .. import clock
from ..data import Course, Scope
from ..queries import access, jobs, trainings
from ..settings import setting
from ..wording.jobs import Told, told

PAGE_SIZE = 25


def staff_page(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for people with a role: it gets the request's scope and instant. Others sign in, or are told why not."""

    @login_required
    @wraps(page)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
        scope = access.scope(request.user)
        try:
            if not scope.sees_staff_pages:
                raise PermissionDenied
            return page(request, scope, clock.now(), **named)
        except PermissionDenied:
            return rendered(request, "no_role", scope, status=403)

    @never_cache
    @wraps(page)
    def door(request: HttpRequest, **named: Any) -> HttpResponseBase:
        if "HX-Request" in request.headers and not request.user.is_authenticated:
            return HttpResponse(status=401)  # a sign-in page must not take the place of a part of the page
        return guarded(request, **named)

    return door


def rendered(request: HttpRequest, name: str, scope: Scope, status: int = 200, **context: Any) -> HttpResponse:
    """The staff template of that name, inside the site's frame."""
    context = {"strip": SimpleLazyObject(lambda: strip(scope)), "here": request.get_full_path(), **context}
    context |= {"base_template": setting("BASE_TEMPLATE"), "scope": scope}
    return render(request, f"mandatory_assignments/staff/{name}.html", context, status=status)


def strip(scope: Scope) -> list[Told]:
    """The actor's jobs that run or ended lately, for the strip on every page: one query."""
    return [told(job) for job in jobs.on_strip(scope, clock.now())] if scope.sees_staff_pages else []


def check(allowed: bool) -> None:
    """Tells who may not do this that their role does not let them."""
    if not allowed:
        raise PermissionDenied


def course_of(scope: Scope, course_key: str) -> Course:
    """The course in the address; not found where the scope has no say in it."""
    course = trainings.usable_course(scope, course_key)
    if course is None:
        raise Http404
    return course


def way_back(request: HttpRequest) -> str:
    """The staff page that `back` names, else the list: never an address elsewhere."""
    wanted, pages = request.POST.get("back") or request.GET.get("back", ""), reverse("mandatory_assignments:staff-list")
    ours = wanted.startswith(pages) and ".." not in wanted
    return wanted if ours and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else pages


def dry_run(act: Callable[[], Any]) -> Any:
    """What `act` answers, of which nothing stays: the plan that a page shows is made by what will be done."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer
