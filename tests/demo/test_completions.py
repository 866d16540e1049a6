import json

import pytest
from completion.models import BlockCompletion
from completion.services import CompletionService
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from django.db import connection
from django.db.models.signals import post_save
from waffle.testutils import override_switch

from common.djangoapps.split_modulestore_django import content
from demo.campus import build
from lms.djangoapps.courseware.attempts import attempts, submit_answer
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.signals.signals import publish_score
from lms.djangoapps.instructor.enrollment import reset_student_attempts


@pytest.fixture
def saved():
    """The completions whose saving was told, in order."""
    heard = []

    def receive(instance, **kwargs):
        heard.append((instance.block_key, connection.in_atomic_block))

    post_save.connect(receive, sender=BlockCompletion, weak=False)
    yield heard
    post_save.disconnect(receive, sender=BlockCompletion)


@pytest.fixture
def leaves(course):
    return [key for key in content.load(course).nodes if key.block_type in ("html", "problem")]


def of_type(keys, block_type):
    return [key for key in keys if key.block_type == block_type]


def test_tracking_is_switched_on(db):
    assert ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled()


@pytest.mark.django_db(transaction=True)
def test_tracking_is_switched_on_again_after_the_database_was_emptied():
    assert ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled()


def test_a_batch_is_one_signal_per_block_before_the_commit(ann, leaves, saved):
    BlockCompletion.objects.submit_batch_completion(ann, [(key, 1.0) for key in leaves[:5]])
    assert saved == [(key, True) for key in leaves[:5]]


def test_an_unchanged_value_is_told_once(ann, leaves, saved):
    for _ in range(3):
        BlockCompletion.objects.submit_completion(ann, leaves[0], 1.0)
    assert len(saved) == 1


def test_a_changed_value_is_told_and_keeps_its_row(ann, leaves, saved):
    first, _ = BlockCompletion.objects.submit_completion(ann, leaves[0], 1.0)
    second, is_new = BlockCompletion.objects.submit_completion(ann, leaves[0], 0.0)
    assert (len(saved), second.id, is_new) == (2, first.id, False)


def test_nothing_is_stored_for_what_contains_blocks(ann, course):
    build.complete(ann, course)
    assert set(BlockCompletion.objects.values_list("block_type", flat=True)) == {"html", "problem"}


def test_with_the_switch_off_nothing_can_be_completed(ann, leaves):
    with override_switch("completion.enable_completion_tracking", active=False), pytest.raises(RuntimeError):
        BlockCompletion.objects.submit_completion(ann, leaves[0], 1.0)


def test_an_attempt_completes_a_problem_right_or_wrong(ann, leaves):
    problem = of_type(leaves, "problem")[0]
    assert submit_answer(ann, problem, 0, 1, None)
    assert BlockCompletion.objects.get().completion == 1.0


def test_a_score_of_an_external_grader_completes_nothing(ann, leaves):
    publish_score(ann.id, of_type(leaves, "problem")[0], 1, 1, grader_response=True)
    assert not BlockCompletion.objects.exists()


def test_a_deleted_state_takes_the_completion_back(ann, course, leaves, saved):
    problem = of_type(leaves, "problem")[0]
    submit_answer(ann, problem, 1, 1, None)
    reset_student_attempts(course, ann, problem, ann, delete_module=True)
    assert BlockCompletion.objects.get().completion == 0.0
    assert not StudentModule.objects.exists()
    assert len(saved) == 2


def test_used_up_attempts_refuse_silently(ann, leaves):
    problem = of_type(leaves, "problem")[0]
    assert [submit_answer(ann, problem, 0, 1, 2) for _ in range(3)] == [True, True, False]
    assert attempts(ann.id, problem) == 2


def test_a_reset_gives_the_attempts_back_and_keeps_score_and_completion(ann, course, leaves):
    problem = of_type(leaves, "problem")[0]
    submit_answer(ann, problem, 1, 1, 1)
    reset_student_attempts(course, ann, problem, ann)
    module = StudentModule.objects.get()
    assert json.loads(module.state)["attempts"] == 0
    assert module.grade == 1
    assert BlockCompletion.objects.get().completion == 1.0
    assert submit_answer(ann, problem, 0, 1, 1)


def test_a_reset_of_a_unit_resets_what_it_contains(ann, course, leaves):
    problem = of_type(leaves, "problem")[0]
    submit_answer(ann, problem, 0, 1, 1)
    unit = content.load(course).parent[problem]
    StudentModule.objects.create(
        student=ann, course_id=course, module_state_key=unit, module_type="vertical", state="{}"
    )
    reset_student_attempts(course, ann, unit, ann)
    assert attempts(ann.id, problem) == 0


def test_a_reset_without_state_says_so(ann, course, leaves):
    with pytest.raises(StudentModule.DoesNotExist):
        reset_student_attempts(course, ann, of_type(leaves, "problem")[0], ann)


def test_a_discussion_counts_for_nothing(ann):
    course = build.course("course-v1:Acme+TALK+1", units=1, blocks=2, block_types=["html", "discussion"])
    build.complete(ann, course)
    assert not BlockCompletion.objects.filter(block_type="discussion").exists()
    publish_score(ann.id, next(content.load(course).of_type("discussion")), 1, 1)
    assert not BlockCompletion.objects.filter(block_type="discussion").exists()


def test_clearing_a_course_deletes_rows_without_a_save(ann, course, saved):
    build.complete(ann, course, units=1)
    saved.clear()
    assert BlockCompletion.objects.clear_learning_context_completion(ann, course) == 2
    assert saved == []


def test_the_rest_api_takes_a_batch_from_the_learner(client, ann, course, leaves):
    build.enroll(ann, course)
    client.force_login(ann)
    body = {"username": "ann", "course_key": str(course), "blocks": {str(key): 1.0 for key in leaves[:2]}}
    answer = client.post("/api/completion/v1/completion-batch", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert BlockCompletion.objects.count() == 2


def test_the_rest_api_refuses_somebody_elses_batch(client, ann, course, leaves):
    build.enroll(ann, course)
    client.force_login(build.user("eve"))
    body = {"username": "ann", "course_key": str(course), "blocks": {str(leaves[0]): 1.0}}
    assert client.post("/api/completion/v1/completion-batch", body, content_type="application/json").status_code == 403


def test_the_rest_api_tells_how_far_a_subsection_is(client, ann, course):
    build.enroll(ann, course)
    build.complete(ann, course, units=3)
    client.force_login(ann)
    subsection = next(content.load(course).of_type("sequential"))
    answer = client.get(f"/api/completion/v1/subsection-completion/ann/{course}/{subsection}")
    assert answer.json() == {"completion": True}


def test_text_completes_by_being_looked_at(ann, course):
    from lms.djangoapps.courseware.block_render import block_for

    unit = block_for(ann, build.units(course)[0])
    service = unit.runtime.service(unit, "completion")
    assert isinstance(service, CompletionService)
    assert [block.category for block in service.blocks_to_mark_complete_on_view(unit.get_children())] == ["html"]
