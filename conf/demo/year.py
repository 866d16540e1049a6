"""A year of one obligation: reminders where each reader lives, a later due date, done, and a year on it comes back.

Every mail is told as it goes out, at its reader's hour and in its language. The scheduler comes by at each reader's
midnight, for then reminders are due.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.telling import COURSE, Telling

HOUR = timedelta(hours=1)
ZONES = {"tere": "Pacific/Kiritimati", "thomas": "Europe/Berlin", "cora": "America/New_York"}
DAYS = (14, 7, 3, 1, -1)
COMPLIANCE = [{"days": days, "recipient": ["student", "assigned_by", "managers"]} for days in DAYS]


class Year:
    """The scene; it speaks through the telling."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.say, self.check = telling.say, telling.check
        self.told: set[str] = set()
        self.came: list[tuple[str, str]] = []
        self.due_on = date.min
        self.assignment = ""

    def tell(self) -> None:
        """From the assignment to the second completion."""
        build, coordinator = self.telling.build, self.telling.coordinator
        print("\nTere works on Kiritimati. Thomas, her manager, reads German in Berlin; Cora is in New York now.")
        self.tere = build.user("tere", name="Tere Tioti", organization="Acme", time_zone=ZONES["tere"])
        thomas = build.user(
            "thomas", name="Thomas Müller", organization="Acme", time_zone=ZONES["thomas"], language="de"
        )
        build.time_zone(coordinator, ZONES["cora"])
        build.department("Acme/Harbour", members=[self.tere], managers=[thomas])
        self.told = {mail.id for mail in self.mails()}
        self.assign()
        self.extend()
        self.complete()
        self.come_back()

    def assign(self) -> None:
        """With the days of the compliance set for all three, every 52 weeks."""
        body = {
            "learner": "tere",
            "training": COURSE,
            "due_on": self.telling.day(30),
            "repeat": {"every": 52, "unit": "weeks"},
            "reminders": COMPLIANCE,
        }
        status, answer = self.call("POST", "", body)
        self.check(status == 201, f"cora assigns it to tere, due {body['due_on']}, to come again every 52 weeks")
        self.assignment = f"{answer.get('id')}/"
        self.plan(answer)
        self.tick()
        self.tere_was_sent(1)
        self.midnights(14)
        self.everybody_was_sent(1)

    def extend(self) -> None:
        """All reminders are planned anew, and tere is told."""
        later = (self.due_on + timedelta(weeks=2)).isoformat()
        status, answer = self.call("PATCH", self.assignment, {"due_on": later})
        self.check(status == 200, f"cora gives her two weeks more, until {later}")
        self.plan(answer)
        self.tick()
        self.tere_was_sent(1)
        self.midnights(14)
        self.everybody_was_sent(1)

    def complete(self) -> None:
        """Nobody is reminded any more, and the day on which it comes back is known."""
        self.telling.does(self.tere, None)
        answer = self.stands("completed", 100)
        done, opens = (local("tere", answer[name]) for name in ("completed_at", "next_opens_at"))
        self.check(opens.date() - done.date() == timedelta(weeks=52), f"  it comes back {opens:%a %d %b %Y}")
        self.midnights(7, -1)
        self.tere_was_sent(0)
        self.say("nobody has been reminded any more")
        print("  A year passes.")
        self.pass_by([opens - HOUR])
        self.tere_was_sent(0)
        self.pass_by([opens])
        self.tere_was_sent(1)

    def come_back(self) -> None:
        """The second round is reminded of as the first, done late; both are kept."""
        self.plan(self.stands("assigned", 0))
        self.midnights(*DAYS)
        self.everybody_was_sent(5)
        self.stands("overdue", 0)
        self.telling.does(self.tere, None)
        self.stands("completed", 100)
        _, answer = self.call("GET", f"{self.assignment}cycles/")
        rounds = sorted(answer["results"], key=lambda row: row["cycle"])
        for row in rounds:
            done = local("tere", row["completed_at"])
            self.say(f"  round {row['cycle']}: due {row['due_on']}, {row['status']} {done:%a %d %b %Y}")
        self.check([row["late_days"] for row in rounds] == [0, 1], "both rounds are kept, the second one day late")

    # ----- how -----

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        return self.telling.call(method, f"/assignments/{path}", body, self.telling.coordinator)

    def stands(self, status: str, percent: int) -> dict[str, Any]:
        return self.telling.then("tere", self.assignment[:-1], status, percent, "enrolled")

    def plan(self, answer: dict[str, Any]) -> None:
        """Tells on which days reminders are planned: for each of the three in their own zone."""
        self.due_on = date.fromisoformat(answer["due_on"])
        _, found = self.call("GET", f"{self.assignment}reminders/")
        planned = {(row["day"], row["recipient"]["username"], row["zone"]) for row in found["results"]}
        wanted = {(day.isoformat(), *reader) for day in self.days(DAYS) for reader in ZONES.items()}
        told = ", ".join(f"{day:%d %b}" for day in self.days(DAYS))
        self.check(planned == wanted, f"  due {self.due_on:%a %d %b}; reminders to all three on {told}")

    def days(self, before: Iterable[int]) -> list[date]:
        return [self.due_on - timedelta(days=days) for days in before]

    def midnights(self, *before: int) -> None:
        """Each of these days before the due date begins, for one reader after the other."""
        for day in self.days(before):
            self.pass_by(datetime.combine(day, time(), ZoneInfo(zone)) for zone in ZONES.values())

    def pass_by(self, instants: Iterable[datetime]) -> None:
        for instant in instants:
            self.telling.now = instant.astimezone(self.telling.now.tzinfo)
            self.tick()

    def tick(self) -> None:
        """The scheduler comes by; whatever goes out is told."""
        from mandatory_assignments import api

        with self.telling.clock.at(self.telling.now):
            api.tick()
        for mail in self.mails():
            if mail.id not in self.told:
                self.told.add(mail.id)
                reader, hour = mail.to.split("@")[0], mail.sent.split()[-2]
                self.came.append((reader, hour))
                self.say(
                    f"  {hour} in {ZONES[reader].split('/')[1].replace('_', ' ')}, to {reader}: {_words(mail.text)}"
                )

    def mails(self) -> list[Any]:
        from demo.campus.pages.outbox import sent_mails

        return sent_mails()[::-1]

    def tere_was_sent(self, mails: int) -> None:
        """So many mails since this was last asked, and nobody else any."""
        came, self.came = self.came, []
        self.wrong_unless([reader for reader, _hour in came] == ["tere"] * mails, came)

    def everybody_was_sent(self, mails: int) -> None:
        """So many mails to each of the three since this was last asked, all of them at midnight."""
        came, self.came = self.came, []
        self.wrong_unless(Counter(came) == {(reader, "00:00"): mails for reader in ZONES}, came)

    def wrong_unless(self, held: bool, came: list[tuple[str, str]]) -> None:
        if not held:
            self.check(False, f"  these mails were not expected: {came}")


def local(reader: str, instant: str) -> datetime:
    """The instant where the reader lives."""
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(ZONES[reader]))


def _words(text: str) -> str:
    """The first sentence of what a mail says about its assignment, whose title stands above it."""
    _title, _, told = text.partition("\n* ")[2].partition("\n")
    return told.strip().partition("\n")[0].partition(". ")[0].rstrip(".")
