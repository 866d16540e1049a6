"""Files of completions as people write them, each with exactly what the analysis has to say of every row."""

import io
import unicodedata
import zipfile
from collections import Counter
from datetime import date, timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings

from mandatory_assignments.data import Invalid
from mandatory_assignments.queries import access, uploads
from mandatory_assignments.queries.analysing import Analysis
from mandatory_assignments.rules.progress_rows import COLUMNS, DATE_FORMATS, EXAMPLES, HEADING
from openedx.core.djangoapps.user_api.models import UserPreference

from .conftest import FIRST_RUN, NOW, SECOND_RUN

HEAD = "Email,Training Type,Name,Date (yyyy-mm-dd)\n"
LENA = "lena@example.com,course,Fire safety,2027-05-02\n"
OTTO = "otto@example.com,course,Fire safety,2027-05-02\n"
GHOST = "ghost@example.com,course,Fire safety,2027-05-02\n"
CAFE = "anna@example.com,course,Café Über Straße,2027-05-02\n"
THREE = HEAD + LENA + OTTO + GHOST
NEW_OLD_WRONG = "new completed unknown_learner"
UTF_8, UTF_16, WESTERN = "utf-8", "utf-16", "windows-1252"


def of(sentence, content, told, encoding=UTF_8, delimiter=",", **asked):
    """A file, what is said of its rows, and how it was found to be written."""
    content = content.encode() if isinstance(content, str) else content
    return pytest.param(content, told.split(), encoding, delimiter, asked, id=sentence)


def dated(*days, email="lena"):
    return HEAD + "".join(f"{email}@example.com,module,Alarm,{day}\n" for day in days)


def written(delimiter):
    return THREE.replace(",", delimiter)


