"""Whatever stands in a file, it is refused for a reason or every row of it is in exactly one part of the analysis."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandatory_assignments.data import Invalid
from mandatory_assignments.rules.progress_rows import DATE_FORMATS

from .conftest import FIRST_RUN

HEAD = "Email,Training Type,Name,Date\n"
NEVER = HealthCheck.function_scoped_fixture

odd = st.text(st.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=20)
emails = st.one_of(st.sampled_from(["lena", "OTTO@example.com", "ghost@x", "cora", " anna ", "gregor", ""]), odd)
kinds = st.one_of(st.sampled_from(["course", "Module", "certification", "path", "", "x"]), odd)
names = st.one_of(st.sampled_from(["Fire safety", "ALARM", "Two lines", "Yearly check", FIRST_RUN, "Secret"]), odd)
days = st.one_of(st.dates().map(str), st.sampled_from(["2027-05-02", "2027-05-01", "02.05.2027", ""]), odd)
rows = st.tuples(emails, kinds, names, days).map(lambda cells: ",".join(f'"{cell}"' for cell in cells))
texts = st.lists(rows, min_size=1, max_size=8).map(lambda lines: HEAD + "\n".join(lines))
contents = st.one_of(
    texts.map(str.encode),
    st.tuples(texts, st.sampled_from(["utf-16", "utf-16-le", "utf-8-sig"])).map(lambda pair: pair[0].encode(pair[1])),
    st.tuples(texts.map(str.encode), st.binary(max_size=30)).map(b"".join),
    st.binary(max_size=200).map(HEAD.encode().__add__),
    st.binary(max_size=200),
)


@settings(max_examples=150, suppress_health_check=[NEVER, HealthCheck.too_slow], deadline=None)
@given(content=contents, date_format=st.sampled_from(DATE_FORMATS), historic=st.booleans())
def test_a_file_is_refused_or_told_row_by_row(analyse, content, date_format, historic):
    try:
        job, told = analyse(content, date_format=date_format, historic=historic)
    except Invalid as refusal:
        problem = refusal.problems[0]
    else:
        _check(job, told)
        return
    assert problem.field == "file"
    assert problem.message


@settings(max_examples=150, suppress_health_check=[NEVER, HealthCheck.too_slow], deadline=None)
@given(text=texts, historic=st.booleans())
def test_new_and_completed_and_errors_are_all_rows_that_say_anything(analyse, text, historic):
    lines = list(csv.reader(io.StringIO(text)))
    said = [number for number, cells in enumerate(lines, 1) if any(map(str.strip, cells))][1:]
    try:
        job, told = analyse(text.encode(), historic=historic)
    except Invalid as refused:
        code, found = refused.code, []
    else:
        code, found = "", [row.values["line"] for row in job.rows.order_by("number")]
        assert len(found) == len(told)
    assert (code, found) == (("nul_bytes", []) if "\0" in text else ("" if said else "header_only", said))


def _check(job, told):
    assert told
    for row in job.rows.all():
        assert len(row.values["cells"]) == 4
        assert bool(row.message) == (row.bucket != "create")
        assert row.learner_id or row.bucket == "refuse"
