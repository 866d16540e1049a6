"""The demo's people, courses and past: loaded once, through the same functions that tests use.

Forty people of two organizations in departments two deep; some have worked already, one is half through, one is done.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from waffle.models import Flag

from common.djangoapps.split_modulestore_django.content import load, publish
from demo.campus import build
from demo.campus.cast import FEATURED
from demo.campus.syllabus import COURSES, DATA, LEADING, MACHINES, SAFETY, WELCOME, Course, Lesson
from lms.djangoapps.instructor.toggles import LEGACY_INSTRUCTOR_DASHBOARD


@dataclass(frozen=True)
class Resident:
    """Somebody who is not on the sign-in cards."""

    username: str
    name: str
    department: str
    time_zone: str | None = None
    language: str | None = None

    @property
    def organization(self) -> str:
        """The short name that every department path begins with."""
        return self.department.split("/")[0]


NORTH, SOUTH, FINANCE, PEOPLE = "Acme/Field/North", "Acme/Field/South", "Acme/Office/Finance", "Acme/Office/People"
LINE_A, LINE_B, SALES = "Globex/Production/Line A", "Globex/Production/Line B", "Globex/Sales/Export"

RESIDENTS = (
    Resident("ingrid", "Ingrid Sørensen", NORTH, "Europe/Oslo"),
    Resident("hansjoerg", "Hans-Jörg Schäfer-Großmann", NORTH, "Europe/Berlin", "de"),
    Resident("zoe", "Zoë O’Connor", NORTH, "Europe/Dublin"),
    Resident("mateusz", "Mateusz Wiśniewski", NORTH, "Europe/Warsaw"),
    Resident("aino", "Aino Hämäläinen", NORTH, "Europe/Helsinki"),
    Resident("gunnar", "Gunnar Þorsteinsson", NORTH, "Atlantic/Reykjavik"),
    Resident("claire", "Claire Dubois-Lefèvre", FINANCE, "Europe/Paris"),
    Resident("fatima", "فاطمة الزهراء بن علي", SOUTH, "Africa/Casablanca", "ar"),
    Resident("joao", "João Gonçalves", SOUTH, "Europe/Lisbon"),
    Resident(
        "guadalupe", "María Guadalupe Fernández de la Concepción y Villanueva-Montenegro", SOUTH, "America/Mexico_City"
    ),
    Resident("sukarno", "Sukarno", SOUTH, "Asia/Jakarta"),
    Resident("khai", "Nguyễn Thị Minh Khai", SOUTH, "Asia/Ho_Chi_Minh"),
    Resident("leila", "Leila Haddad", SOUTH),
    Resident("emeka", "Chukwuemeka Eze", FINANCE, "Africa/Lagos"),
    Resident("annika", "Annika Lindqvist", FINANCE, "Europe/Stockholm"),
    Resident("giulia", "Giulia D’Angelo", FINANCE, "Europe/Rome"),
    Resident("beatrix", "Beatrix Schönfeld", PEOPLE, "Europe/Vienna", "de"),
    Resident("siobhan", "Siobhán Ní Bhriain", PEOPLE, "Europe/Dublin"),
    Resident("tomas", "Tomáš Dvořák", PEOPLE),
    Resident("bjoern", "Björn Åkesson", LINE_A, "Europe/Stockholm"),
    Resident("hanako", "山田 花子", LINE_A, "Asia/Tokyo", "ja"),
    Resident("ravi", "Ravi Venkatasubramanian", LINE_A, "Asia/Kolkata"),
    Resident("ioana", "Ioana Ștefănescu", LINE_A, "Europe/Bucharest"),
    Resident("dimitris", "Δημήτρης Παπαδόπουλος", LINE_A, "Europe/Athens"),
    Resident("olena", "Олена Коваленко", LINE_B, "Europe/Kyiv"),
    Resident("carlos", "Carlos Quispe Mamani", LINE_B, "America/Lima"),
    Resident("aroha", "Aroha Te Whata", LINE_B, "Pacific/Auckland"),
    Resident("yusuf", "Yusuf Yılmaz", LINE_B, "Europe/Istanbul"),
    Resident("grace", "Grace Mwangi", SALES, "Africa/Nairobi"),
    Resident("pierre", "Pierre-Emmanuel Saint-Just", SALES, "America/Montreal"),
)
FEATURED_DEPARTMENTS = {
    "marta": PEOPLE,
    "priya": PEOPLE,
    "juergen": NORTH,
    "amina": NORTH,
    "sofia": SOUTH,
    "teretia": SOUTH,
    "lukas": FINANCE,
    "david": SALES,
}
MANAGERS = {
    "Acme/Field": ["thomas"],
    NORTH: ["ingrid"],
    "Acme/Office": ["claire"],
    "Globex/Production": ["bjoern"],
    "Globex/Sales": ["grace"],
}
GROUPS = (
    ("First aiders", "Acme", ["amina", "zoe", "joao", "beatrix", "giulia"]),
    ("New joiners", "Acme", ["juergen", "sofia", "teretia", "leila", "tomas"]),
    ("Forklift drivers", "Globex", ["ravi", "olena", "carlos"]),
)
COHORTS = {"Plant": ["ravi", "ioana", "dimitris", "olena", "carlos"], "Office": ["grace", "pierre", "aroha"]}
# Course -> who is enrolled, with how many units done how many days ago; None is all units.
PAST: tuple[tuple[Course, dict[str, tuple[int | None, int]]], ...] = (
    (
        SAFETY,
        {
            "amina": (4, 9),
            "lukas": (None, 20),
            "zoe": (2, 5),
            "joao": (6, 12),
            "mateusz": (1, 3),
            "beatrix": (None, 40),
            "leila": (0, 0),
            "sofia": (0, 0),
            "priya": (0, 0),
        },
    ),
    (DATA, {"annika": (5, 8), "giulia": (None, 30), "emeka": (2, 2), "juergen": (0, 0), "siobhan": (0, 0)}),
    (MACHINES, {"hansjoerg": (7, 15), "aino": (1, 1), "sukarno": (0, 0), "khai": (3, 6)}),
    (LEADING, {"bjoern": (2, 4), "yusuf": (0, 0)}),
    (WELCOME, {"ravi": (3, 7), "grace": (None, 25), "hanako": (1, 2), "pierre": (0, 0)}),
)
GRADES = {"annika": 60, "giulia": 92, "emeka": 20}


def populate() -> bool:
    """Load the campus in one transaction; False when somebody lives here already."""
    if get_user_model().objects.filter(username=FEATURED[0].username).exists():
        return False
    with transaction.atomic():
        # The old instructor dashboard stands beside the new one, so that both can be seen.
        Flag.objects.update_or_create(name=LEGACY_INSTRUCTOR_DASHBOARD.name, defaults={"everyone": True})
        for course in COURSES:
            _teach(course)
        people = dict(_move_in())
        _organize(people)
        _relive(people)
    build.drain()
    return True


def _move_in() -> Iterator[tuple[str, AbstractBaseUser]]:
    for person in (*FEATURED, *RESIDENTS):
        yield (
            person.username,
            build.user(
                person.username,
                email=f"{person.username}@{(person.organization or 'campus').lower()}.example.com",
                name=person.name,
                time_zone=person.time_zone,
                language=person.language,
                organization=person.organization,
                is_staff=person.username == "olivia",
            ),
        )


def _organize(people: dict[str, AbstractBaseUser]) -> None:
    lives_in = FEATURED_DEPARTMENTS | {person.username: person.department for person in RESIDENTS}
    paths = sorted({path.rsplit("/", 1)[0] for path in lives_in.values()} | set(lives_in.values()))
    for path in paths:
        members = [username for username, department in lives_in.items() if department == path]
        build.department(path, path.split("/")[0], _of(people, members), _of(people, MANAGERS.get(path, ())))
    for name, organization, members in GROUPS:
        build.learning_group(name, organization, _of(people, members))
    build.coordinator(people["marta"], "Acme")
    build.coordinator(people["david"], "Globex")
    build.course_staff(people["priya"], DATA.key)
    for name, members in COHORTS.items():
        build.cohort(WELCOME.key, name, _of(people, members))
    build.link_cohort("Plant crew", "Globex", WELCOME.key, "Plant")
    lessons = [lesson for rows in WELCOME.sections.values() for group in rows.values() for lesson in group]
    for unit, lesson in zip(build.units(WELCOME.key), lessons, strict=True):
        if lesson.groups:
            build.restrict(WELCOME.key, [unit], *lesson.groups)


def _relive(people: dict[str, AbstractBaseUser]) -> None:
    now = timezone.now()
    for course, learners in PAST:
        for username, (units, days_ago) in learners.items():
            build.enroll(people[username], course.key)
            if units != 0:
                build.complete(people[username], course.key, units=units, at=now - timedelta(days=days_ago))
    for username, percent in GRADES.items():
        build.grade(people[username], DATA.key, percent)


def _teach(course: Course) -> None:
    """Build the course in the shape of its text, then give its blocks their titles, texts and statements."""
    sections = [list(subsections.values()) for subsections in course.sections.values()]
    key = build.course(
        course.key,
        name=course.name,
        sections=len(sections),
        subsections=len(sections[0]),
        units=len(sections[0][0]),
        blocks=len(course.block_types),
        block_types=list(course.block_types),
        **course.options,
    )
    tree = load(key).tree
    for chapter, (title, subsections) in zip(tree["children"], course.sections.items(), strict=True):
        chapter["fields"]["display_name"] = title
        for sequential, (name, lessons) in zip(chapter["children"], subsections.items(), strict=True):
            sequential["fields"]["display_name"] = name
            for vertical, lesson in zip(sequential["children"], lessons, strict=True):
                _write(vertical, lesson)
    if course is MACHINES:
        first = tree["children"][0]["children"][0]["children"][0]
        first["children"].append({"type": "mandatory_assignments", "id": "my_own", "fields": {}, "children": []})
    publish(key, tree)


def _write(vertical: dict, lesson: Lesson) -> None:
    vertical["fields"]["display_name"] = lesson.title
    for block in vertical["children"]:
        fields = block["fields"]
        fields["display_name"] = lesson.title
        if block["type"] == "html":
            fields["data"] = f"<p>{escape(lesson.text)}</p>"
        elif block["type"] == "problem":
            fields |= {"question": lesson.statement, "choices": ["True", "Not true"]}
            fields["answer"] = "True" if lesson.true else "Not true"


def _of(people: dict[str, AbstractBaseUser], usernames: Iterable[str]) -> list[AbstractBaseUser]:
    return [people[username] for username in usernames]
