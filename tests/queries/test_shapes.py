"""What trainings are judged from, and what lies around the courses of a look."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mandatory_assignments.data import Shape
from mandatory_assignments.models import ModuleBlock, Training, TrainingPart
from mandatory_assignments.queries import trainings

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
FIRE, AID, LIFT = (f"course-v1:Acme+{name}+1" for name in ("FIRE", "AID", "LIFT"))


def training(kind: str, key: str, **named: Any) -> Training:
    return Training.objects.create(kind=kind, key=key, name=key, created_at=NOW, **named)


def course(key: str, **named: Any) -> Training:
    return training("course", key, **named)


def module(key: str, *blocks: tuple[str, str], **named: Any) -> Training:
    made = training("module", key, criterion="content", **named)
    for position, (course_key, block_key) in enumerate(blocks):
        ModuleBlock.objects.create(module=made, course_key=course_key, block_key=block_key, position=position)
    return made


def path(key: str, *courses: Training, optional: tuple[Training, ...] = (), **named: Any) -> Training:
    made = training("path", key, **named)
    for position, each in enumerate((*courses, *optional)):
        TrainingPart.objects.create(path=made, course=each, required=each not in optional, position=position)
    return made


def keys(found: dict[int, Shape]) -> set[str]:
    return set(Training.objects.filter(id__in=found).values_list("key", flat=True))


def test_a_modules_shape_holds_its_blocks_in_order_and_each_course_once():
    made = module("m", (AID, "b"), (FIRE, "a"), (AID, "c"))
    shape = trainings.shapes([made.id])[made.id]
    assert (shape.kind, shape.course_keys, shape.block_keys) == ("module", (AID, FIRE), ("b", "a", "c"))


def test_a_paths_shape_holds_its_required_courses_and_apart_from_them_those_without_content():
    drill = course("offline:drill", offline=True)
    made = path("p", course(LIFT), drill, course(FIRE), optional=(course(AID),))
    shape = trainings.shapes([made.id])[made.id]
    assert (shape.course_keys, shape.offline_parts) == ((LIFT, FIRE), (drill.id,))


def test_a_training_without_content_has_an_empty_shape():
    made = course("offline:drill", offline=True)
    shape = trainings.shapes([made.id])[made.id]
    assert (shape.offline, shape.course_keys, shape.block_keys) == (True, (), ())


def test_around_a_course_lie_itself_its_modules_and_the_paths_that_require_it_archived_or_not():
    fire, aid = course(FIRE), course(AID)
    module("its module", (FIRE, "a"), archived_at=NOW)
    module("another module", (LIFT, "x"))
    path("its path", fire, archived_at=NOW)
    path("optional in it", aid, optional=(fire,))
    assert keys(trainings.shapes_around([FIRE])) == {FIRE, "its module", "its path"}


def test_around_it_lie_also_the_courses_and_modules_that_are_done_together_with_it():
    course(LIFT)
    path("its path", course(FIRE), course(AID))
    module("in the path's other course", (AID, "a"))
    module("its module", (FIRE, "b"), (LIFT, "c"))
    module("in the module's other course", (LIFT, "d"))
    assert keys(trainings.shapes_around([FIRE])) == {
        *(FIRE, AID, LIFT),
        *("its path", "its module", "in the path's other course", "in the module's other course"),
    }


def test_what_lies_around_is_read_in_four_queries_for_one_course_or_for_thirty(django_assert_num_queries):
    for number in range(30):
        each = course(f"course-v1:Acme+C{number}+1")
        path(f"path {number}", each)
        module(f"module {number}", (each.key, f"b{number}"))
    with django_assert_num_queries(4):
        assert len(trainings.shapes_around(["course-v1:Acme+C7+1"])) == 3
    with django_assert_num_queries(4):
        assert len(trainings.shapes_around([f"course-v1:Acme+C{number}+1" for number in range(30)])) == 90


def test_every_training_has_a_key_by_which_what_lies_around_includes_it():
    drill = course("offline:drill", offline=True)
    made = [
        course(FIRE),
        drill,
        module("m", (AID, "a")),
        module("offline module", offline=True),
        path("p", drill, Training.objects.get(key=FIRE)),
        path("only the drill", drill),
    ]
    found = trainings.look_keys([each.id for each in made])
    assert [found[each.id] for each in made] == [FIRE, "offline:drill", AID, "offline module", FIRE, "offline:drill"]
    assert all(each.id in trainings.shapes_around([found[each.id]]) for each in made)


def test_tracked_are_course_trainings_and_the_courses_of_modules_in_one_query(django_assert_num_queries):
    course(FIRE)
    course("offline:drill", offline=True)
    module("m", (AID, "a"), (FIRE, "b"))
    with django_assert_num_queries(1):
        assert sorted(trainings.tracked_keys()) == [AID, FIRE]
