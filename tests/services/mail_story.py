"""What the tests of reminders and notices speak of: mails, states in the log, and time that passes."""

from datetime import datetime, timedelta
from typing import Any

from django.core import mail

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Role
from mandatory_assignments.models import Notice
from mandatory_assignments.queries import noticing

from .obligations import ids, may

STUDENT, ASSIGNER, MANAGERS = (Role.STUDENT,), (Role.ASSIGNED_BY,), (Role.MANAGERS,)


def pass_by(at: datetime) -> None:
    """One tick of the scheduler, and nothing else."""
    with clock.at(at):
        build.run_pending()
        api.tick(now=at)


def ticks(first: datetime, last: datetime, every: timedelta = timedelta(hours=1)) -> None:
    """The scheduler comes by again and again."""
    while first <= last:
        pass_by(first)
        first += every


def mails(username: str = "lena") -> list[Any]:
    """What the person was sent, the oldest first."""
    return [each for each in mail.outbox if each.to == [f"{username}@example.com"]]


def text(sent: Any) -> str:
    """The plain text of a mail in one line."""
    return " ".join(sent.body.split())


def html(sent: Any) -> str:
    """The HTML of a mail."""
    return sent.alternatives[0][0]


def log(kind: str = "reminder", username: str = "lena") -> list[tuple[str, str, str]]:
    """(slot, state, reason) of the person's notices of this kind, in the order of their slots' instants."""
    rows = Notice.objects.filter(kind=kind, recipient__username=username).order_by("slot_at", "id")
    return [(row.slot, row.state, row.reason) for row in rows]


def states(kind: str = "reminder", username: str = "lena") -> list[str]:
    """The states alone."""
    return [state for _slot, state, _reason in log(kind, username)]


def change(campus: Any, now: datetime, *names: str, **fields: Any) -> Any:
    """The coordinator changes the people's assignments."""
    with clock.at(now):
        return api.change_assignments(actor=campus.coordinator, ids=ids(*names), fields=fields, now=now)


def in_between(monkeypatch: Any, act: Any) -> None:
    """Does something once right after notices were claimed and put together, before they are looked at once more."""
    original = noticing.changed

    def look(*arguments: Any) -> Any:
        monkeypatch.setattr(noticing, "changed", original)
        act()
        return original(*arguments)

    monkeypatch.setattr(noticing, "changed", look)


def midnight(day: int) -> datetime:
    """The first instant of that day of May 2027 in Berlin."""
    return may(day, 0) - timedelta(hours=2)


def every_day(recipients: Any = STUDENT, days: int = 5) -> list[Reminder]:
    """A reminder on each of the last days, the due date included."""
    return [Reminder(day, recipients) for day in range(days, -1, -1)]
