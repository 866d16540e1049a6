"""The words in which the tour is told: each says a line, and remembers it when it does not hold."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

START = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
API = "/api/mandatory-assignments/v1"
COURSE = "course-v1:Acme+FIRE101+2027"


class Telling:
    """The story's present, who is in it, and the vocabulary of its scenes."""

    def __init__(self) -> None:
        from django.test import Client

        from demo.campus import build, clock

        self.client = Client()
        self.build, self.clock = build, clock
        self.wrong: list[str] = []
        self.events: Counter[str] = Counter()
        self.now = START
        _listen(self.events)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The clock stands at the story's present inside, and the story goes on a minute later."""
        with self.clock.at(self.now):
            yield
        self.now += timedelta(minutes=1)

    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    def day(self, days: int) -> str:
        """The day that comes so many days after the story's present."""
        return (self.now + timedelta(days=days)).date().isoformat()

    def assign(self, learner: str, due_on: str, note: str, training: str = COURSE) -> str:
        """Cora assigns the training through the API; the assignment's id."""
        body = {"learner": learner, "training": training, "due_on": due_on, "note": note}
        status, answer = self.call("POST", "/assignments/", body, self.coordinator)
        what = answer["training"]["name"] if status == 201 and training != COURSE else "it"
        self.check(status == 201, f"cora assigns {what} to {learner}, due {due_on}" + (f', "{note}"' if note else ""))
        return str(answer.get("id", ""))

    def training(self, body: dict[str, Any]) -> str:
        """Cora makes a training through the API; its id."""
        status, answer = self.call("POST", "/trainings/", {**body, "organization": "Acme"}, self.coordinator)
        self.check(status == 201, f"cora makes the {body['kind']} {body['name']}")
        return str(answer.get("id", ""))

    def does(self, learner: Any, units: int | None, course: str = COURSE) -> None:
        """The learner works up to the n-th unit, or to the end."""
        with self.at_work():
            self.build.complete(learner, course, units=units)
        self.say(f"{learner.username} works in the course: {'all units' if units is None else f'{units} of 4 units'}")

    def graded(self, learner: Any, course: str, percent: int) -> None:
        """A worker of the platform stores the learner's grade."""
        with self.at_work():
            self.build.grade(learner, course, percent)
        self.say(f"{learner.username}'s grade is {percent} %")

    def page(self, learner: str, assignment: str, text: str) -> bool:
        """Whether the learner reads this on the assignment's page."""
        from django.contrib.auth import get_user_model

        self.client.force_login(get_user_model().objects.get(username=learner))
        with self.at_work():
            return text in self.client.get(f"/mandatory-assignments/assignments/{assignment}/").content.decode()

    def rebuilt(self) -> bool:
        """Whether the check of a rebuild finds nothing."""
        from django.core.management import CommandError, call_command

        try:
            with self.at_work():
                call_command("mandatory_assignments_rebuild", "--check", stdout=StringIO())
        except CommandError:
            return False
        return True

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
        training = answer.get("training", {})
        who = learner if training.get("key") == COURSE else f"{learner}, {training.get('name')}"
        self.check(found == (status, percent, enrollment), f"  {who}: {found[0]}, {found[1]} %, {found[2]}")
        return answer

    def call(self, method: str, path: str, body: Any, user: Any) -> tuple[int, dict[str, Any]]:
        self.client.force_login(user)
        with self.at_work():
            response = self.client.generic(
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
    signals.PERSISTENT_GRADE_SUMMARY_CHANGED.connect(heard("grade stored"), weak=False)
    for name in ("CREATED", "CHANGED"):
        getattr(signals, f"COURSE_ENROLLMENT_{name}").connect(heard(f"enrollment {name.lower()}"), weak=False)
