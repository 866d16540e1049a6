"""The pages that import completions from a file: upload, the analysis with its parts, the job, files to download."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from demo.campus import build
from mandatory_assignments import bulk
from mandatory_assignments.models import Completion, Job
from tests.roles import COURSE, ROLES

from .test_template_pages import text

PAGES = "/mandatory-assignments/staff/"
UPLOAD = f"{PAGES}progress/import/"
IN_COURSE = f"{PAGES}courses/{COURSE}/progress/import/"
HEAD = "Email,Training Type,Name,Date (yyyy-mm-dd)\n"
GOOD = "lena@example.com,course,Fire safety,2027-05-02\n"
BAD = "otto@example.com,course,Fire,2027-05-02\n"


def sent(content: str | bytes, **named) -> dict:
    content = content.encode() if isinstance(content, str) else content
    return {"file": SimpleUploadedFile("event.csv", content), "date_format": "yyyy-mm-dd", **named}


def analysed(cast, content: str | bytes, role: str = "coordinator", page: str = UPLOAD, **named) -> str:
    answer = cast.client(role).post(page, sent(content, **named))
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def rows(answer) -> list[list[str]]:
    told = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told, newline="")))


ANSWERS = [
    ("progress/import/", (302, 403, 403, 403, 200, 200, 200, 200)),
    (f"courses/{COURSE}/progress/import/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("progress/import/template.csv", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("{analysis}", (302, 403, 403, 403, 404, 200, 404, 404)),
    ("{analysis}rows.csv", (302, 403, 403, 403, 404, 200, 404, 404)),
]


def test_the_role_decides_about_the_page_and_an_import_is_its_owners_alone(cast):
    analysis = analysed(cast, HEAD + GOOD).removeprefix(PAGES)
    clients = {role: cast.client(role) for role in ROLES}
    for path, statuses in ANSWERS:
        answers = [client.get(PAGES + path.format(analysis=analysis)) for client in clients.values()]
        assert (path, tuple(answer.status_code for answer in answers)) == (path, statuses)
    for role in ("learner", "manager"):
        assert clients[role].post(UPLOAD, sent(HEAD + GOOD)).status_code == 403
    for role in ("learner", "manager", "course_staff", "foreign_coordinator", "global_staff"):
        assert clients[role].post(PAGES + analysis).status_code in (403, 404)
    assert Job.objects.get().confirmed_at is None


def test_a_file_is_analysed_confirmed_once_and_recorded(cast):
    client = cast.client("coordinator")
    analysis = analysed(cast, HEAD.replace(",", ";") + (GOOD + BAD).replace(",", ";"))
    told = text(client.get(analysis))
    for words in ("1 New", "0 User already completed", "1 Errors", "Import 1 row", "Nobody gets mail about it"):
        assert words in told
    assert "Read as utf-8, cells separated by semicolon, dates written yyyy-mm-dd." in told
    assert 'otto@example.com Fire course Completed on 2027-05-02 No training "Fire" can be found. Line 3' in told
    assert "Lena Sommer lena@example.com Fire safety" in text(client.get(f"{analysis}?part=new"))
    assert client.get(f"{analysis}?part=x&cursor=y&search=%00").status_code == 200
    assert not Completion.objects.exists()
    answer = client.post(analysis)
    job = answer["Location"]
    assert job == analysis.replace("/imports/", "/jobs/")
    assert client.post(analysis)["Location"] == client.post(analysis, {"cancel": ""})["Location"] == job
    bulk.work_jobs()
    assert Completion.objects.get().reference == "event.csv:2"
    told = text(client.get(job))
    for words in (
        "Done",
        "Importing event.csv",
        "1 recorded",
        "Recorded 1",
        "Completed meanwhile 0",
        "See the analysis",
    ):
        assert words in told
    told = text(client.get(analysis))
    assert "See how far the import is" in told
    assert "Import 1 row" not in told


def test_every_part_is_a_file_that_can_be_uploaded_again(cast):
    client = cast.client("coordinator")
    analysis = analysed(cast, HEAD + GOOD + BAD + "=x,course,Fire safety,2027-05-02\n")
    heading = HEAD.strip().split(",")
    assert rows(client.get(f"{analysis}rows.csv?part=new")) == [heading, GOOD.strip().split(",")]
    assert rows(client.get(f"{analysis}rows.csv?part=errors")) == [
        [*heading, "Reason"],
        [*BAD.strip().split(","), 'No training "Fire" can be found.'],
        ["'=x", "course", "Fire safety", "2027-05-02", 'No learner "=x" can be found.'],
    ]
    assert len(rows(client.get(f"{analysis}rows.csv?part=nonsense"))) == 4
    content = b"".join(client.get(f"{analysis}rows.csv?part=errors").streaming_content)
    again = analysed(cast, content.replace(b",Fire,", b",Fire safety,"))
    assert "1 New" in text(client.get(again))
    client.post(analysis)
    bulk.work_jobs()
    assert rows(client.get(f"{analysis}rows.csv?part=created")) == [heading, GOOD.strip().split(",")]
    assert len(rows(client.get(f"{analysis}rows.csv?part=left_out"))) == 3


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_file_of_errors_in_another_language_can_be_uploaded_again_too(cast, language):
    client = cast.client("coordinator")
    client.cookies["openedx-language-preference"] = language
    with override(language):
        analysis = analysed(cast, HEAD + BAD)
        content = b"".join(client.get(f"{analysis}rows.csv?part=errors").streaming_content)
    assert analysed(cast, content.replace(b",Fire,", b",Fire safety,"))
    assert Job.objects.last().terms["counts"]["create"] == 1


def test_nothing_new_leaves_nothing_to_press(cast):
    client = cast.client("coordinator")
    template = b"".join(client.get(f"{UPLOAD}template.csv").streaming_content)
    analysis = analysed(cast, template)
    told = text(client.get(analysis))
    assert "2 Errors" in told
    assert "There is nothing to import. Download the errors" in told
    assert "Import 0 rows" not in told
    client.post(analysed(cast, HEAD + GOOD))
    bulk.work_jobs()
    assert "all of it is recorded already" in text(client.get(analysed(cast, HEAD + GOOD)))


def test_an_import_is_discarded(cast):
    client = cast.client("coordinator")
    analysis = analysed(cast, HEAD + GOOD)
    assert client.post(analysis, {"cancel": ""})["Location"] == UPLOAD
    assert client.get(analysis).status_code == 404
    in_course = analysed(cast, HEAD + GOOD, page=IN_COURSE)
    assert client.post(in_course, {"cancel": ""})["Location"] == IN_COURSE
    assert not Completion.objects.exists()


def test_in_a_course_only_what_lies_inside_it_is_found(cast):
    build.course("course-v1:Acme+WATER+2027", name="Water")
    content = HEAD + GOOD + GOOD.replace("Fire safety", "Water")
    assert text(cast.client("coordinator").get(IN_COURSE)).count("Only trainings inside “Fire safety”.") == 1
    analysed(cast, content, page=IN_COURSE)
    assert Job.objects.last().terms["counts"] == {"create": 1, "skip": 0, "refuse": 1}
    analysed(cast, content)
    assert Job.objects.last().terms["counts"] == {"create": 2, "skip": 0, "refuse": 0}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"file": ""}, "Choose a file."),
        ({"date_format": "d.m.y"}, "Select a valid choice."),
        (sent(b"PK\x03\x04"), "save it as CSV"),
        (sent(""), "The file is empty."),
        (sent(HEAD), "a heading and no lines"),
        (sent("Email,Name\na,b\n"), "These columns are missing: training type, date (yyyy-mm-dd)."),
        (sent(HEAD + 'lena,"course\n'), "Line 2 cannot be read"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(cast, given, told):
    page = cast.client("coordinator").post(UPLOAD, {**sent(HEAD + GOOD), **given})
    assert (page.status_code, told in text(page)) == (200, True)
    assert b'aria-invalid="true"' in page.content
    assert not Job.objects.exists()


def test_the_limits_are_told_and_refuse(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS = 1
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 10_000_000
    client = cast.client("coordinator")
    assert "CSV with at most 1 lines and 10 MB" in text(client.get(UPLOAD))
    assert "The file has more than 1 lines" in text(client.post(UPLOAD, sent(HEAD + GOOD + BAD)))
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 20
    assert "at most 20 are allowed" in text(client.post(UPLOAD, sent(HEAD + GOOD)))


def test_an_analysis_of_yesterday_is_not_imported_any_more(cast):
    from datetime import timedelta

    client = cast.client("coordinator")
    analysis = analysed(cast, HEAD + GOOD)
    Job.objects.update(planned_at=Job.objects.get().planned_at - timedelta(days=2))
    assert "This preview is older than a day" in text(client.post(analysis))
    assert Job.objects.get().confirmed_at is None


def test_the_rows_are_searched_and_paged(cast):
    client = cast.client("coordinator")
    analysis = analysed(cast, HEAD + "".join(BAD.replace("otto", f"ghost{number}") for number in range(40)))
    first = client.get(analysis)
    assert (text(first).count("@example.com"), "Next page" in text(first)) == (25, True)
    found = text(client.get(f"{analysis}?part=errors&search=ghost39"))
    assert found.count("@example.com") == 1
    assert "Nobody here fits this search." in text(client.get(f"{analysis}?part=errors&search=nothing"))


def test_a_page_costs_as_much_for_many_rows_as_for_few(cast, count_queries):
    client = cast.client("coordinator")
    few = analysed(cast, HEAD + GOOD)
    people = [build.user(f"extra{number}", organization="Acme") for number in range(24)]
    many = analysed(cast, HEAD + "".join(GOOD.replace("lena", user.username) for user in people))
    assert count_queries(lambda: client.get(f"{many}?part=new")) == count_queries(lambda: client.get(f"{few}?part=new"))
