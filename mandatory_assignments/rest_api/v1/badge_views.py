"""The calls of the front end's script: badges of a course, the dashboard's section, entries of menus. Only one's own.

They are asked again and again, so that each answer has an ETag and stays with who asked.
"""

import hashlib
import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from ... import wording
from ...queries import access, assignments, badges, noticing, people, tracking, viewing
from . import badge_answers as answers
from . import badge_shapes as shapes
from .calls import told
from .doors import Door, checked

MOST_SHOWN = 5
"""Assignments in the dashboard's section, as in the one that the LMS renders itself."""

MENU_SECONDS = 600
"""How long a browser may believe what belongs into the menus: roles change seldom."""


class ScriptDoor(Door):
    """A view whose answers a browser may keep, and asks whether they are still so."""

    def address(self, name: str, **named: Any) -> str:
        """The whole address of one of our pages."""
        return self.request.build_absolute_uri(reverse(f"mandatory_assignments:{name}", kwargs=named))

    def kept(self, request: Request, found: dict[str, Any], seconds: int = 0) -> HttpResponse:
        """The answer with its ETag, or 304 where the browser has it already."""
        etag = f'"{hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32]}"'
        answer = get_conditional_response(request._request, etag=etag) or Response(found)
        answer["ETag"] = etag
        answer["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-cache"
        patch_vary_headers(answer, ["Accept-Language", "Authorization", "Cookie"])
        return answer


class MyCourseBadges(ScriptDoor):
    """`GET me/course-badges/?course=`: what there is to do in a course for whoever is looked as (masquerade)."""

    @told({200: answers.CourseBadges}, query=answers.CourseQuery)
    def get(self, request: Request) -> HttpResponse:
        """Badges by usage key, and notes; both empty where nothing is assigned. No query of ours in such a course."""
        asked = checked(answers.CourseQuery, request.query_params.dict())
        # No key has a space: it is a plus that was sent as it is.
        course_key, found = asked["course"].replace(" ", "+"), badges.CourseBadges()
        if tracking.is_assigned(course_key):
            learner_id = viewing.effective_user_id(request, course_key)
            found = badges.course_badges(learner_id, course_key, self.now)
        if asked["view"] == "script":
            return self.kept(request, shapes.badges_for_script(found, self.now, self.address))
        return self.kept(request, shapes.badges(found, self.now))


class MyDashboard(ScriptDoor):
    """`GET me/dashboard/`: the section beside the courses."""

    @told({200: answers.Dashboard})
    def get(self, request: Request) -> HttpResponse:
        """What is most urgent, in words, and where there is more."""
        rows, older = assignments.my_dashboard(self.user_id, self.now)
        zone = people.zones([self.user_id])[self.user_id]
        cards = [wording.shown(row, self.now, reader_zone=zone) for row in rows[:MOST_SHOWN]]
        unread = noticing.unread(self.user_id)
        return self.kept(request, shapes.dashboard(cards, len(rows[MOST_SHOWN:]), older, unread, self.address))


class MyLinks(ScriptDoor):
    """`GET me/links/`: what belongs into the menus of a front end."""

    @told({200: answers.Links})
    def get(self, request: Request) -> HttpResponse:
        """The staff pages, for whom they are; else nothing."""
        found = []
        if access.scope(request.user).sees_staff_pages:
            found.append({"text": _("Assignments of others"), "url": self.address("staff-list")})
        return self.kept(request, {"links": found}, MENU_SECONDS)