FILES = [
    # how it is written
    of("UTF-8", THREE + CAFE, f"{NEW_OLD_WRONG} new"),
    of("UTF-8 with a mark", (THREE + CAFE).encode("utf-8-sig"), f"{NEW_OLD_WRONG} new"),
    of("UTF-16 with a mark", (THREE + CAFE).encode("utf-16"), f"{NEW_OLD_WRONG} new", UTF_16),
    of("UTF-16, big end first", b"\xfe\xff" + (THREE + CAFE).encode("utf-16-be"), f"{NEW_OLD_WRONG} new", UTF_16),
    of("UTF-16 without a mark", (THREE + CAFE).encode("utf-16-le"), f"{NEW_OLD_WRONG} new", UTF_16),
    of("UTF-16, big end first, no mark", (THREE + CAFE).encode("utf-16-be"), f"{NEW_OLD_WRONG} new", UTF_16),
    of("Windows-1252", (THREE + CAFE).encode("cp1252"), f"{NEW_OLD_WRONG} new", WESTERN),
    of("semicolons", written(";"), NEW_OLD_WRONG, delimiter=";"),
    of("tabs", written("\t"), NEW_OLD_WRONG, delimiter="\t"),
    of("tabs in UTF-16, as a spreadsheet's Unicode text", written("\t").encode("utf-16"), NEW_OLD_WRONG, UTF_16, "\t"),
    of("a sep= line", "sep=;\r\n" + written(";"), NEW_OLD_WRONG, delimiter=";"),
    of("a sep= line with a separator of its own", "SEP=|\n" + written("|"), NEW_OLD_WRONG, delimiter="|"),
    of("a sep= line, line ends of old Macs", ("sep=;\n" + written(";")).replace("\n", "\r"), NEW_OLD_WRONG, UTF_8, ";"),
    of("line ends of Windows", THREE.replace("\n", "\r\n"), NEW_OLD_WRONG),
    of("line ends of old Macs", THREE.replace("\n", "\r"), NEW_OLD_WRONG),
    of("line ends of every kind", f"{HEAD.strip()}\r{LENA.strip()}\r\n{OTTO}{GHOST.strip()}", NEW_OLD_WRONG),
    of("no line end at the end", THREE.strip(), NEW_OLD_WRONG),
    of("blank lines between", THREE.replace("\n", "\n\n , \n"), NEW_OLD_WRONG),
    of(
        "every cell in quotation marks",
        THREE.replace(",", '","').replace("\n", '"\n"').removesuffix('"').join(['"', ""]),
        NEW_OLD_WRONG,
    ),
    # its columns
    of("headings in other letters and blanks", THREE.replace("Training Type", " TRAINING   type "), NEW_OLD_WRONG),
    of("columns in another order", "Date,Name,E-Mail,Type\n2027-05-02,Fire safety,lena@example.com,course\n", "new"),
    of(
        "more columns, before and behind",
        "No,Email,Type,Name,Date,Note\n1,lena@example.com,course,Fire safety,2027-05-02,x\n",
        "new",
    ),
    of(
        "German headings",
        "E-Mail;Trainingsart;Schulung;Datum\nlena@example.com;course;Fire safety;2027-05-02\n",
        "new",
        UTF_8,
        ";",
    ),
    of(
        "French headings",
        "Adresse e-mail,Type de formation,Nom,Date\nlena@example.com,course,Fire safety,2027-05-02\n",
        "new",
    ),
    of(
        "Spanish headings",
        f"Correo electrónico,Tipo de formación,Nombre,Fecha (aaaa-mm-dd)\n{LENA}",
        "new",
    ),
    of(
        "Arabic headings",
        "البريد الإلكتروني\tنوع التدريب\tالاسم\tالتاريخ\nlena@example.com\tcourse\tFire safety\t2027-05-02\n",
        "new",
        delimiter="\t",
    ),
    of(
        "headings in two normal forms",
        unicodedata.normalize("NFD", "Correo electrónico,Type,Name,Date\n") + LENA,
        "new",
    ),
    of("our own column of reasons", THREE.replace("\n", ",Reason\n", 1), NEW_OLD_WRONG),
    of(
        "cells missing at the end",
        HEAD + "lena@example.com,course,Fire safety\nlena@example.com\n",
        "bad_date unknown_type",
    ),
    of("more cells than headings", HEAD + LENA.strip() + ",,,x\n", "new"),
    # quoting
    of("a comma inside quotation marks", HEAD + 'lena@example.com,path,"Fire warden, level 1",2027-05-02\n', "new"),
    of("a line end inside quotation marks", HEAD + 'lena@example.com,path,"Two\nlines",2027-05-02\n', "new"),
    of("a Windows line end inside", HEAD + 'lena@example.com,path,"Two\r\nlines",2027-05-02\r\n', "new"),
    # what people are called
    of("e-mail in other letters, blanks around", HEAD + LENA.replace("lena", "  LENA"), "new"),
    of("e-mail with letters beyond ASCII", HEAD + LENA.replace("lena@example.com", "ümit@example.COM"), "new"),
    of("a username", HEAD + LENA.replace("lena@example.com", "lena"), "new"),
    of("somebody of another organization", HEAD + LENA.replace("lena", "gregor"), "unknown_learner"),
    of("nobody, as a formula", HEAD + LENA.replace("lena@example.com", "=1+1"), "unknown_learner"),
    of("nobody named", HEAD + LENA.replace("lena@example.com", ""), "learner_required"),
    of("oneself", HEAD + LENA.replace("lena", "cora"), "own_completion"),
    of("an address that never ends", HEAD + LENA.replace("lena", "x" * 300), "too_long"),
    # what trainings are called
    of("every kind", HEAD + LENA + "lena,module,Alarm,2027-05-02\nlena,path,Two lines,2027-05-02\n", "new new new"),
    of("a path called certification", HEAD + "lena,Certification,two LINES,2027-05-02\n", "new"),
    of("a kind that is none", HEAD + LENA.replace(",course,", ",webinar,"), "unknown_type"),
    of("another kind than it is", HEAD + LENA.replace(",course,", ",module,"), "wrong_type"),
    of("no kind", HEAD + LENA.replace(",course,", ",,"), "unknown_type"),
    of("no name", HEAD + LENA.replace("Fire safety", " "), "training_required"),
    of("a name nobody has", HEAD + LENA.replace("Fire safety", "Fire"), "unknown_training"),
    of("a name of another organization", HEAD + LENA.replace("Fire safety", "Secret"), "unknown_training"),
    of(
        "a key of another organization",
        HEAD + LENA.replace("Fire safety", "course-v1:Globex+SECRET+2027"),
        "unknown_training",
    ),
    of("a key", HEAD + LENA.replace("Fire safety", "course-v1:Acme+FIRE+2027"), "new"),
    of("a name in other letters", HEAD + CAFE.replace("Café Über Straße", "CAFÉ  über STRASSE"), "new"),
    of("a name in another normal form", HEAD + unicodedata.normalize("NFD", CAFE), "new"),
    of("a name without its accents", HEAD + CAFE.replace("Café", "Cafe"), "unknown_training"),
    of("a name with a blank that does not break", HEAD + LENA.replace("Fire safety", "Fire\u00a0safety"), "new"),
    of("a name that two runs have", HEAD + LENA.replace("Fire safety", "Yearly check"), "ambiguous_name"),
    of("one of them by its key", HEAD + LENA.replace("Fire safety", FIRST_RUN), "new"),
    of(
        "each of them by its key",
        HEAD + "".join(LENA.replace("Fire safety", key) for key in (FIRST_RUN, SECOND_RUN)),
        "new new",
    ),
    of("a formula for a name, as it is", HEAD + "lena,module,=Sum(1+1),2027-05-02\n", "new"),
    of("a formula for a name, as we wrote it", HEAD + "lena,module,'=Sum(1+1),2027-05-02\n", "new"),
    # dates
    of("today", dated("2027-05-03"), "new"),
    of("tomorrow", dated("2027-05-04"), "in_the_future"),
    of("a day far ahead", dated("9999-12-31"), "in_the_future"),
    of("before anything could be", dated("1899-12-31", "0001-01-01"), "too_long_ago too_long_ago"),
    of(
        "a day that is none",
        dated("2027-02-29", "2027-04-31", "2027-13-01", "2027-00-10", "0000-01-01"),
        "bad_date " * 5,
    ),
    of("a leap day", dated("2024-02-29"), "new"),
    of(
        "other ways to write dates",
        dated("02.05.2027", "5/2/27", "2027/05/02", "2 May 2027", "20270502"),
        "bad_date " * 5,
    ),
    of(
        "nearly a date",
        dated("2027-5-2", "27-05-02", "2027-05-02T00:00", "2027-05-02x", "-2027-05-02"),
        "bad_date " * 5,
    ),
    of("digits of another script", dated("٢٠٢٧-٠٥-٠٢", "２０２７-０５-０２"), "bad_date bad_date"),
    of("a number that spreadsheets take for a date", dated("46509", "46509.0"), "bad_date bad_date"),
    of("no date", dated(""), "bad_date"),
    of(
        "points, as the uploader says",
        dated("02.05.2027", "31.12.2026", "2027-05-02"),
        "conflicting_dates conflicting_dates bad_date",
        date_format="dd.mm.yyyy",
    ),
    of(
        "the month first, as the uploader says",
        dated("05/02/2027", "13/02/2027"),
        "new bad_date",
        date_format="mm/dd/yyyy",
    ),
    of(
        "the day first, as the uploader says",
        dated("13/02/2027", "02/13/2027"),
        "new bad_date",
        date_format="dd/mm/yyyy",
    ),
    of("strokes, as the uploader says", dated("2027/02/13"), "new", date_format="yyyy/mm/dd"),
    # rows that clash
    of("the same twice", HEAD + LENA * 2, "new duplicate_row"),
    of(
        "the same three times, in other words",
        HEAD + LENA + LENA.upper().replace("COURSE", "Course") + LENA.replace("lena@example.com", "lena"),
        "new duplicate_row duplicate_row",
    ),
    of("what is recorded, twice", HEAD + OTTO * 2, "completed duplicate_row"),
    of("two dates", dated("2027-05-01", "2027-05-02"), "conflicting_dates conflicting_dates"),
    of(
        "two dates, one of them twice",
        dated("2027-05-01", "2027-05-02", "2027-05-01"),
        "conflicting_dates conflicting_dates duplicate_row",
    ),
    of("two dates of two people", dated("2027-05-01") + dated("2027-05-02", email="anna").replace(HEAD, ""), "new new"),
    of("three years of history", dated("2025-05-01", "2026-05-01", "2027-05-01"), "new new new", historic=True),
    of("history with the same day twice", dated("2025-05-01", "2025-05-01"), "new duplicate_row", historic=True),
    of(
        "history that is recorded in part", HEAD + OTTO.replace("05-02", "04-01") + OTTO, "completed new", historic=True
    ),
    of("an error beside the same without one", HEAD + LENA.replace("2027-05-02", "soon") + LENA, "bad_date new"),
    # the template
    of(
        "the template as it is",
        "\n".join(map(",".join, [HEADING, *EXAMPLES])),
        "example_row example_row",
    ),
    of(
        "an example left in",
        HEAD + LENA + "First.Example@example.com,course,Fire safety,2027-05-01\n",
        "new example_row",
    ),
]


