"""Every address of the plugin. The patterns are narrow, because the LMS mounts them at its root."""

from django.urls import include, path, re_path

from .learner import notice_pages, script
from .learner import pages as learner
from .staff import (
    absences,
    acts,
    bulk_urls,
    directory_urls,
    edit_pages,
    import_urls,
    list_urls,
    new_pages,
    progress_urls,
    report_urls,
    telling,
)
from .staff import pages as staff
from .staff import reminder_set_pages as reminder_sets
from .staff import template_pages as templates
from .staff import training_pages as trainings

COURSE_KEY = r"(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)"
STAFF = r"^mandatory-assignments/staff/"
WHAT = "|".join(trainings.NEW)
PERSON = rf"{STAFF}people/(?P<username>[^/]+)/"

app_name = "mandatory_assignments"

urlpatterns = [
    path("mandatory-assignments/", learner.my_assignments, name="my-assignments"),
    path("mandatory-assignments/badges.js", script.badges_script, name="badges-script"),
    path("mandatory-assignments/inbox/", notice_pages.inbox, name="inbox"),
    path("mandatory-assignments/preferences/", notice_pages.preferences, name="preferences"),
    path("mandatory-assignments/preferences/calendar/", notice_pages.calendar_address, name="calendar"),
    path("mandatory-assignments/preferences/off/<str:token>/", notice_pages.unsubscribe, name="unsubscribe"),
    path("mandatory-assignments/assignments/<uuid:assignment_id>/", learner.my_assignment, name="my-assignment"),
    path(
        "mandatory-assignments/assignments/<uuid:assignment_id>/continue/",
        learner.continue_assignment,
        name="my-assignment-continue",
    ),
    re_path(rf"^mandatory-assignments/courses/{COURSE_KEY}/$", learner.course, name="course"),
    path("mandatory-assignments/staff/", staff.assignments_list, name="staff-list"),
    path("mandatory-assignments/staff/new/", new_pages.new_assignment, name="staff-new"),
    path("mandatory-assignments/staff/new/dates/", new_pages.dates_of_new, name="staff-new-dates"),
    path("mandatory-assignments/staff/assignments/<uuid:assignment_id>/", staff.assignment, name="staff-assignment"),
    path(
        "mandatory-assignments/staff/assignments/<uuid:assignment_id>/edit/",
        edit_pages.edit_assignment,
        name="staff-edit",
    ),
    path(
        "mandatory-assignments/staff/assignments/<uuid:assignment_id>/edit/dates/",
        edit_pages.dates_of_edit,
        name="staff-edit-dates",
    ),
    path(
        "mandatory-assignments/staff/assignments/<uuid:assignment_id>/retry/", acts.retry_enrollment, name="staff-retry"
    ),
    path("mandatory-assignments/staff/assignments/<uuid:assignment_id>/remind/", telling.remind, name="staff-remind"),
    path("mandatory-assignments/staff/assignments/<uuid:assignment_id>/resend/", telling.resend, name="staff-resend"),
    path(
        "mandatory-assignments/staff/assignments/<uuid:assignment_id>/end-repetition/",
        telling.end_series,
        name="staff-end-repetition",
    ),
    *[
        path(
            f"mandatory-assignments/staff/assignments/<uuid:assignment_id>/{act}/",
            acts.act_on_one,
            {"act": act},
            name=f"staff-{act}",
        )
        for act in acts.ONE
    ],
    *list_urls.urlpatterns,
    *bulk_urls.urlpatterns,
    re_path(rf"{PERSON}pause/$", absences.pause, name="staff-pause"),
    re_path(rf"{PERSON}resume/$", absences.resume, name="staff-resume"),
    *directory_urls.urlpatterns,
    path("mandatory-assignments/staff/trainings/", trainings.trainings_list, name="staff-trainings"),
    path("mandatory-assignments/staff/trainings/new/", trainings.new_kinds, name="staff-training-kinds"),
    re_path(rf"{STAFF}trainings/new/(?P<what>{WHAT})/$", trainings.new_training, name="staff-training-new"),
    path("mandatory-assignments/staff/trainings/<uuid:training_id>/", trainings.training, name="staff-training"),
    path(
        "mandatory-assignments/staff/trainings/<uuid:training_id>/edit/",
        trainings.edit_training,
        name="staff-training-edit",
    ),
    path(
        "mandatory-assignments/staff/trainings/<uuid:training_id>/archive/",
        trainings.archive,
        name="staff-training-archive",
    ),
    path("mandatory-assignments/staff/templates/", templates.templates, name="staff-templates"),
    path("mandatory-assignments/staff/templates/new/", templates.new_template, name="staff-template-new"),
    path("mandatory-assignments/staff/templates/<uuid:template_id>/", templates.template, name="staff-template"),
    path(
        "mandatory-assignments/staff/templates/<uuid:template_id>/delete/",
        templates.delete,
        name="staff-template-delete",
    ),
    path("mandatory-assignments/staff/reminder-sets/new/", reminder_sets.new_set, name="staff-reminder-set-new"),
    path(
        "mandatory-assignments/staff/reminder-sets/<uuid:set_id>/",
        reminder_sets.reminder_set,
        name="staff-reminder-set",
    ),
    path(
        "mandatory-assignments/staff/reminder-sets/<uuid:set_id>/delete/",
        reminder_sets.delete,
        name="staff-reminder-set-delete",
    ),
    *report_urls.urlpatterns,
    *progress_urls.urlpatterns,
    *import_urls.urlpatterns,
    re_path(rf"{STAFF}courses/{COURSE_KEY}/new/dates/$", new_pages.dates_of_new, name="staff-course-new-dates"),
    re_path(rf"{STAFF}courses/{COURSE_KEY}/new/$", new_pages.new_assignment, name="staff-course-new"),
    re_path(rf"{STAFF}courses/{COURSE_KEY}/$", staff.assignments_list, name="staff-course"),
    path("api/mandatory-assignments/v1/", include("mandatory_assignments.rest_api.v1.urls")),
]
