"""An uploaded file of completions, row by row: who and what is meant, what is new, known already, or wrong."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Bucket, Problem, Scope
from ..rules import progress_rows as rules
from ..rules.sheets_reading import Line
from . import importing, people, reach, recordable

NOBODY_ID = 0
"""The id of no account."""

FIELDS = ("learner", "kind", "training", "completed_on")
"""What the verbs call that which the four cells of a line tell."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of a line: `row` where it is known who and what is meant, `problem` where it is not new."""

    number: int
    cells: tuple[str, str, str, str]
    bucket: Bucket
    row: rules.Row | None
    problem: Problem | None = None


class Analysis:
    """One file: what its rows mean, then what becomes of each. `read` comes before `rows`."""

    def __init__(
        self, actor: Any, scope: Scope, date_format: str, *, historic: bool, course_key: str = "", now: datetime
    ) -> None:
        self.actor, self.scope, self.now = actor, scope, now
        self.date_format, self.historic = date_format, historic
        self.cells: list[tuple[str, str, str, str]] = []
        self.numbers: list[int] = []
        self.problems: dict[int, Problem] = {}
        self.found: dict[int, rules.Row] = {}
        self.catalogue = importing.catalogue(scope, course_key)
        self.meant: dict[tuple[str, str], int | str | Problem] = {}
        self.days: dict[str, date | None] = {}
        self.past: dict[date, bool] = {}
        self.told: dict[tuple[date | datetime, str], Problem] = {}

    def read(self, lines: Iterator[Line]) -> None:
        """Looks up who and what is meant, and finds the rows of which nothing can be made."""
        same: dict[str, str] = {}  # most names, types and days come often: one text of each is kept
        for line in lines:
            told = line.cells
            kind, name, day = (same.setdefault(text, text) for text in (told["type"], told["name"], told["date"]))
            cells = (told["email"], kind, name, day)
            if (place := rules.too_long(cells)) is not None:
                self.problems[line.number] = _too_long(place, len(cells[place]))
                cells = tuple(cell[: rules.MOST_IN_CELL] for cell in cells)  # type: ignore[assignment]
            self.cells.append(cells)
            self.numbers.append(line.number)
        ids = importing.account_ids(cells[0] for cells in self.cells)
        for begin in range(0, len(self.cells), importing.CHUNK):
            self._sort(range(begin, min(begin + importing.CHUNK, len(self.cells))), ids)

    def rows(self) -> Iterator[Found]:
        """What becomes of each line, in order."""
        clashes = rules.clashes(self.found.values(), historic=self.historic)
        for begin in range(0, len(self.cells), importing.CHUNK):
            places = range(begin, min(begin + importing.CHUNK, len(self.cells)))
            chunk = [row for place in places if (row := self.found.get(self.numbers[place]))]
            present = recordable.recorded({(row.learner_id, row.training) for row in chunk})
            before = {
                row.line: day
                for row in chunk
                if isinstance(row.training, int)
                and (day := present.completed((row.learner_id, row.training), row.on, historic=self.historic))
            }
            exact = {row.learner_id for row in chunk if isinstance(before.get(row.line), datetime)}
            zones = people.zones(exact) if exact else {}
            for place in places:
                yield self._line(place, clashes, before, zones)

    def _line(
        self,
        place: int,
        clashes: Mapping[int, rules.Clash],
        before: Mapping[int, date | datetime],
        zones: Mapping[int, str],
    ) -> Found:
        number, cells = self.numbers[place], self.cells[place]
        row = self.found.get(number)
        if row is None:
            return Found(number, cells, Bucket.REFUSE, None, self.problems[number])
        if clash := clashes.get(number):
            return Found(number, cells, Bucket.REFUSE, row, _clash(clash))
        if day := before.get(number):
            return Found(number, cells, Bucket.SKIP, row, self._completed(day, zones.get(row.learner_id, "UTC")))
        return Found(number, cells, Bucket.CREATE, row)

    def _completed(self, day: date | datetime, zone: str) -> Problem:
        """That it was completed on that day; each is put into words once."""
        if (day, zone) not in self.told:
            self.told[day, zone] = recordable.completed(day, zone)
        return self.told[day, zone]

    def _sort(self, places: Sequence[int], ids: Mapping[str, int]) -> None:
        """Puts the rows of these places among those that can be recorded, or notes what is wrong with each."""
        rows: list[tuple[rules.Row, str]] = []
        for place in places:
            email, _type, _name, day_text = self.cells[place]
            number = self.numbers[place]
            if number in self.problems:
                continue
            training, on = self._training(place), self._day(day_text)
            if problem := self._wrong(email, training, on, day_text):
                self.problems[number] = problem
            else:
                assert on is not None
                assert not isinstance(training, Problem)
                # Of nobody the same is asked as of somebody whom one may not know of: it takes as long.
                rows.append((rules.Row(number, ids.get(email, NOBODY_ID), training, on), email))
        visible = self._visible({(row.learner_id, row.training) for row, _email in rows})
        near = {row.learner_id for row, _email in rows if not self._is_past(row.on)}
        zones = people.zones({*near, self.actor.id}) if near else {}
        for row, email in rows:
            if row.learner_id == NOBODY_ID or (row.learner_id, row.training) not in visible:
                self.problems[row.line] = people.unknown_learner(email)
            elif problem := recordable.own(row.learner_id, self.actor) or self._wrong_day(row, zones):
                self.problems[row.line] = problem
            else:
                self.found[row.line] = row

    def _wrong(self, email: str, training: Hashable, on: date | None, day_text: str) -> Problem | None:
        """What is wrong with a row whoever is meant by it."""
        if rules.is_example(email):
            return Problem("example_row", _("This is an example of the template: delete the row."))
        if not email:
            return Problem("learner_required", _("Email: the cell is empty."), "learner")
        if isinstance(training, Problem):
            return training
        if on is None:
            message = _('Date: "%(value)s" is no date written as %(format)s.')
            facts = {"value": day_text[:50], "format": self.date_format}
            return Problem("bad_date", message % facts, "completed_on")
        return None

    def _day(self, text: str) -> date | None:
        """The day that the cell names; each text is read once."""
        if text not in self.days:
            self.days[text] = rules.day(text, self.date_format)
        return self.days[text]

    def _is_past(self, on: date) -> bool:
        if on not in self.past:
            self.past[on] = recordable.is_certainly_past(on, self.now)
        return self.past[on]

    def _wrong_day(self, row: rules.Row, zones: Mapping[int, str]) -> Problem | None:
        if self._is_past(row.on):
            return None
        return recordable.wrong_day(row.on, {zones[row.learner_id], zones[self.actor.id]}, self.now)

    def _training(self, place: int) -> int | str | Problem:
        """The training that the row names, or why none; each name is looked up once."""
        _email, kind, name, _day = self.cells[place]
        if (kind, name) not in self.meant:
            self.meant[kind, name] = self._named(kind, name)
        return self.meant[kind, name]

    def _named(self, kind_text: str, name: str) -> int | str | Problem:
        kind = rules.kind(kind_text)
        if kind is None:
            message = _('Training Type: "%(value)s" is not allowed: %(kinds)s.')
            facts = {"value": kind_text[:50], "kinds": ", ".join(rules.KINDS)}
            return Problem("unknown_type", message % facts, "kind")
        if not name:
            return Problem("training_required", _("Name: the cell is empty."), "training")
        meant = self.catalogue.meant(name)
        fitting = [each for each in meant if each.kind == kind]
        if len(fitting) == 1:
            return fitting[0].reference
        if fitting:
            message = _('Several trainings are called "%(name)s"; write the key of the one that is meant: %(keys)s.')
            keys = ", ".join(sorted(each.key for each in fitting))
            return Problem("ambiguous_name", message % {"name": name[:255], "keys": keys}, "training")
        if meant:
            message = _('"%(name)s" is of another type: %(kinds)s.')
            kinds = ", ".join(sorted({str(each.kind) for each in meant}))
            return Problem("wrong_type", message % {"name": name[:255], "kinds": kinds}, "kind")
        return recordable.unknown_training(name[:255])

    def _visible(self, keys: Collection[tuple[int, Hashable]]) -> set[tuple[int, Hashable]]:
        """Those of the keys that are the actor's business; of courses that are no trainings yet as of those."""
        known = {(id, reference) for id, reference in keys if isinstance(reference, int)}
        courses = {(id, reference) for id, reference in keys if isinstance(reference, str)}
        return {*reach.visible_keys(self.scope, known), *reach.visible_in_courses(self.scope, courses)}


def _too_long(place: int, length: int) -> Problem:
    message = _("%(column)s: the cell has %(length)d characters; at most %(most)d are allowed.")
    facts = {"column": rules.HEADING[place], "length": length, "most": rules.MOST_IN_CELL}
    return Problem("too_long", message % facts, FIELDS[place])


def _clash(clash: rules.Clash) -> Problem:
    lines = ", ".join(str(line) for line in clash.lines[:10])
    if clash.code == "duplicate_row":
        return Problem(
            clash.code, _("The same as line %(lines)s: of identical rows the first is meant.") % {"lines": lines}
        )
    message = _(
        "Another date for the same person and training is in line %(lines)s. If all are true, tick historic records."
    )
    return Problem(clash.code, message % {"lines": lines})
