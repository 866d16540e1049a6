"""The rows of a file of completions: what a cell means, and which rows of one file clash with each other."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import TrainingKind
from mandatory_assignments.rules import progress_rows as rules
from mandatory_assignments.rules.progress_rows import Clash, Row

FIRST, SECOND = date(2026, 5, 1), date(2027, 5, 1)


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        pytest.param("2027-05-01", "yyyy-mm-dd", SECOND, id="as ISO has it"),
        pytest.param("01.05.2027", "dd.mm.yyyy", SECOND, id="with points"),
        pytest.param("01/05/2027", "dd/mm/yyyy", SECOND, id="the day first"),
        pytest.param("05/01/2027", "mm/dd/yyyy", SECOND, id="the month first"),
        pytest.param("2027/05/01", "yyyy/mm/dd", SECOND, id="with strokes"),
        pytest.param("2027-05-01", "dd.mm.yyyy", None, id="another format than the file's"),
        pytest.param("01x05x2027", "dd.mm.yyyy", None, id="a point is a point"),
        pytest.param("2027-5-1", "yyyy-mm-dd", None, id="digits left out"),
        pytest.param("2027-02-29", "yyyy-mm-dd", None, id="a day that is none"),
        pytest.param("2027-05-01\n", "yyyy-mm-dd", None, id="more behind it"),
        pytest.param("٢٠٢٧-٠٥-٠١", "yyyy-mm-dd", None, id="digits of another script"),
        pytest.param("", "yyyy-mm-dd", None, id="nothing"),
    ],
)
def test_a_date_is_read_in_one_way_and_never_guessed(text, date_format, day):
    assert rules.day(text, date_format) == day


@given(st.dates(), st.sampled_from(rules.DATE_FORMATS))
def test_every_day_that_is_written_in_the_format_is_that_day(day, date_format):
    written = date_format.replace("yyyy", f"{day.year:04}").replace("mm", f"{day:%m}").replace("dd", f"{day:%d}")
    assert rules.day(written, date_format) == day


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("module", TrainingKind.MODULE),
        (" Course ", TrainingKind.COURSE),
        ("CERTIFICATION", TrainingKind.PATH),
        ("path", TrainingKind.PATH),
        ("webinar", None),
        ("", None),
    ],
)
def test_a_kind_is_one_of_four_words(text, kind):
    assert rules.kind(text) == kind


@given(st.text())
def test_a_name_is_the_same_whatever_its_letters_blanks_and_normal_form(name):
    assert rules.comparable(f"  {name} ") == rules.comparable(name)
    assert rules.comparable(unicodedata.normalize("NFD", name)) == rules.comparable(unicodedata.normalize("NFC", name))


def test_the_templates_rows_are_known_by_their_addresses():
    assert all(rules.is_example(row[0].upper()) for row in rules.EXAMPLES)
    assert not rules.is_example("lena@example.com")


@pytest.mark.parametrize(
    ("cells", "place"),
    [(("a", "b", "c", "d"), None), (("a", "b", "x" * 255, ""), None), (("a", "b", "x" * 256, "y" * 300), 2)],
)
def test_the_first_cell_that_is_too_long_is_named(cells, place):
    assert rules.too_long(cells) == place


@pytest.mark.parametrize(
    ("rows", "historic", "clashes"),
    [
        pytest.param([(2, 1, 7, FIRST), (3, 2, 7, FIRST)], False, {}, id="two people"),
        pytest.param([(2, 1, 7, FIRST), (3, 1, 8, SECOND)], False, {}, id="two trainings"),
        pytest.param(
            [(2, 1, 7, FIRST), (3, 1, 7, FIRST)], False, {3: Clash("duplicate_row", (2,))}, id="the same twice"
        ),
        pytest.param(
            [(2, 1, 7, FIRST), (3, 1, 7, SECOND)],
            False,
            {2: Clash("conflicting_dates", (3,)), 3: Clash("conflicting_dates", (2,))},
            id="two days: none counts",
        ),
        pytest.param([(2, 1, 7, FIRST), (3, 1, 7, SECOND)], True, {}, id="two days of history: both count"),
        pytest.param(
            [(2, 1, 7, FIRST), (3, 1, 7, SECOND), (4, 1, 7, FIRST)],
            False,
            {
                2: Clash("conflicting_dates", (3,)),
                3: Clash("conflicting_dates", (2,)),
                4: Clash("duplicate_row", (2,)),
            },
            id="two days, one of them twice",
        ),
        pytest.param(
            [(2, 1, 7, FIRST), (3, 1, 7, FIRST)],
            True,
            {3: Clash("duplicate_row", (2,))},
            id="history with the same day twice",
        ),
    ],
)  # fmt: skip
def test_rows_of_one_file_clash(rows, historic, clashes):
    assert rules.clashes([Row(*row) for row in rows], historic=historic) == clashes
