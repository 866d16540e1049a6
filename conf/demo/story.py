"""The scenes of the tour: what people do, day by day, and what is to be seen of it."""

from datetime import datetime, timedelta

from demo.telling import COURSE, Telling
from demo.year import Year

EXAM = "course-v1:Acme+CRANE+2027"
FIRST_AID = "course-v1:Acme+AID101+2027"


class Story(Telling):
    """One telling: people, courses, and what becomes of them."""

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
        self.scene_passing()
        self.scene_path()
        self.scene_second_round()
        Year(self).tell()
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

    def scene_passing(self) -> None:
        """A graded course is completed by its units and the mark to pass, on the day of the grade."""
        print("\nPia takes the crane licence, a graded course that 75 % pass.")
        with self.at_work():
            self.build.course(
                EXAM,
                name="Crane licence",
                sections=1,
                subsections=2,
                units=2,
                graded=True,
                pass_mark=75,
                max_attempts=1,
            )
        self.pia = self.build.user("pia", name="Pia Prieto", organization="Acme", time_zone="Europe/Madrid")
        self.licence = self.assign("pia", self.day(30), "", EXAM)
        self.does(self.pia, None, EXAM)
        self.graded(self.pia, EXAM, 60)
        self.then("pia", self.licence, "in_progress", 100, "enrolled")
        self.check(self.page("pia", self.licence, "60 % of 75 % needed"), '  her page says "60 % of 75 % needed"')
        self.days_pass(2)
        self.graded(self.pia, EXAM, 80)
        self.then("pia", self.licence, "completed", 100, "enrolled")

    def scene_path(self) -> None:
        """A path sums the units of its courses, and counts what was done in them before."""
        print("\nA path of the crane licence and first aid. And a module of units out of both.")
        with self.at_work():
            self.build.course(FIRST_AID, name="First aid", sections=1, subsections=1, units=4, blocks=1)
        parts = [{"course": EXAM, "required": True}, {"course": FIRST_AID, "required": True}]
        self.path = self.training({"kind": "path", "name": "Crane operator", "parts": parts})
        blocks = [str(unit) for unit in self.build.units(EXAM)[:2]]
        aid = str(self.build.units(FIRST_AID)[0])
        self.module = self.training({"kind": "module", "name": "Lifting safely", "blocks": [*blocks, aid]})
        self.operator = self.assign("pia", self.day(60), "", self.path)
        self.lifting = self.assign("pia", self.day(60), "", self.module)
        self.then("pia", self.operator, "in_progress", 50, "enrolled")
        self.then("pia", self.lifting, "in_progress", 66, "enrolled")

    def scene_second_round(self) -> None:
        """A revoked course is done a second time, although each problem grants one attempt and a block is kept once."""
        print("\nThe licence was given by mistake: cora revokes it, and Pia does all of it again.")
        from mandatory_assignments import api
        from mandatory_assignments.models import Training

        self.days_pass(3)
        key = (self.pia.id, Training.objects.get(key=EXAM).id)
        with self.at_work():
            outcome = api.revoke_completions(actor=self.coordinator, keys=[key], reason="The crane was switched off")
        self.check(
            len(outcome.changed) == 1, "cora revokes pia's completion; finished blocks and attempts are set back"
        )
        answer = self.then("pia", self.licence, "assigned", 0, "enrolled")
        self.check("reopened" in answer["modifiers"], f"  it is open again, due {answer['due_on']}")
        self.then("pia", self.lifting, "in_progress", 66, "enrolled")
        self.then("pia", self.operator, "assigned", 0, "enrolled")
        self.days_pass(1)
        self.does(self.pia, 2, EXAM)
        self.then("pia", self.licence, "in_progress", 50, "enrolled")
        self.days_pass(1)
        self.does(self.pia, None, EXAM)
        answer = self.then("pia", self.licence, "completed", 100, "enrolled")
        self.check(
            datetime.fromisoformat(answer["completed_at"]).date() == self.now.date(),
            f"completed a second time, {self.now:%a %d %b}",
        )
        self.then("pia", self.operator, "in_progress", 50, "enrolled")
        self.does(self.pia, None, FIRST_AID)
        self.then("pia", self.lifting, "completed", 100, "enrolled")
        self.then("pia", self.operator, "completed", 100, "enrolled")
        self.check(self.rebuilt(), "a rebuild from what everybody did finds no difference")