@pytest.mark.parametrize(("content", "told", "encoding", "delimiter", "asked"), FILES)
def test_every_row_is_told(analyse, content, told, encoding, delimiter, asked):
    job, found = analyse(content, **asked)
    assert found == told
    detected = {"encoding": encoding, "delimiter": delimiter, "date_format": asked.get("date_format", "yyyy-mm-dd")}
    assert job.terms["detected"] == detected


def workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


REFUSED = [
    ("nothing at all", b"", "empty_file"),
    ("blanks", b" \r\n\t\r\n", "empty_file"),
    ("a mark alone", b"\xef\xbb\xbf", "empty_file"),
    ("a sep= line alone", b"sep=;\r\n", "empty_file"),
    ("a heading alone", HEAD.encode(), "header_only"),
    ("a heading and empty cells", (HEAD + ",,,\n,,,\n").encode(), "header_only"),
    ("a workbook with another name", workbook(), "spreadsheet"),
    ("an old workbook with another name", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "spreadsheet"),
    ("NUL bytes", (THREE + "a\x00b,course,x,2027-05-02\n").encode(), "nul_bytes"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "nul_bytes"),
    ("bytes that are no text", THREE.encode() + b"\x81\x8d\x8f", "undecodable"),
    ("UTF-16 that is cut off", THREE.encode("utf-16")[:-1], "undecodable"),
    ("no heading", THREE.removeprefix(HEAD).encode(), "missing_columns"),
    ("a column missing", b"Email,Training Type,Name\nlena@example.com,course,Fire safety\n", "missing_columns"),
    ("a web page", b"<!DOCTYPE html><html><body>Sign in</body></html>", "missing_columns"),
    ("a column twice", (THREE.replace("\n", ",E-Mail\n", 1)).encode(), "repeated_column"),
    ("a quotation mark that stays open", (THREE + '"lena@example.com,course\n').encode(), "broken_line"),
    ("text behind a quotation mark", (THREE + '"lena"x,course,y,2027-05-02\n').encode(), "broken_line"),
    ("a cell of a megabyte", (HEAD + "x" * 1_000_000).encode(), "broken_line"),
]


