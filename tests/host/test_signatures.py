"""The expectations fit the stand-ins, and every way of not fitting is named."""

import pytest

from mandatory_assignments.data import SignatureDifference
from mandatory_assignments.host import signatures

COHORTS = "openedx.core.djangoapps.course_groups.cohorts"


def test_the_stand_ins_are_as_expected() -> None:
    assert signatures.differences() == []


def test_the_expectations_cover_every_platform_module_that_the_port_imports() -> None:
    import ast
    import inspect

    from mandatory_assignments.host import lms

    roots = ("common.", "completion.", "lms.", "openedx.", "organizations.", "xmodule.")
    imported = {
        f"{item.module}:{alias.name}"
        for item in ast.walk(ast.parse(inspect.getsource(lms)))
        if isinstance(item, ast.ImportFrom) and item.module and item.module.startswith(roots)
        for alias in item.names
    }
    imported.discard("common.djangoapps.student:models")  # a module, whose names are expected one by one
    expected = set(signatures.EXPECTED)
    assert {name for name in imported if not any(f"{known}.".startswith(f"{name}.") for known in expected)} == set()


@pytest.mark.parametrize(
    ("name", "needs", "expected", "found"),
    [
        pytest.param("openedx.gone:anything", (), "to be there", "No module named", id="a missing module"),
        pytest.param(f"{COHORTS}:get_cohorts_of_all", (), "to be there", "has no attribute", id="a missing name"),
        pytest.param(
            "common.djangoapps.student.models:CourseEnrollment.enroll",
            ("user", "course_key", "mode", "check_access", "as_user"),
            "parameter as_user",
            "check_access",
            id="a missing parameter",
        ),
        pytest.param(
            "common.djangoapps.student.models:CourseEnrollment.enroll",
            ("course_key",),
            "no required parameter user",
            "user",
            id="a parameter that has to be passed now",
        ),
        pytest.param(
            "lms.djangoapps.grades.models:PersistentCourseGrade", ("percent",), "field percent", "no such", id="a field"
        ),
    ],
)
def test_a_difference_is_named(name: str, needs: tuple[str, ...], expected: str, found: str) -> None:
    (difference,) = signatures.differences({name: needs})
    assert isinstance(difference, SignatureDifference)
    assert (difference.name, difference.expected) == (name, expected)
    assert found in difference.found


def test_a_new_parameter_that_may_be_left_out_is_no_difference() -> None:
    assert signatures.differences({f"{COHORTS}:get_cohort": ("user", "course_key")}) == []
