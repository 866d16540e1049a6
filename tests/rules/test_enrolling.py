"""Of several enrolments the one that needs somebody most; refused ones are tried again ever more seldom."""

from datetime import timedelta
from itertools import permutations

import pytest

from mandatory_assignments.rules import enrolling


@pytest.mark.parametrize(("attempts", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (50, 24)])
def test_a_refused_enrolment_is_tried_again_ever_more_seldom_but_daily(attempts, hours):
    assert enrolling.retry_after(attempts) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("states", "worst", "attention"),
    [
        pytest.param([], ("enrolled", ""), "", id="nothing is needed"),
        pytest.param([("enrolled", ""), ("pending", "")], ("pending", ""), "", id="one is still being made"),
        pytest.param([("enrolled", ""), ("left", "")], ("left", ""), "left", id="the learner left one"),
        pytest.param(
            [("left", ""), ("refused", "full")], ("refused", "full"), "full", id="refused needs somebody before left"
        ),
        pytest.param(
            [("refused", "full"), ("refused", "closed")],
            ("refused", "closed"),
            "closed",
            id="of two refused ones always the same",
        ),
        pytest.param([("ended", ""), ("not_needed", "")], ("not_needed", ""), "", id="what is over troubles nobody"),
    ],
)
def test_the_one_that_needs_somebody_most_in_whatever_order(states, worst, attention):
    for order in permutations(states):
        assert (enrolling.worst(order), enrolling.attention(order)) == (worst, attention)
