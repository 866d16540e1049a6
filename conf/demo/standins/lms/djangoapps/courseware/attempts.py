"""Answers to problems: the attempt is counted and the score told, which completes the block, right or wrong."""

import json
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.signals.signals import publish_score


def attempts(user_id: int, usage_key: UsageKey) -> int:
    """How many attempts the learner has used."""
    state = (
        StudentModule.objects.filter(student_id=user_id, module_state_key=usage_key, course_id=usage_key.course_key)
        .values_list("state", flat=True)
        .first()
    )
    return json.loads(state or "{}").get("attempts", 0)


@transaction.atomic
def submit_answer(user: Any, usage_key: UsageKey, earned: float, possible: float, max_attempts: int | None) -> bool:
    """Count an attempt and publish its score; False, and nothing happens, when all attempts are used."""
    module, _ = StudentModule.objects.select_for_update().get_or_create(
        student=user,
        module_state_key=usage_key,
        course_id=usage_key.course_key,
        defaults={"module_type": usage_key.block_type, "state": "{}"},
    )
    state = json.loads(module.state or "{}")
    used = state.get("attempts", 0)
    if max_attempts is not None and used >= max_attempts:
        return False
    module.state = json.dumps(state | {"attempts": used + 1, "done": True})
    module.grade, module.max_grade, module.done = earned, possible, "f"
    module.save()
    publish_score(user.id, usage_key, earned, possible)
    return True
