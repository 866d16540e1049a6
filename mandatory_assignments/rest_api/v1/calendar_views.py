"""The calls about the own calendar: its secret address, and under that address the calendar itself."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...queries import calendar
from ...services.calendar import make_calendar, revoke_calendar
from ...wording import calendar as wording
from . import answers
from .calls import told
from .change_input import Nothing
from .doors import Door, checked

MAX_AGE = 15 * 60


class MyCalendar(Door):
    """`GET me/calendar/`, `POST` and `DELETE`: the secret address for calendar programs."""

    def shown(self) -> dict[str, str | None]:
        """What holds now."""
        return {"url": wording.address(self.user_id)}

    @told({200: answers.CalendarAddress})
    def get(self, request: Request) -> Response:
        """The address; null where there is none."""
        return Response(self.shown())

    @told({201: answers.CalendarAddress}, body=Nothing)
    def post(self, request: Request) -> Response:
        """A new address; one that there was leads nowhere from now on."""
        checked(Nothing, request.data)
        make_calendar(self.user_id, now=self.now)
        return Response(self.shown(), status=status.HTTP_201_CREATED)

    @told({204: None})
    def delete(self, request: Request) -> Response:
        """204, also where there was none."""
        revoke_calendar(self.user_id, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CalendarFile(Door):
    """`GET calendar/{secret}.ics`: the due dates of whose address it is. Whoever has the address may."""

    authentication_classes = []
    permission_classes = []

    @told({200: None}, refuses="404", open_to_all=True)
    def get(self, request: Request, secret: str) -> HttpResponse:
        """The calendar, or 304 where it is as it was; 404 for every address that is nobody's (any more)."""
        user_id = calendar.person_of(secret)
        if user_id is None:
            raise NotFound
        body = wording.calendar_of(user_id, self.now)
        asked: HttpRequest = request._request
        etag = quote_etag(sha256(body).hexdigest())
        whole = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer = get_conditional_response(asked, etag=etag, response=whole) or whole
        answer["ETag"] = etag
        answer["Content-Disposition"] = 'inline; filename="mandatory-assignments.ics"'
        patch_cache_control(answer, private=True, max_age=MAX_AGE)
        return answer
