"""Mail servers refuse, dawdle, hang up and are away: other people's mail goes out, the log says what came of each."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Role
from mandatory_assignments.host import post
from mandatory_assignments.models import Notice, OrganizationPolicy
from mandatory_assignments.services import notify
from tests.services.conftest import NOW
from tests.services.mail_story import midnight, pass_by

pytestmark = pytest.mark.django_db

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def waiting(campus, server):
    """Twelve people who are to be told of an assignment."""
    names = [person.username for person in build.users(12, prefix="person", organization="Acme")]
    assert not campus.assign(*names).refused
    return [f"{name}@example.com" for name in names]


def states():
    return Counter(Notice.objects.values_list("state", flat=True))


def state_of(address):
    row = Notice.objects.get(recipient__email=address)
    return row.state, row.reason


def test_many_mails_go_out_through_one_connection(waiting, server):
    pass_by(NOW)
    assert server.addresses() == Counter(waiting)
    assert server.connections == 1
    assert states() == {"sent": 12}


def test_what_arrives_is_whole_in_text_and_html_with_its_headers(campus, server):
    OrganizationPolicy.objects.create(
        organization=build.organization("Acme"), sender_name="Büro für Sicherheit", sender_address="safety@acme.example"
    )
    campus.assign(note="Grüße – 🔥")
    pass_by(NOW)
    (got,) = server.messages()
    assert (got["To"], got["From"]) == ("lena@example.com", "Büro für Sicherheit <safety@acme.example>")
    assert got["Subject"] == "Your learning assignment – Demo Campus"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert all("Grüße – 🔥" in part.get_content() for part in got.iter_parts())


def test_one_refused_recipient_stops_nobody_else_and_is_tried_again_later(waiting, server):
    victim, *rest = waiting[3:4] + waiting[:3] + waiting[4:]
    server.refused[victim] = "550 no such user"
    pass_by(NOW)
    assert server.addresses() == Counter(rest)
    assert (state_of(victim), states()) == (("failed", "refused"), {"sent": 11, "failed": 1})
    assert server.connections == 1
    pass_by(NOW + FIVE_MINUTES - timedelta(seconds=1))
    assert state_of(victim) == ("failed", "refused")
    server.refused.clear()
    pass_by(NOW + FIVE_MINUTES)
    assert server.addresses() == Counter(waiting)
    assert states() == {"sent": 12}


@pytest.mark.parametrize("answer", ["451 try again later", "552 mailbox full", "421 busy"])
def test_whatever_a_server_says_against_a_recipient_is_a_failure_of_that_mail_alone(waiting, server, answer):
    server.refused[waiting[5]] = answer
    pass_by(NOW)
    assert states() == {"sent": 11, "failed": 1}
    assert state_of(waiting[5]) == ("failed", "refused")
    assert Notice.objects.get(recipient__email=waiting[5]).next_at == NOW + FIVE_MINUTES


def test_while_the_server_is_away_everything_waits_and_goes_out_once_it_is_back(waiting, server):
    server.stop()
    with clock.at(NOW):
        api.tick(now=NOW)
    assert states() == {"waiting": 12}
    assert set(Notice.objects.values_list("attempts", flat=True)) == {0}
    for minutes in range(5, 60, 5):
        pass_by(NOW + timedelta(minutes=minutes))
    assert states() == {"waiting": 12}
    server.start()
    pass_by(NOW + timedelta(hours=1))
    assert server.addresses() == Counter(waiting)
    assert states() == {"sent": 12}


def test_a_server_that_goes_away_in_the_middle_leaves_the_rest_waiting(waiting, server):
    server.most_per_connection, server.goes_away = 5, True
    pass_by(NOW)
    assert (len(server.received), states()) == (5, {"sent": 5, "waiting": 7})
    server.most_per_connection = 0
    server.start()
    pass_by(NOW + FIVE_MINUTES)
    assert server.addresses() == Counter(waiting)
    assert states() == {"sent": 12}


def test_a_server_that_does_not_let_us_in_is_away(waiting, server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "campus", "wrong"
    pass_by(NOW)
    assert (states(), server.received) == ({"waiting": 12}, [])


@pytest.mark.parametrize("farewell", ["421 enough for one connection", ""], ids=["with a word", "without a word"])
def test_a_server_that_takes_only_some_mails_through_a_connection_is_given_new_ones(waiting, server, farewell):
    server.most_per_connection, server.farewell = 5, farewell
    pass_by(NOW)
    pass_by(NOW + FIVE_MINUTES)
    assert server.addresses() == Counter(waiting)
    assert states() == {"sent": 12}
    assert server.connections <= 4


def test_a_connection_that_breaks_in_the_middle_of_a_mail_leaves_that_one_unknown_and_the_others_go_out(
    waiting, server
):
    server.drops.add(waiting[4])
    pass_by(NOW)
    assert (state_of(waiting[4]), states()) == (("unknown", "disconnected"), {"sent": 11, "unknown": 1})
    assert server.addresses() == Counter(set(waiting) - {waiting[4]})
    assert server.connections == 2
    server.drops.clear()
    pass_by(NOW + FIVE_MINUTES)
    assert server.addresses() == Counter(set(waiting) - {waiting[4]})


def test_a_server_that_breaks_every_mail_off_is_left_alone_after_two(waiting, server):
    server.drops.add("*")
    pass_by(NOW)
    assert states() == {"unknown": 2, "waiting": 10}
    server.drops.clear()
    pass_by(NOW + FIVE_MINUTES)
    assert states() == {"unknown": 2, "sent": 10}
    assert set(server.addresses().values()) == {1}


def test_a_slow_server_gets_everything_through_one_connection(waiting, server):
    server.seconds = 0.1
    begun = time.monotonic()
    pass_by(NOW)
    assert time.monotonic() - begun > 12 * 0.1
    assert (states(), server.connections) == ({"sent": 12}, 1)


def test_a_server_that_says_nothing_is_waited_for_only_so_long(waiting, server, monkeypatch):
    monkeypatch.setattr(post, "PATIENCE_SECONDS", 0.5)
    server.silent.add(waiting[2])
    begun = time.monotonic()
    pass_by(NOW)
    assert time.monotonic() - begun < 30
    assert (state_of(waiting[2]), states()) == (("unknown", "disconnected"), {"sent": 11, "unknown": 1})
    assert set(server.addresses().values()) == {1}  # it had arrived: sending it again would have been wrong


def test_the_patience_that_the_platform_sets_counts(waiting, server, settings, monkeypatch):
    monkeypatch.setattr(post, "PATIENCE_SECONDS", 3600)
    settings.EMAIL_TIMEOUT = 0.5
    server.silent.add(waiting[2])
    pass_by(NOW)
    assert states() == {"sent": 11, "unknown": 1}


def test_a_manager_whose_digest_was_refused_gets_it_later_on_the_same_day(campus, server):
    head = build.user("max", organization="Acme", time_zone="Europe/Berlin")
    people = build.users(3, prefix="person", organization="Acme")
    build.department("Acme/Field", organization="Acme", members=people, managers=[head])
    names = [person.username for person in people]
    campus.assign(*names, remind=[Reminder(3, (Role.MANAGERS,))], notify_by_email=False)
    pass_by(NOW)
    server.refused["max@example.com"] = "451 greylisted"
    pass_by(midnight(11))
    assert server.received == []
    server.refused.clear()
    pass_by(midnight(11) + FIVE_MINUTES)
    pass_by(midnight(11) + 2 * FIVE_MINUTES)
    assert server.addresses() == {"max@example.com": 1}
    assert Notice.objects.get(kind="digest").state == "sent"


def test_an_address_that_cannot_be_one_fails_alone(waiting, server):
    type(Notice.objects.get(recipient__email=waiting[0]).recipient).objects.filter(email=waiting[0]).update(
        email="not an\r\naddress"
    )
    pass_by(NOW)
    assert states() == {"sent": 11, "failed": 1}


def test_a_limit_for_a_minute_holds_at_the_server(waiting, server, settings):
    settings.MANDATORY_ASSIGNMENTS_MAILS_PER_MINUTE = 5
    for seconds, expected in ((0, 5), (30, 5), (60, 10), (120, 12)):
        pass_by(NOW + timedelta(seconds=seconds))
        assert len(server.received) == expected


def test_what_ace_does_not_send_is_not_shown_as_sent(waiting, server, settings):
    settings.ACE_ENABLED_POLICIES = []
    settings.DEFAULT_FROM_EMAIL = ""
    pass_by(NOW)
    assert states() == {"failed": 12}
    assert server.received == []


def test_who_gave_up_is_shown_with_the_number_of_attempts(campus, server):
    server.refused["lena@example.com"] = "550 no"
    campus.assign()
    now = NOW
    for _ in range(notify.MOST_ATTEMPTS):
        pass_by(now)
        now = Notice.objects.get().next_at or now
    row = Notice.objects.get()
    assert (row.state, row.reason, row.attempts, row.next_at) == ("failed", "refused", 8, None)
