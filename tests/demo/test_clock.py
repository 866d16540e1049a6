from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from demo.campus import build, clock

THEN = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)
NEARLY = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _own_offset(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_VAR", str(tmp_path))


def test_without_a_move_it_is_now():
    assert abs(timezone.now() - datetime.now(UTC)) < NEARLY


def test_django_asks_this_clock():
    with clock.at(THEN):
        assert timezone.now() - THEN < NEARLY


def test_it_ticks_on_from_the_instant():
    with clock.at(THEN):
        assert timezone.now() < timezone.now()


def test_no_instant_leaves_the_clock_alone():
    with clock.at(None):
        assert abs(timezone.now() - datetime.now(UTC)) < NEARLY


def test_an_inner_instant_ends_with_its_block():
    with clock.at(THEN):
        with clock.at(THEN + timedelta(days=1)):
            pass
        assert timezone.now() - THEN < NEARLY


def test_moves_add_up_and_a_reset_ends_them():
    clock.move(days=2)
    clock.move(days=3, hours=1)
    assert clock.offset() == timedelta(days=5, hours=1)
    clock.reset()
    assert clock.offset() == timedelta()


def test_another_process_that_moves_the_clock_is_noticed():
    clock.move(days=2)
    assert clock.offset() == timedelta(days=2)
    fresh = clock.path().with_suffix(".fresh")
    fresh.write_text(str(timedelta(days=9).total_seconds()))
    fresh.replace(clock.path())
    assert clock.offset() == timedelta(days=9)


@pytest.mark.django_db
def test_rows_are_dated_by_it():
    with clock.at(THEN):
        enrollment = build.enroll(build.user("ann"), build.course("course-v1:Acme+A+1"))
    assert enrollment.created - THEN < NEARLY


@pytest.mark.django_db
def test_sessions_are_not_dated_by_it(client, settings):
    settings.SESSION_COOKIE_AGE = 60
    client.force_login(build.user("ann"))
    with clock.at(THEN):
        assert client.get("/dashboard").status_code == 200
