"""Whom somebody may mean who types into a field: options for the field's list, and a word where there is nobody.

A field called `search` looks for names, so that it is given those; the others are given usernames.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..data import Scope
from ..queries import people_search
from .doors import course_of, rendered, staff_page

NAMES = ("q", "learner", "one", "search")
"""What the fields that ask are called."""


@require_safe
@staff_page
def suggest(request: HttpRequest, scope: Scope, now: datetime, course_key: str = "") -> HttpResponse:
    """At most ten `<option>`s."""
    course = course_of(scope, course_key) if course_key else None
    typed = next((text for name in NAMES if (text := request.GET.get(name, "").strip())), "")
    found = people_search.suggestions(scope, typed, course)
    by_name = "search" in request.GET
    return rendered(
        request, "suggestions", scope, found=found, by_name=by_name, nobody=bool(typed and not found and not by_name)
    )
