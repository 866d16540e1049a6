"""What all staff pages share: who is let in, one scope and one instant per request, the frame around a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from .. import clock
from ..data import Scope
from ..queries import access
from ..settings import setting

PAGE_SIZE = 25


def staff_page(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people with a role: it gets the request's scope and instant. Others sign in, or are told why not."""

    @never_cache
    @login_required
    @wraps(page)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
        scope = access.scope(request.user)
        try:
            if not scope.sees_staff_pages:
                raise PermissionDenied
            return page(request, scope, clock.now(), **named)
        except PermissionDenied:
            return rendered(request, "no_role", scope, status=403)

    return guarded


def rendered(request: HttpRequest, name: str, scope: Scope, status: int = 200, **context: Any) -> HttpResponse:
    """The staff template of that name, inside the site's frame."""
    context |= {"base_template": setting("BASE_TEMPLATE"), "scope": scope}
    return render(request, f"mandatory_assignments/staff/{name}.html", context, status=status)
