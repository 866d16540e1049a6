"""The outbox shows the mails as they were sent and runs nothing that they bring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import override_settings

from demo.campus import build, clock

FILE_BACKEND = "demo.campus.post_office.EmailBackend"


@pytest.fixture
def folder(tmp_path):
    with override_settings(EMAIL_FILE_PATH=str(tmp_path)):
        yield tmp_path


def send(subject: str, text: str, html: str = "", to: str = "lena@example.com") -> None:
    mail = EmailMultiAlternatives(subject, text, "campus@example.com", [to], connection=get_connection(FILE_BACKEND))
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()


def test_an_empty_outbox_says_so(visit_as, learner, folder) -> None:
    assert "No mail has been sent yet" in visit_as(learner).get("/outbox/").content.decode()


def test_mails_are_listed_newest_first(visit_as, learner, folder) -> None:
    send("First", "one")
    send("Zweite – mit Umlauten: größer", "two")

    mails = visit_as(learner).get("/outbox/").context["mails"]

    assert [mail.subject for mail in mails] == ["Zweite – mit Umlauten: größer", "First"]
    assert mails[0].to == "lena@example.com"


def test_a_mail_is_shown_as_text_and_as_a_page(visit_as, learner, folder) -> None:
    send("Due tomorrow", "Fällig morgen, 日本", "<h1>Fällig</h1>")
    client = visit_as(learner)
    mail = client.get("/outbox/").context["mails"][0]

    assert "Fällig morgen, 日本" in client.get(f"/outbox/{mail.id}/").content.decode()
    assert client.get(f"/outbox/{mail.id}/page/").content.decode().strip() == "<h1>Fällig</h1>"


def test_a_mail_s_page_runs_no_script(visit_as, learner, folder) -> None:
    send("Trick", "text", "<script>alert(1)</script>")
    client = visit_as(learner)
    mail = client.get("/outbox/").context["mails"][0]

    policy = client.get(f"/outbox/{mail.id}/page/")["Content-Security-Policy"]

    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy


def test_a_mail_bears_the_date_of_the_campus(visit_as, learner, folder) -> None:
    with clock.at(datetime(2030, 2, 3, 4, 5, tzinfo=UTC)):
        send("Later", "text")

    assert visit_as(learner).get("/outbox/").context["mails"][0].sent == "Sun 03 Feb 2030, 04:05 UTC"


def test_a_mail_is_dated_where_its_reader_lives_and_tells_its_language(visit_as, learner, folder) -> None:
    build.time_zone(learner, "Pacific/Kiritimati")
    with clock.at(datetime(2030, 2, 3, 10, 0, tzinfo=UTC)):
        send("Fällig", "text", '<div lang="de">Fällig</div>')
    page = visit_as(learner).get("/outbox/").content.decode()

    assert "Mon 04 Feb 2030, 00:00 Pacific/Kiritimati" in page
    assert "Lena Learner" in page
    assert "Deutsch" in page


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../etc/passwd", ""])
def test_a_zone_that_is_none_does_not_hide_the_outbox(visit_as, learner, folder, zone: str) -> None:
    build.time_zone(learner, zone)
    send("Subject", "text")

    assert "Subject" in visit_as(learner).get("/outbox/").content.decode()


def test_markup_in_a_subject_is_shown_as_text(visit_as, learner, folder) -> None:
    send("<script>alert(1)</script>", "text")

    assert "<script>alert" not in visit_as(learner).get("/outbox/").content.decode()


@pytest.mark.parametrize("mail_id", ["none", "..", "x-0"])
def test_a_mail_that_is_not_there_is_not_found(visit_as, learner, folder, mail_id: str) -> None:
    assert visit_as(learner).get(f"/outbox/{mail_id}/page/").status_code == 404
