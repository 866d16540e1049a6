"""The people whom the sign-in page introduces. Plain data, readable without Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as; `hint` says what to try first."""

    username: str
    name: str
    role: str
    hint: str
    organization: str | None = None
    time_zone: str | None = None
    language: str | None = None


FEATURED = (
    Person("olivia", "Olivia Bergström", "Global staff", "See every organization, its people and its assignments."),
    Person(
        "marta",
        "Marta Kowalska",
        "Coordinator of Acme",
        "Under “Mandatory assignments”, assign “Workplace safety basics” to Jürgen, Amina and Lukáš and compare.",
        "Acme",
        "Europe/Warsaw",
    ),
    Person(
        "david",
        "David Okafor",
        "Coordinator of Globex",
        "Look for Acme’s people: for you they do not exist.",
        "Globex",
        "Africa/Lagos",
    ),
    Person(
        "priya",
        "Priya Raman",
        "Course staff of “Data protection in practice”",
        "Open the course’s instructor dashboard, or view the course as one of its learners.",
        "Acme",
        "Asia/Kolkata",
    ),
    Person(
        "thomas",
        "Thomas Müller-Lüdenscheidt",
        "Manager of Acme/Field",
        "Reads German; his people work in a dozen time zones. Each day he gets one mail about those to be reminded.",
        "Acme",
        "Europe/Berlin",
        "de",
    ),
    Person(
        "juergen",
        "Jürgen Weiß",
        "Learner in Berlin, reads German",
        "Nothing done yet: take a unit of an assigned course and watch the percentage move.",
        "Acme",
        "Europe/Berlin",
        "de",
    ),
    Person(
        "sofia",
        "Sofía Hernández",
        "Learner in Los Angeles",
        "Her day ends nine hours after Berlin’s: compare the deadlines.",
        "Acme",
        "America/Los_Angeles",
    ),
    Person(
        "teretia",
        "Teretia Tioti",
        "Learner on Kiritimati",
        "Lives fourteen hours ahead of UTC, where the day begins first: reminders reach her before all others.",
        "Acme",
        "Pacific/Kiritimati",
    ),
    Person(
        "amina",
        "Amina Yusuf",
        "Learner, half through “Workplace safety basics”",
        "Let Marta assign it: the work already done counts.",
        "Acme",
        "Europe/London",
    ),
    Person(
        "lukas",
        "Lukáš Novák",
        "Learner, has finished “Workplace safety basics”",
        "Let Marta assign it: it is fulfilled at once.",
        "Acme",
        "Europe/Prague",
    ),
)
