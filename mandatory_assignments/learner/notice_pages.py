"""What the learner was told, and where: the inbox, mails wanted or not, the link in every mail, the own calendar."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from .. import clock, wording
from ..data import Refused, Scope
from ..mailing import letters
from ..queries import access, noticing, paging, people
from ..services.calendar import make_calendar, revoke_calendar
from ..services.notify import note_read, set_email_preference
from ..settings import setting
from ..wording import calendar

PAGE_SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first; posting says that all of it was read."""
    now, user_id = clock.now(), _id(request)
    if request.method == "POST":
        note_read(user_id=user_id, now=now)
        return redirect("mandatory_assignments:inbox")
    rows = noticing.inbox(user_id)
    try:
        page = paging.page(rows, ["shown_at"], descending=True, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except Refused:
        return redirect("mandatory_assignments:inbox")
    around = noticing.circumstances(page.rows)
    zone = around.zone(user_id)
    return _rendered(
        request,
        "inbox",
        access.scope(request.user),
        unread=noticing.unread(user_id),
        rows=[
            {
                "item": letters.item(row, around, now),
                "at": wording.moment(row.shown_at or row.made_at, zone),
                "unread": row.read_at is None,
            }
            for row in page.rows
        ],
        next_query=urlencode({"cursor": page.next}) if page.next else "",
        previous_query=urlencode({"cursor": page.previous}) if page.previous else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Whether one wants mails about mandatory assignments, and the address of one's calendar."""
    user_id = _id(request)
    if request.method == "POST":
        wanted = request.POST.get("email") == "on"
        set_email_preference(user_id=user_id, email=wanted, now=clock.now())
        told = _("You get mails about your assignments.") if wanted else _("You get no more mails about assignments.")
        messages.success(request, told)
        return redirect("mandatory_assignments:preferences")
    return _rendered(
        request,
        "preferences",
        access.scope(request.user),
        unread=noticing.unread(user_id),
        email=noticing.wants_email(user_id),
        forced=noticing.is_forced_to_get_email(user_id),
        calendar=calendar.address(user_id),
    )


@require_POST
@login_required
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Makes the address of one's calendar, gives it another secret, or takes it back (`act` is revoke)."""
    if request.POST.get("act") == "revoke":
        revoke_calendar(_id(request), now=clock.now())
        messages.success(request, _("The calendar address leads nowhere from now on."))
    elif make_calendar(_id(request), now=clock.now()).created:
        messages.success(request, _("Your calendar has an address now."))
    else:
        messages.success(request, _("Your calendar has a new address; the old one leads nowhere from now on."))
    return redirect("mandatory_assignments:preferences")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: asks first, so that a program that opens links switches nothing off; posting does it.

    Whoever has the link may: its signature names the person, and a mail program posts to it without a session.
    """
    try:
        user_id = signing.loads(token, salt=letters.UNSUBSCRIBE)
    except signing.BadSignature:
        raise Http404 from None
    if not people.is_active(user_id):
        raise Http404
    done = request.method == "POST"
    if done:
        set_email_preference(user_id=user_id, email=False, now=clock.now())
    forced = noticing.is_forced_to_get_email(user_id)
    return _rendered(request, "unsubscribe", Scope(actor_id=0), done=done, forced=forced)


def _id(request: HttpRequest) -> int:
    assert request.user.id is not None
    return request.user.id


def _rendered(request: HttpRequest, name: str, scope: Scope, **context: Any) -> HttpResponse:
    context |= {"base_template": setting("BASE_TEMPLATE"), "scope": scope}
    return render(request, f"mandatory_assignments/learner/{name}.html", context)
