"""The inbox, the preferences, and the link in a mail that switches mails off."""

import re

import pytest
from django.core import mail
from django.test import Client

from demo.campus import clock
from mandatory_assignments import api
from mandatory_assignments.models import Notice, NoticePreference
from tests.roles import NOW

pytestmark = pytest.mark.django_db

INBOX = "/mandatory-assignments/inbox/"
PREFERENCES = "/mandatory-assignments/preferences/"


@pytest.fixture
def sent(cast, settings):
    """A mail that went out to the learner after the due date was moved."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    fields = {"due_on": NOW.date().replace(day=28)}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    api.tick(now=NOW)
    return next(one for one in mail.outbox if one.to == ["lena@example.com"])


def test_the_inbox_shows_what_was_told_to_its_owner_alone(cast, sent):
    own = cast.client("learner").get(INBOX).content.decode()
    assert "Fire safety" in own
    assert "The due date has changed" in own
    assert "Fire safety" not in cast.client("other_learner").get(INBOX).content.decode()


def test_what_was_read_is_new_no_longer(cast, sent):
    client = cast.client("learner")
    assert "I have read them" in client.get(INBOX).content.decode()
    assert client.post(INBOX).status_code == 302
    assert "I have read them" not in client.get(INBOX).content.decode()
    assert not Notice.objects.filter(recipient=cast.people["learner"], shown_at__isnull=False, read_at=None).exists()


def test_what_was_told_of_an_assignment_that_is_over_by_now_says_so(cast):
    act = {"actor": cast.people["coordinator"], "ids": [cast.assignment_id], "now": NOW}
    api.exempt_assignments(**act, reason="Leave")
    inbox = cast.client("learner").get(INBOX).content.decode()
    assert "Exempt: until further notice." in inbox
    api.withdraw_assignments(**act)
    inbox = cast.client("learner").get(INBOX).content.decode()
    assert "Withdrawn: on Monday, 3 May 2027." in inbox
    assert "This assignment was withdrawn: you do not have to do it any more." in inbox
    assert "Deadline" not in inbox


def test_the_inbox_costs_the_same_for_one_and_for_twenty(cast, sent, django_assert_max_num_queries):
    client = cast.client("learner")
    for day in range(1, 20):
        fields = {"due_on": NOW.date().replace(month=7, day=day)}
        api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    with django_assert_max_num_queries(25):
        client.get(INBOX)


def test_whoever_switches_mails_off_gets_none_but_finds_everything_in_the_inbox(cast, sent):
    client = cast.client("learner")
    assert client.post(PREFERENCES, {}).status_code == 302
    mail.outbox.clear()
    with clock.at(NOW):
        fields = {"due_on": NOW.date().replace(day=27)}
        api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
        api.tick(now=NOW)
    assert [one for one in mail.outbox if one.to == ["lena@example.com"]] == []
    assert Notice.objects.filter(recipient=cast.people["learner"], reason="opted_out").exists()
    client.post(PREFERENCES, {"email": "on"})
    assert NoticePreference.objects.get(user=cast.people["learner"]).email


def link_in(body: str) -> str:
    return re.search(r"https?://[^/]+(/mandatory-assignments/preferences/off/\S+)", body)[1]


def test_opening_the_link_asks_and_posting_switches_mails_off_without_signing_in(cast, sent):
    link, anonymous = link_in(sent.body), Client(enforce_csrf_checks=True)
    assert "Send me no more mails" in anonymous.get(link).content.decode()
    assert not NoticePreference.objects.exists()
    assert anonymous.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not NoticePreference.objects.get(user=cast.people["learner"]).email
    assert sent.extra_headers["List-Unsubscribe"].strip("<>").endswith(link)


def test_who_follows_the_link_although_mails_are_required_is_told_so(cast, sent, settings):
    settings.MANDATORY_ASSIGNMENTS_FORCE_EMAIL = True
    link = link_in(sent.body)
    assert "requires these mails" in Client().get(link).content.decode()
    told = Client().post(link).content.decode()
    assert "requires these mails" in told
    assert "You get no more mails" not in told


@pytest.mark.parametrize("token", ["x", "Mg:1xUtkc:XFR8Ua8eKqmuR5Y9CyugBr4sO0V_PkB1Zi61uW7EF2E", "%00"])
def test_a_link_that_nobody_signed_leads_nowhere(db, token):
    assert Client().get(f"/mandatory-assignments/preferences/off/{token}/").status_code == 404


def test_strangers_are_asked_to_sign_in(db):
    for address in (INBOX, PREFERENCES):
        assert Client().get(address).status_code == 302


def test_who_must_get_mails_is_told_so(cast, settings):
    assert "requires these mails" not in cast.client("learner").get(PREFERENCES).content.decode()
    settings.MANDATORY_ASSIGNMENTS_FORCE_EMAIL = True
    assert "requires these mails" in cast.client("learner").get(PREFERENCES).content.decode()
