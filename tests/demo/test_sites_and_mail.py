import crum
import pytest
from django.contrib.sites.models import Site
from django.core import mail
from django.template.loader import render_to_string
from edx_ace import ace
from edx_ace.recipient import Recipient

from common.djangoapps.track.contexts import course_context_from_course_id
from demo.campus import build
from lms.djangoapps.courseware.context_processor import get_user_timezone_or_last_seen_timezone_or_utc
from openedx.core.djangoapps.ace_common.message import BaseMessageType
from openedx.core.djangoapps.ace_common.template_context import get_base_template_context
from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
from openedx.core.djangoapps.site_configuration import helpers
from openedx.core.djangoapps.site_configuration.models import SiteConfiguration
from openedx.core.djangoapps.user_api.models import UserPreference
from openedx.core.lib.celery.task_utils import emulate_http_request


class Reminder(BaseMessageType):
    """A message of another plugin."""

    APP_LABEL = "campus"
    NAME = "reminder"


@pytest.fixture
def site(db):
    site = Site.objects.get(id=1)
    SiteConfiguration.objects.create(
        site=site,
        enabled=True,
        site_values={
            "platform_name": "Acme Academy",
            "email_from_address": "learn@acme.example.com",
            "course_org_filter": ["Acme"],
            "colours": {"link": "red"},
        },
    )
    return site


def test_without_a_request_there_are_only_defaults(site):
    assert helpers.get_value("platform_name", "Campus") == "Campus"


def test_in_a_request_the_site_decides(site, rf):
    request = rf.get("/")
    request.site = site
    with emulate_http_request(site=site):
        assert helpers.get_value("platform_name", "Campus") == "Acme Academy"
        assert helpers.get_value("nothing", "Campus") == "Campus"
        assert helpers.get_value("colours", {"text": "black"}) == {"text": "black", "link": "red"}
        assert helpers.get_current_site_orgs() == ["Acme"]


def test_a_configuration_that_is_off_decides_nothing(site):
    SiteConfiguration.objects.update(enabled=False)
    with emulate_http_request(site=Site.objects.get(id=1)):
        assert helpers.get_value("platform_name", "Campus") == "Campus"


def test_an_organizations_value_needs_no_request(site):
    assert helpers.get_value_for_org("Acme", "platform_name", "Campus") == "Acme Academy"
    assert helpers.get_value_for_org("Globex", "platform_name", "Campus") == "Campus"


def test_an_emulated_request_has_its_user_and_ends(ann):
    with emulate_http_request(user=ann) as request:
        assert crum.get_current_request() is request
        assert crum.get_current_user() == ann
    assert crum.get_current_request() is None


def test_what_goes_wrong_in_an_emulated_request_comes_out():
    with pytest.raises(ZeroDivisionError), emulate_http_request():
        1 / 0  # noqa: B018
    assert crum.get_current_request() is None


def test_a_message_takes_its_sender_from_the_requests_site(site):
    assert "from_address" not in Reminder().options
    with emulate_http_request(site=site):
        assert Reminder().options["from_address"] == "learn@acme.example.com"


def test_mails_have_a_common_frame(site):
    context = get_base_template_context(Site.objects.get(id=1))
    html = render_to_string("ace_common/edx_ace/common/base_body.html", context)
    assert "Acme Academy" in html
    button = render_to_string(
        "ace_common/edx_ace/common/return_to_course_cta.html", {**context, "course_cta_text": "Go on"}
    )
    assert "Go on" in button
    assert render_to_string("ace_common/edx_ace/common/base_head.html", context)


def test_a_message_without_its_templates_is_lost_without_a_word(ann):
    ace.send(Reminder().personalize(Recipient(ann.id, ann.email), "en", {}))
    assert mail.outbox == []


def test_preferences_are_read_one_by_one_or_many_at_once(count_queries, db):
    people = [build.user(f"p{number}", language="de", time_zone="Europe/Berlin") for number in range(3)]
    assert UserPreference.get_value(people[0], LANGUAGE_KEY) == "de"
    assert UserPreference.get_value(people[0], "nothing", "x") == "x"
    assert UserPreference.get_all_preferences(people[0]) == {"pref-lang": "de", "time_zone": "Europe/Berlin"}
    ids = [person.id for person in people]
    assert count_queries(lambda: list(UserPreference.get_preference_for_users(ids, "time_zone"))) == 1


@pytest.mark.parametrize(("chosen", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("PST", "UTC"), (None, "UTC")])
def test_a_zone_that_is_none_counts_as_utc(ann, chosen, zone):
    build.time_zone(ann, chosen)
    assert str(get_user_timezone_or_last_seen_timezone_or_utc(ann)) == zone


def test_pages_speak_the_preferred_language(client, db):
    client.force_login(build.user("uwe", language="de"))
    assert client.get("/dashboard").headers["Content-Language"] == "de"
    client.force_login(build.user("amal", language="ar"))
    assert 'dir="rtl"' in client.get("/dashboard").content.decode()


def test_tracking_events_know_their_course(course):
    assert course_context_from_course_id(course)["org_id"] == "Acme"
    assert course_context_from_course_id(None)["course_id"] == ""