@pytest.mark.parametrize(("content", "code"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(analyse, content, code):
    with pytest.raises(Invalid) as refusal:
        analyse(content)
    assert [problem.field for problem in refusal.value.problems] == ["file"]
    assert refusal.value.code == code
    assert refusal.value.problems[0].message


def test_a_broken_line_is_named(analyse):
    with pytest.raises(Invalid) as refusal:
        analyse((THREE + '"lena"x,course,y,2027-05-02\n').encode())
    assert "Line 5 " in refusal.value.problems[0].message


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("lena,course,Fire safety,02.05.2027", 'Date: "02.05.2027" is no date written as yyyy-mm-dd.'),
        ("lena,course,Fire safety,2027-05-09", "2027-05-09 is in the future; the last date allowed is 2027-05-03."),
        ("lena,webinar,Fire safety,2027-05-02", 'Training Type: "webinar" is not allowed: module, course, path, certi'),
        ("lena,module,Fire safety,2027-05-02", '"Fire safety" is of another type: course.'),
        ("lena,course,Yearly check,2027-05-02", f"{FIRST_RUN}, {SECOND_RUN}"),
        ("ghost@example.com,course,Fire safety,2027-05-02", 'No learner "ghost@example.com" can be found.'),
        (f"lena,course,{'x' * 256},2027-05-02", "Name: the cell has 256 characters; at most 255 are allowed."),
        (
            "lena,module,Alarm,2027-05-01\nlena,module,Alarm,2027-05-01",
            "The same as line 2: of identical rows the first",
        ),
        (
            "lena,module,Alarm,2027-05-01\nlena,module,Alarm,2027-05-02",
            "for the same person and training is in line 2.",
        ),
    ],
)
def test_the_reason_names_the_column_the_value_and_what_is_allowed(analyse, row, words):
    job, _told = analyse(f"{HEAD}{row}\n".encode())
    assert words in job.rows.order_by("number").last().message


