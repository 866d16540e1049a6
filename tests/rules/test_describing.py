"""What a training has to say of itself."""

from dataclasses import replace

import pytest

from mandatory_assignments.data import PathPart, TrainingFacts, TrainingKind
from mandatory_assignments.rules import describing

MODULE = TrainingFacts(TrainingKind.MODULE, key="intro", name="Introduction", criterion="content", blocks=("unit a",))
PATH = TrainingFacts(
    TrainingKind.PATH, key="safety", name="Safety", criterion="passing", parts=(PathPart("fire"), PathPart("x", False))
)
COURSE = TrainingFacts(TrainingKind.COURSE, key="course-v1:Acme+FIRE+1", criterion="certificate")
OFFLINE = TrainingFacts(TrainingKind.COURSE, key="drill", name="Fire drill", criterion="content", offline=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(MODULE, [], id="a module with a name and a block"),
        pytest.param(PATH, [], id="a path with a required course"),
        pytest.param(COURSE, [], id="a course run, which the platform names"),
        pytest.param(OFFLINE, [], id="an offline course with a name"),
        pytest.param(replace(OFFLINE, kind=TrainingKind.MODULE), [], id="an offline module needs no blocks"),
        pytest.param(replace(OFFLINE, kind=TrainingKind.PATH), [], id="an offline path needs no courses"),
        pytest.param(replace(MODULE, name=""), [("name_required", "name")], id="no name"),
        pytest.param(replace(OFFLINE, name=""), [("name_required", "name")], id="an offline course without a name"),
        pytest.param(replace(MODULE, name="x" * 256), [("too_long", "name")], id="a name that is too long"),
        pytest.param(replace(MODULE, goals="x" * 10_001), [("too_long", "goals")], id="goals that are too long"),
        pytest.param(replace(MODULE, key="a b"), [("bad_key", "key")], id="a key with a blank"),
        pytest.param(replace(MODULE, key="a+b"), [("bad_key", "key")], id="a key that could be a course's"),
        pytest.param(
            replace(MODULE, key="0d4e5b0e-6f0b-4d0e-9d63-0a4e2f5a9e11"),
            [("bad_key", "key")],
            id="a key that could be a training's uuid",
        ),
        pytest.param(replace(MODULE, criterion="passing"), [("bad_criterion", "criterion")], id="a module by passing"),
        pytest.param(replace(PATH, criterion="luck"), [("bad_criterion", "criterion")], id="a criterion that is none"),
        pytest.param(replace(MODULE, blocks=()), [("blocks_required", "blocks")], id="a module without blocks"),
        pytest.param(
            replace(PATH, parts=(PathPart("x", False),)), [("parts_required", "parts")], id="a path of optional courses"
        ),
        pytest.param(replace(PATH, blocks=("unit a",)), [("not_for_this_kind", "blocks")], id="a path with blocks"),
        pytest.param(
            replace(MODULE, parts=(PathPart("fire"),)), [("not_for_this_kind", "parts")], id="a module with courses"
        ),
        pytest.param(
            replace(OFFLINE, kind=TrainingKind.MODULE, blocks=("unit a",)),
            [("not_for_this_kind", "blocks")],
            id="an offline module with blocks",
        ),
    ],
)
def test_what_does_not_fit_together(facts, expected):
    assert [(found.code, found.field) for found in describing.wrong(facts)] == expected


@pytest.mark.parametrize(
    ("before", "changes", "expected"),
    [
        pytest.param(MODULE, {"name": "Other", "blocks": ("unit b",)}, [], id="a module's name and blocks may change"),
        pytest.param(MODULE, {"key": "other"}, ["key"], id="its key may not"),
        pytest.param(MODULE, {"offline": True}, ["offline"], id="nor whether it has content"),
        pytest.param(MODULE, {"kind": TrainingKind.PATH}, ["kind"], id="nor its kind"),
        pytest.param(COURSE, {"criterion": "content"}, [], id="a course's criterion may change"),
        pytest.param(COURSE, {"name": "Other"}, ["name"], id="its name is the platform's"),
        pytest.param(COURSE, {"organization": "Globex"}, ["organization"], id="and so is its owner"),
    ],
)
def test_what_a_training_is_stays(before, changes, expected):
    assert list(describing.changed_though_fixed(before, replace(before, **changes))) == expected
