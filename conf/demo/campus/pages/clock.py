"""The page that moves the campus's clock by days, so that deadlines can be watched in a minute."""

from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from demo.campus import clock
from mandatory_assignments.wake import wake

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati")
STEPS = ((-1, "A day back"), (1, "A day on"), (7, "A week on"), (30, "Thirty days on"), (364, "52 weeks on"))
LIMIT_DAYS = 3650


class MoveForm(forms.Form):
    """How many days the clock shall be moved, backwards when negative."""

    days = forms.IntegerField(min_value=-LIMIT_DAYS, max_value=LIMIT_DAYS)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """What time the campus thinks it is; posting `days` moves it, posting `reset` brings it back."""
    if request.method == "POST":
        if request.POST.get("reset"):
            clock.reset()
            messages.success(request, "The campus shows the real time again.")
        else:
            _move(request)
        return redirect("campus_clock")
    days = round(clock.offset().total_seconds() / 86400)
    context = {
        "days_moved": abs(days),
        "direction": "ahead" if days > 0 else "behind",
        "places": [
            {"zone": zone, "now": timezone.now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)} for zone in ZONES
        ],
        "steps": STEPS,
    }
    return render(request, "campus/clock.html", context)


def _move(request: HttpRequest) -> None:
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Give a whole number of days between -{LIMIT_DAYS} and {LIMIT_DAYS}.")
        return
    days = form.cleaned_data["days"]
    if abs(clock.offset().days + days) > LIMIT_DAYS:
        messages.error(request, f"The clock goes at most {LIMIT_DAYS} days away from the real time.")
        return
    clock.move(days=days)
    wake("tick")
    way = "on" if days >= 0 else "back"
    messages.success(request, f"Moved {abs(days)} day{'' if abs(days) == 1 else 's'} {way}.")
