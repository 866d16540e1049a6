"""The mails that the campus has sent, read from the files of Django's file-based mail backend.

Each is dated in its reader's zone, and tells its language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from demo.campus.pages.people import shown_name
from openedx.core.djangoapps.user_api.models import UserPreference

# The backend closes each mail of a file with a line of this length.
BORDER = b"\n" + b"-" * 79 + b"\n"
# A mail may bring its own style sheet and pictures, but no script and no form.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http: https:"
LANGUAGE = re.compile(r'\blang="([\w-]+)"')


@dataclass(frozen=True)
class Reader:
    """Somebody to whom mails go: the name, and the zone in which they are read."""

    name: str = ""
    zone: str = "UTC"


@dataclass(frozen=True)
class Mail:
    """One mail as it was sent; `sent` is in the reader's zone, and `html` is empty when it had no such part."""

    id: str
    sent: str
    sender: str
    to: str
    name: str
    subject: str
    text: str
    html: str

    @property
    def language(self) -> str:
        """The language that the mail says it is in, by its own name; empty when it says nothing."""
        code = LANGUAGE.search(self.html)
        return dict(settings.LANGUAGES).get(code[1], code[1]) if code else ""


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The list of all mails, newest first."""
    return render(request, "campus/outbox.html", {"mails": sent_mails()})


@login_required
@require_safe
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail as text and as a framed web page."""
    return render(request, "campus/mail.html", {"mail": _mail_or_404(mail_id)})


@login_required
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The web page of one mail, under a policy of its own that runs nothing."""
    answer = HttpResponse(_mail_or_404(mail_id).html)
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


def sent_mails() -> list[Mail]:
    """All mails in the outbox, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    # The names tell the second only.
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns) if folder.is_dir() else []
    readers = _readers()
    mails = [
        _read(f"{file.stem}-{number}", content, readers)
        for file in files
        for number, content in enumerate(file.read_bytes().split(BORDER))
        if content.strip()
    ]
    return mails[::-1]


def _mail_or_404(mail_id: str) -> Mail:
    for candidate in sent_mails():
        if candidate.id == mail_id:
            return candidate
    raise Http404("no such mail")


def _readers() -> dict[str, Reader]:
    """Everybody who lives here, by address."""
    zones = dict(UserPreference.objects.filter(key="time_zone").values_list("user_id", "value"))
    people = get_user_model().objects.select_related("profile")
    return {person.email: Reader(shown_name(person), zones.get(person.id, "UTC")) for person in people}


def _read(mail_id: str, content: bytes, readers: Mapping[str, Reader]) -> Mail:
    message = message_from_bytes(content.lstrip(b"\n"), _class=EmailMessage, policy=policy.default)
    to = str(message["To"] or "")
    reader = readers.get(parseaddr(to)[1], Reader())
    return Mail(
        id=mail_id,
        sent=_when(str(message["Date"] or ""), reader.zone),
        sender=str(message["From"] or ""),
        to=to,
        name=reader.name,
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _when(date: str, zone: str) -> str:
    """The local time with its zone; what cannot be read stays as it is written."""
    try:
        return f"{parsedate_to_datetime(date).astimezone(ZoneInfo(zone)):%a %d %b %Y, %H:%M} {zone}"
    except (ValueError, KeyError):
        return date


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""
