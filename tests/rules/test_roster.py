"""A directory is brought to what a file says: who joins, moves and leaves, and where somebody has to be asked."""

import pytest

from mandatory_assignments.rules import directory
from mandatory_assignments.rules.roster import (
    PARTS,
    Emptied,
    Move,
    Present,
    Wish,
    apart_from,
    department_path,
    entries,
    plan,
    without_groups,
)

ANN, BOB, CAI, DEE = 1, 2, 3, 4


def present(**named):
    """Ann and Bob are in Field, Bob and Cai in the group Aid, Ann looks after Bob; all of them are members."""
    found = {
        "members": {ANN, BOB, CAI},
        "departments": {ANN: ["Field"], BOB: ["Field"]},
        "groups": {BOB: ["Aid"], CAI: ["Aid"]},
        "managers": {BOB: [ANN]},
        "all_departments": ["Field"],
        "all_groups": ["Aid"],
    }
    return Present(**{**found, **named})


def planned(wishes, *, parts=PARTS, complete=False, spared=(), **named):
    return plan(wishes, present(**named), parts=parts, complete=complete, spared=spared)


def kinds(found):
    return {move.user_id: move.kind for move in found.moves}


def test_a_cell_names_several_by_bars_and_lines():
    assert entries(" Field | North\nOffice||\n ") == ["Field", "North", "Office"]
    assert entries("") == []


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("Field/North", "Field/North", ""),
        ("ACME/Field", "Field", ""),
        ("/Field/", "Field", ""),
        ("Acme", "Acme", ""),
        ("Field//North", "Field//North", directory.wrong_department_name("")),
        ("/".join(["x" * 100] * 3), "/".join(["x" * 100] * 3), "too_long"),
    ],
    ids=[
        "as it is",
        "with the organization",
        "with slashes around",
        "called like it",
        "a level without name",
        "too long",
    ],
)
def test_a_path_is_read_inside_the_organization(text, path, code):
    assert department_path(text, "Acme") == (path, code)


def test_who_is_as_the_file_says_stays_unchanged():
    wish = Wish(2, departments={"field"}, groups={"AID"}, managers={ANN})
    (move,) = planned({BOB: wish}).moves
    assert move == Move(BOB, 2, False)
    assert move.kind == "unchanged"


def test_who_comes_moves_leaves_or_gets_another_manager():
    found = planned(
        {
            DEE: Wish(2, departments={"Field"}),
            ANN: Wish(3, departments={"Office"}),
            CAI: Wish(4),
            BOB: Wish(5, departments={"Field"}, groups={"Aid"}, managers={CAI}),
        }
    )
    assert kinds(found) == {DEE: "joining", ANN: "moving", CAI: "leaving", BOB: "managers"}
    assert found.moves[0].user_id == DEE, "who joins the organization comes first"
    assert found.moves[-1].add_managers == (CAI,)
    assert found.moves[-1].remove_managers == (ANN,)
    assert found.new_departments == ["Office"]


def test_only_what_is_ticked_is_touched():
    (move,) = planned({BOB: Wish(2)}, parts=["groups"]).moves
    assert (move.remove_groups, move.remove_departments, move.remove_managers) == (("Aid",), (), ())


def test_new_places_are_made_level_by_level_and_once_however_they_are_spelled():
    found = planned(
        {
            ANN: Wish(2, departments={"Field/North/Docks", "Field"}, groups={"First aid"}),
            BOB: Wish(3, departments={"field/NORTH"}, groups={"first AID"}),
        }
    )
    assert found.new_departments == ["Field/North", "Field/North/Docks"]
    assert found.new_groups == ["First aid"]
    assert found.moves[1].add_departments == ("Field/North",)


def test_who_is_missing_leaves_only_from_a_complete_file_and_keeps_the_managers():
    wishes = {ANN: Wish(2, departments={"Field"})}
    assert kinds(planned(wishes)) == {ANN: "unchanged"}
    found = planned(wishes, complete=True)
    assert kinds(found) == {ANN: "unchanged", BOB: "leaving", CAI: "leaving"}
    assert [move.line for move in found.moves] == [2, 0, 0]
    assert all(not move.remove_managers for move in found.moves)
    assert kinds(planned(wishes, complete=True, spared={BOB})) == {ANN: "unchanged", CAI: "leaving"}
    assert kinds(planned(wishes, complete=True, parts=["departments"])) == {ANN: "unchanged", BOB: "leaving"}


def test_where_more_than_a_fifth_leaves_somebody_is_asked():
    crowd = range(10, 20)
    around = {"members": crowd, "departments": {id: ["Field"] for id in crowd}, "groups": {}, "managers": {}}
    two, three = ({id: Wish(id) for id in crowd[:count]} for count in (2, 3))
    assert planned(two, **around).emptied == []
    found = planned(three, **around)
    assert found.leaving == 3
    assert found.emptied == [Emptied("department", "Field", 3, 10), Emptied("organization", "", 3, 10)]
    group = {**around, "departments": {}, "groups": {id: ["Aid"] for id in crowd}}
    assert planned(three, **group).emptied[0] == Emptied("group", "Aid", 3, 10)


def test_names_apart_from_others_are_compared_without_case():
    assert apart_from(["Aid", "First Aid", "CREW"], ["aid", "crew"]) == ["First Aid"]
    assert apart_from(["Aid"], []) == ["Aid"]


def test_groups_that_something_else_keeps_are_neither_there_nor_left():
    now = present(groups={BOB: ["Aid", "Crew"], CAI: ["Aid"]}, all_groups=["Aid", "Crew"])
    assert without_groups(now, []) is now
    assert without_groups(now, ["AID"]).groups == {BOB: ["Crew"], CAI: []}
    assert without_groups(now, ["AID"]).all_groups == ("Crew",)
    assert without_groups(now, ["AID"]).departments == now.departments
