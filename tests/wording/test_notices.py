"""What became of a mail, in words: every reason that is stored has some, and none says the same thing twice."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from mandatory_assignments.data import NoticeKind, NoticeState
from mandatory_assignments.models import Notice
from mandatory_assignments.queries.noticing import NEWER, NO_MAIL, TOO_OLD
from mandatory_assignments.wording import notices

REASONS = (
    *((NoticeState.SKIPPED, reason) for reason in sorted(NO_MAIL)),
    *((NoticeState.SKIPPED, status) for status in ("completed", "withdrawn", "missed", "exempt", "paused")),
    *((NoticeState.SKIPPED, reason) for reason in ("archived", "frozen", "no_recipient")),
    *((NoticeState.SUPERSEDED, reason) for reason in ("due_changed", "resumed", "lifted", "reopened")),
    *((NoticeState.FAILED, reason) for reason in ("text", "refused", "template", "policy", "not_sent")),
    (NoticeState.UNKNOWN, "disconnected"),
)


def told(state, reason):
    """The line of the log about a notice in this state."""
    at = datetime(2027, 5, 3, tzinfo=UTC)
    somebody = get_user_model()(id=1, username="lena")
    row = Notice(kind=NoticeKind.REMINDER, recipient=somebody, slot_at=at, state=state, reason=reason)
    (line,) = notices.log([row], {}, "UTC")
    return line.state


@pytest.mark.parametrize(("state", "reason"), REASONS)
def test_a_reason_is_told_beside_the_state(state, reason):
    assert told(state, reason).startswith(f"{notices.STATE_NAMES[state]}: ")
    assert reason in notices.REASONS


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (NoticeState.SUPERSEDED, NEWER, "gave way to a newer one"),
        (NoticeState.MISSED, TOO_OLD, "too old when it could be sent"),
        (NoticeState.SENT, "refused", "sent"),
        (NoticeState.WAITING, "", "waiting"),
    ],
)
def test_a_state_that_says_it_all_stands_alone(state, reason, expected):
    assert told(state, reason) == expected
