"""Staff's own texts: only known placeholders, filled in once, and nothing that breaks out of a header."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.rules import filling

VALUES = {name: f"<{name}>" for name in filling.PLACEHOLDERS}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        pytest.param("Dear {learner}, {training} is {due_in_words}.", [], id="all are known"),
        pytest.param("No placeholder at all", [], id="none is there"),
        pytest.param("{learner} {nobody} {else}", ["nobody", "else"], id="two are not known"),
        pytest.param("{nobody} and {nobody}", ["nobody"], id="the same one twice is told once"),
        pytest.param("{}", [""], id="nothing is named"),
        pytest.param("{ learner }", [" learner "], id="blanks count"),
        pytest.param("{learner.password}", ["learner.password"], id="nothing inside a value can be reached"),
        pytest.param("{learner!r:>9}", ["learner!r:>9"], id="formatting is not a name"),
        pytest.param("a { alone", ["{"], id="an opening brace stands alone"),
        pytest.param("a } alone", ["}"], id="a closing brace stands alone"),
        pytest.param("{{learner}}", ["{", "}"], id="braces around braces"),
    ],
)
def test_what_cannot_be_filled_in_is_named(text, unknown):
    assert filling.unknown_placeholders(text) == unknown


def test_every_placeholder_is_filled_in():
    text = " ".join(f"{{{name}}}" for name in filling.PLACEHOLDERS)
    assert filling.filled(text, VALUES) == " ".join(VALUES.values())


def test_what_a_value_holds_is_never_a_placeholder():
    values = VALUES | {"note": "{learner} {nobody} {", "learner": "{note}"}
    assert filling.filled("{note} / {learner}", values) == "{learner} {nobody} { / {note}"


def test_an_unknown_placeholder_raises():
    with pytest.raises(KeyError):
        filling.filled("{nobody}", VALUES)


PIECES = [*(f"{{{name}}}" for name in filling.PLACEHOLDERS), "{nobody}", "{", "}", "{}", " ", "text", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=5).map("".join))
def test_a_text_can_be_filled_in_exactly_if_it_was_accepted(text):
    named = [name for name in filling.unknown_placeholders(text) if name not in "{}" or not name]
    if named:
        with pytest.raises(KeyError):
            filling.filled(text, VALUES)
    else:
        filling.filled(text, VALUES)


@given(st.lists(st.sampled_from(filling.PLACEHOLDERS)), st.text())
def test_filling_in_puts_each_value_where_its_name_was(names, value):
    text = "|".join(f"{{{name}}}" for name in names)
    assert filling.filled(text, dict.fromkeys(filling.PLACEHOLDERS, value)) == "|".join(value for _ in names)


@given(st.text(st.characters() | st.sampled_from("\r\n\t\0\x0b\x0c\x1c\x85\u2028\u2029"), max_size=400))
def test_a_header_is_one_line_without_control_characters(text):
    header = filling.as_header(text)
    assert len(header.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", header)
    assert len(header) <= filling.LONGEST_SUBJECT


def test_a_header_cannot_be_injected():
    assert filling.as_header("Due soon\r\nBcc: eve@example.com\r\n\r\nHello") == "Due soon Bcc: eve@example.com Hello"
