import pytest
from openedx_events.learning.signals import CERTIFICATE_CHANGED, CERTIFICATE_CREATED, CERTIFICATE_REVOKED

from demo.campus import build
from lms.djangoapps.certificates import api
from lms.djangoapps.certificates.data import CertificateStatuses
from lms.djangoapps.certificates.models import GeneratedCertificate

EVENTS = {"created": CERTIFICATE_CREATED, "changed": CERTIFICATE_CHANGED, "revoked": CERTIFICATE_REVOKED}


def names(heard):
    return [name for name, _ in heard]


def test_every_save_in_a_passing_state_says_created_again(ann, course, hear):
    heard = hear(**EVENTS)
    certificate = build.certificate(ann, course)
    certificate.save()
    assert names(heard) == ["changed", "created"] * 2


def test_other_saves_say_changed_alone(ann, course, hear):
    heard = hear(**EVENTS)
    build.certificate(ann, course, CertificateStatuses.notpassing)
    assert names(heard) == ["changed"]


def test_one_that_is_taken_back_says_changed_and_revoked(ann, course, hear):
    build.certificate(ann, course)
    heard = hear(**EVENTS)
    build.certificate(ann, course, CertificateStatuses.notpassing)
    assert names(heard) == ["changed", "revoked"]


def test_one_that_never_was_downloadable_can_be_revoked_too(ann, course, hear):
    certificate = build.certificate(ann, course, CertificateStatuses.notpassing)
    heard = hear(**EVENTS)
    certificate.invalidate()
    assert names(heard) == ["changed", "revoked"]


def test_the_event_does_not_know_the_state_before(ann, course, hear):
    build.certificate(ann, course)
    heard = hear(revoked=CERTIFICATE_REVOKED)
    build.certificate(ann, course, CertificateStatuses.unavailable)
    said = heard[0][1]["certificate"]
    assert (said.current_status, said.previous_status) == ("unavailable", "")


def test_there_is_one_per_person_and_course(ann, course):
    first = build.certificate(ann, course)
    build.certificate(ann, course, CertificateStatuses.notpassing)
    assert build.certificate(ann, course).id == first.id


@pytest.mark.parametrize(
    ("status", "ready"),
    [(CertificateStatuses.downloadable, True), (CertificateStatuses.notpassing, False)],
)
def test_the_api_tells_what_can_be_downloaded(ann, course, status, ready):
    certificate = build.certificate(ann, course, status)
    shown = api.get_certificate_for_user("ann", course)
    assert (shown["status"], shown["is_passing"], bool(shown["download_url"])) == (status, ready, ready)
    assert api.certificate_downloadable_status(ann, course)["is_downloadable"] is ready
    assert api.get_certificate_for_user("ann", course, format_results=False) == certificate
    assert api.get_certificate_for_user_id(ann, course) == certificate
    assert list(api.get_certificates_for_user_by_course_keys(ann, {course})) == [course]
    assert len(api.get_certificates_for_user("ann")) == 1
    assert list(api.get_eligible_and_available_certificates(ann)) == [certificate]


def test_audit_results_are_no_certificates(ann, course):
    build.certificate(ann, course, CertificateStatuses.audit_passing)
    assert api.get_certificates_for_user("ann") == []
    assert GeneratedCertificate.objects.count() == 1


def test_what_changed_lately_can_be_asked_for(ann, course):
    certificate = build.certificate(ann, course)
    assert list(api.get_recently_modified_certificates(start_date=certificate.modified_date)) == [certificate]
    assert not api.get_recently_modified_certificates(end_date=certificate.created_date, user_ids=[0]).exists()
    assert not api.get_recently_modified_certificates(course_keys=["course-v1:A+B+C"]).exists()
