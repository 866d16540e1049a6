"""What a cell of a file may hold: text stays text, and a number a number."""

import pytest

from mandatory_assignments.rules.sheets import neutral


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=", " -2"])
def test_what_a_spreadsheet_would_work_out_is_led_by_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [("Zoë", "Zoë"), ("a=b", "a=b"), ("", ""), (None, ""), (-3, "-3"), (2.5, "2.5"), (True, "True"), ("'=1", "'=1")],
)
def test_everything_else_stays_as_it_is(cell, text):
    assert neutral(cell) == text
