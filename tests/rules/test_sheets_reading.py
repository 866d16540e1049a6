"""Uploaded files: however a CSV is written its lines are read, and what is none is refused for one clear reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.rules.sheets import neutral
from mandatory_assignments.rules.sheets_reading import Sheet, Unreadable, plain, read

WANTED = {"email": ("email", "e-mail"), "name": ("name",), "day": ("date (yyyy-mm-dd)", "date")}
NEEDED = [("email",), ("name",)]
TEXT = "Email,Name,Date (yyyy-mm-dd)\nlena@example.org,Über uns,2027-05-01\n"
LINES = [{"email": "lena@example.org", "name": "Über uns", "day": "2027-05-01"}]


CODES = {
    *("empty_file", "header_only", "spreadsheet", "nul_bytes", "undecodable"),
    *("missing_columns", "repeated_column", "broken_line", "too_many_rows"),
}


def rows(sheet: Sheet) -> list[dict[str, str]]:
    return [dict(line.cells) for line in sheet.lines()]


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        pytest.param(TEXT.encode(), "utf-8", ",", id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8", ",", id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("cp1252"), "windows-1252", ",", id="Windows-1252"),
        pytest.param(TEXT.encode("utf-16"), "utf-16", ",", id="UTF-16 with a mark"),
        pytest.param(TEXT.encode("utf-16-le"), "utf-16", ",", id="UTF-16 without a mark"),
        pytest.param(TEXT.encode("utf-16-be"), "utf-16", ",", id="UTF-16 the other way round"),
        pytest.param(TEXT.replace(",", ";").encode(), "utf-8", ";", id="semicolons"),
        pytest.param(TEXT.replace(",", "\t").encode(), "utf-8", "\t", id="tabs"),
        pytest.param(b"sep=;\r\n" + TEXT.replace(",", ";").encode(), "utf-8", ";", id="a line that names semicolons"),
        pytest.param(b"sep=|\n" + TEXT.replace(",", "|").encode(), "utf-8", "|", id="a line that names bars"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), "utf-8", ",", id="line ends of Windows"),
        pytest.param(TEXT.replace("\n", "\r").encode(), "utf-8", ",", id="line ends of old Macs"),
        pytest.param(("\n\n" + TEXT.replace("\n", "\n\n")).encode(), "utf-8", ",", id="blank lines"),
        pytest.param(TEXT.replace("Email", " E-MAIL ").encode(), "utf-8", ",", id="a heading in other letters"),
        pytest.param(TEXT.replace("\n", ",error\n").encode(), "utf-8", ",", id="one more column"),
        pytest.param(
            b'"Name","Date","E-Mail"\n"\xc3\x9cber uns","2027-05-01","lena@example.org"', "utf-8", ",", id="other order"
        ),
    ],
)
def test_however_it_is_written_the_lines_are_the_same(content, encoding, delimiter):
    sheet = read(content, WANTED, NEEDED)
    assert (rows(sheet), sheet.encoding, sheet.delimiter) == (LINES, encoding, delimiter)


def test_lines_are_numbered_as_a_spreadsheet_does_it():
    content = b'sep=,\nEmail,Name\n\na,"two\nlines"\nb,c\n,\nd\n'
    sheet = read(content, WANTED, NEEDED)
    assert [(line.number, line.cells) for line in sheet.lines()] == [
        (3, {"email": "a", "name": "two\nlines"}),
        (4, {"email": "b", "name": "c"}),
        (6, {"email": "d", "name": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"sep=;", "empty_file"),
        (b"Email,Name\n", "header_only"),
        (b"Email,Name\n,\n\n", "header_only"),
        (b"PK\x03\x04rest of a workbook", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0old workbook", "spreadsheet"),
        (b"Email,Name\na,b\x00c\n", "nul_bytes"),
        (b"Email,Name\n\x81\x8d\n", "undecodable"),
        (b"\xff\xfeE\x00m", "undecodable"),
        (b"Email,Other\na,b\n", "missing_columns"),
        (b"Email,E-mail,Name\na,b,c\n", "repeated_column"),
        (b'Email,Name\na,"b"c\n', "broken_line"),
        (b'Email,Name\na,"never ends\n', "broken_line"),
        (b"Email,Name\na," + b"x" * 200_000, "broken_line"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:24]),
)
def test_what_cannot_be_read_is_refused_for_its_reason(content, code):
    with pytest.raises(Unreadable) as refusal:
        rows(read(content, WANTED, NEEDED))
    assert refusal.value.code == code


def test_a_missing_column_is_named_as_it_should_be_called():
    with pytest.raises(Unreadable) as refusal:
        read(b"Email;Nom\na;b\n", WANTED, NEEDED)
    assert refusal.value.facts == {"columns": [["name"]], "found": ["email", "nom"]}


def test_too_many_lines_are_refused_before_they_are_read():
    sheet = read(b"Email,Name\n" + b"a,b\n" * 5, WANTED, NEEDED)
    assert len(list(sheet.lines(5))) == 5
    with pytest.raises(Unreadable) as refusal:
        list(sheet.lines(4))
    assert (refusal.value.code, refusal.value.facts) == ("too_many_rows", {"most": 4})


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00")))
def test_what_our_files_neutralised_comes_back_as_it_was(cell):
    assert plain(neutral(cell)) == plain(cell)


@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"Email,Name\n{text}".encode(errors="replace"))
    )
)
def test_whatever_the_bytes_it_is_read_or_refused(content):
    code, found = "", []
    try:
        found = rows(read(content, WANTED, NEEDED))
    except Unreadable as refusal:
        code = refusal.code
    assert code in CODES if code else found
    assert all(set(cells) <= set(WANTED) for cells in found)