def test_whoever_is_furthest_ahead_says_what_day_it_is(analyse):
    lena = get_user_model().objects.get(username="lena")
    late = NOW.replace(hour=13)  # the next day has begun on Kiritimati
    assert analyse(dated("2027-05-04").encode(), now=late)[1] == ["in_the_future"]
    UserPreference.objects.create(user=lena, key="time_zone", value="Pacific/Kiritimati")
    assert analyse(dated("2027-05-04").encode(), now=late)[1] == ["new"]
    assert analyse(dated("2027-05-05").encode(), now=late)[1] == ["in_the_future"]


@override_settings(MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS=200_000)
def test_every_row_of_a_very_long_file_is_told(town, db):
    days = [date(2020, 1, 1) + timedelta(days=each) for each in range(2000)]
    kinds = [
        ("lena,module,Alarm,{day}", "new"),
        ("otto@example.com,course,Fire safety,{day}", "new"),
        ("ghost,module,Alarm,{day}", "unknown_learner"),
        (",,,x", "learner_required"),
        ("anna,course,Yearly check,{day}", "ambiguous_name"),
        ("lena,module,Alarm,{day}", "duplicate_row"),
        ("ben,path,Two lines,9999-01-01", "in_the_future"),
        ("otto,course,Fire safety,2027-04-01", "completed"),
    ]
    rows = [text.format(day=day) for day in days for text, _code in kinds]
    expected = [code for _day in days for _text, code in kinds]
    for number in range(1, len(days)):
        expected[number * len(kinds) + 7] = "duplicate_row"
    rows += [",course,Fire safety,2027-05-01"] * (200_000 - len(rows))
    expected += ["learner_required"] * (200_000 - len(expected))
    analysis = read(town, "\n".join([HEAD.strip(), *rows]))
    told = [found.problem.code if found.problem else "new" for found in analysis.rows()]
    assert Counter(told) == Counter(code.replace("completed", "already_completed") for code in expected)
    assert told == [code.replace("completed", "already_completed") for code in expected]
    with pytest.raises(Invalid) as refusal:
        read(town, "\n".join([HEAD.strip(), *rows, rows[0]]))
    assert refusal.value.code == "too_many_rows"


def read(actor, text):
    """The analysis of a file, of which nothing is stored."""
    _sheet, lines = uploads.sheet(text.encode(), COLUMNS, [(column,) for column in COLUMNS])
    analysis = Analysis(actor, access.scope(actor), DATE_FORMATS[0], historic=True, now=NOW)
    analysis.read(lines)
    return analysis


@pytest.mark.parametrize("name", ["Fire safety", "Alarm"])
@pytest.mark.parametrize("day", ["2027-05-02", "2027-05-03"])
def test_somebody_of_others_is_told_and_costs_as_nobody(analyse, count_queries, name, day):
    kind = "module" if name == "Alarm" else "course"
    costs, words = {}, {}
    for email in ("gregor@example.com", "nobody@example.com"):
        content = f"{HEAD}{email},{kind},{name},{day}\n".encode()
        costs[email] = count_queries(partial(analyse, content))
        words[email] = analyse(content)[0].rows.get().message.replace(email, "")
    assert len(set(costs.values())) == 1
    assert len(set(words.values())) == 1
