"""The main job told as a timeline, on a throw-away campus and without a browser: `make tour`.

Every line is checked; the exit status is 1 when anything is not as told.
"""

import json
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
START = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
API = "/api/mandatory-assignments/v1"
COURSE = "course-v1:Acme+FIRE101+2027"


def main() -> int:
    """Tells the story; how many of its lines were not as told, at most 1."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="demo.settings",
            DEMO_VAR=folder,
            DATABASE_URL=f"sqlite:///{folder}/tour.sqlite3",
            BROKER_URL="memory://",
        )
        sys.path[:0] = [str(HERE.parent), str(HERE / "standins"), str(HERE.parent.parent)]
        import django

        django.setup()
        logging.disable(logging.WARNING)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return Tour().tell()


class Tour:
    """One telling: people, a course, and what they do day by day."""

    def __init__(self) -> None:
        from demo.campus import build, clock

        self.build, self.clock = build, clock
        self.wrong: list[str] = []
        self.events: Counter[str] = Counter()
        self.now = START
        _listen(self.events)

    def tell(self) -> int:
        """Runs all scenes."""
        print("A fire safety course of 4 units, to be done by everybody who is told to.\n")
        self.build.user("root", is_staff=True)
        self.coordinator = self.build.user("cora", name="Cora Coordinator", organization="Acme")
        self.build.coordinator(self.coordinator, "Acme")
        with self.at_work():
            self.build.course(COURSE, name="Fire safety", sections=1, subsections=2, units=2, blocks=2)
        self.scene_beginner()
        self.scene_half_through()
        self.scene_done()
        self.scene_too_late()
        self.scene_bad_input()
        print(f"\n{len(self.wrong)} of the lines are not as told." if self.wrong else "\nEverything is as told.")
        for line in self.wrong:
            print(f"  {line}")
        return 1 if self.wrong else 0

    def scene_beginner(self) -> None:
        """Somebody who has not begun is enrolled by the assignment, and works through the course."""
        print("Lena has never seen the course.")
        lena = self.build.user("lena", name="Lena Lang", organization="Acme", time_zone="Europe/Berlin")
        assignment = self.assign("lena", "2027-05-14", "Please before the fire drill")
        self.then("lena", assignment, "assigned", 0, "enrolled")
        for units, percent in ((1, 25), (3, 75)):
            self.days_pass(1)
            self.does(lena, units)
            self.then("lena", assignment, "in_progress", percent, "enrolled")
        self.days_pass(1)
        self.does(lena, None)
        self.then("lena", assignment, "completed", 100, "enrolled")

    def scene_half_through(self) -> None:
        """What was done before counts."""
        print("\nHiro has done half of it already.")
        hiro = self.build.user("hiro", name="Hiro Tanaka", organization="Acme", time_zone="Asia/Tokyo")
        self.build.enroll(hiro, COURSE)
        self.does(hiro, 2)
        assignment = self.assign("hiro", "2027-05-20", "")
        self.then("hiro", assignment, "in_progress", 50, "enrolled")

    def scene_done(self) -> None:
        """A course that was done before fulfils the assignment at once, dated by the work."""
        print("\nKiri, in Kiritimati, was done before anybody asked.")
        kiri = self.build.user("kiri", name="Kiri Kaiao", organization="Acme", time_zone="Pacific/Kiritimati")
        self.build.enroll(kiri, COURSE)
        self.does(kiri, None)
        done_at = self.now
        self.days_pass(2)
        assignment = self.assign("kiri", "2027-05-21", "")
        answer = self.then("kiri", assignment, "completed", 100, "enrolled")
        completed_at = datetime.fromisoformat(answer["completed_at"])
        self.check(
            abs(completed_at - done_at) < timedelta(minutes=2),
            f"completed when the work was done, {completed_at:%a %d %b}",
        )

    def scene_too_late(self) -> None:
        """A deadline passes; what comes late still completes."""
        print("\nOle forgets it.")
        ole = self.build.user("ole", name="Ole Olsen", organization="Acme", time_zone="America/Los_Angeles")
        assignment = self.assign("ole", "2027-05-20", "")
        self.days_pass(16)
        self.then("ole", assignment, "overdue", 0, "enrolled")
        self.does(ole, None)
        answer = self.then("ole", assignment, "completed", 100, "enrolled")
        self.check(answer["late_days"] > 0, f"completed {answer['late_days']} days late")

    def scene_bad_input(self) -> None:
        """What makes no sense is refused with a code, and changes nothing."""
        print("\nCora makes mistakes.")
        self.build.user("gert", organization="Globex")
        for body, code in (
            ({"learner": "nobody@example.com"}, "unknown_learner"),
            ({"learner": "gert"}, "unknown_learner"),
            ({"training": "course-v1:Acme+NONE+1"}, "unknown_training"),
            ({"due_on": self.now.date().isoformat()}, "due_too_early"),
            ({"learner": "hiro"}, "already_assigned"),
        ):
            asked = {"learner": "lena", "training": COURSE, "due_on": "2027-12-01", **body}
            status, answer = self.call("POST", "/assignments/", asked, self.coordinator)
            told = f"{', '.join(f'{key} {value}' for key, value in body.items())}: refused, {answer.get('code')}"
            self.check(status in (400, 409) and answer.get("code") == code, told)

    # ----- the vocabulary of the scenes

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The clock stands at the story's present inside, and the story goes on a minute later."""
        with self.clock.at(self.now):
            yield
        self.now += timedelta(minutes=1)

    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    def assign(self, learner: str, due_on: str, note: str) -> str:
        """Cora assigns the course through the API; the assignment's id."""
        body = {"learner": learner, "training": COURSE, "due_on": due_on, "note": note}
        status, answer = self.call("POST", "/assignments/", body, self.coordinator)
        self.check(status == 201, f"cora assigns it to {learner}, due {due_on}" + (f', "{note}"' if note else ""))
        return str(answer.get("id", ""))

    def does(self, learner: Any, units: int | None) -> None:
        """The learner works up to the n-th unit, or to the end."""
        with self.at_work():
            self.build.complete(learner, COURSE, units=units)
        self.say(f"{learner.username} works in the course: {'all units' if units is None else f'{units} of 4 units'}")

    def then(self, learner: str, assignment: str, status: str, percent: int, enrollment: str) -> dict[str, Any]:
        """All waiting work runs, and the assignment is looked at."""
        with self.at_work():
            self.build.drain()
        came = ", ".join(f"{count} x {name}" for name, count in sorted(self.events.items()))
        self.events.clear()
        if came:
            self.say(f"  the platform says: {came}")
        _, answer = self.call("GET", f"/assignments/{assignment}/", None, self.coordinator)
        found = (answer.get("status"), answer.get("percent"), answer.get("enrollment", {}).get("state"))
        self.check(found == (status, percent, enrollment), f"  {learner}: {found[0]}, {found[1]} %, {found[2]}")
        return answer

    def call(self, method: str, path: str, body: Any, user: Any) -> tuple[int, dict[str, Any]]:
        from django.test import Client

        client = Client()
        client.force_login(user)
        with self.at_work():
            response = client.generic(
                method, f"{API}{path}", json.dumps(body) if body else "", content_type="application/json"
            )
        return response.status_code, response.json()

    def check(self, held: bool, line: str) -> None:
        """Says the line, and remembers it when it does not hold."""
        self.say(f"{line}" if held else f"{line}   <-- not as told")
        if not held:
            self.wrong.append(line)

    def say(self, line: str) -> None:
        print(f"  {self.now:%a %d %b %H:%M}  {line}")


def _listen(events: Counter[str]) -> None:
    """Counts what the platform announces."""
    from completion.models import BlockCompletion
    from django.db.models.signals import post_save
    from openedx_events.learning import signals

    def heard(name: str) -> Any:
        def receiver(**kwargs: Any) -> None:
            events[name] += 1

        return receiver

    post_save.connect(heard("block completed"), sender=BlockCompletion, weak=False)
    for name in ("CREATED", "CHANGED"):
        getattr(signals, f"COURSE_ENROLLMENT_{name}").connect(heard(f"enrollment {name.lower()}"), weak=False)


if __name__ == "__main__":
    sys.exit(main())
