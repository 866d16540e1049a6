"""Who may do what in the instructor dashboard; test with `user.has_perm(PERMISSION, course_key)`."""

from bridgekeeper import perms
from bridgekeeper.rules import is_staff

from lms.djangoapps.courseware.rules import HasAccessRule, HasRolesRule

ASSIGN_TO_COHORTS = "instructor.assign_to_cohorts"
EDIT_COURSE_ACCESS = "instructor.edit_course_access"
CAN_ENROLL = "instructor.enroll"
VIEW_ENROLLMENTS = "instructor.view_enrollments"
VIEW_REGISTRATION = "instructor.view_registration"
CAN_RESEARCH = "instructor.research"
EMAIL = "instructor.email"
OVERRIDE_GRADES = "instructor.override_grades"
RESCORE_EXAMS = "instructor.rescore_exams"
VIEW_DASHBOARD = "instructor.dashboard"

is_course_staff = HasAccessRule("staff")
is_instructor = HasAccessRule("instructor")

perms.update(
    {
        ASSIGN_TO_COHORTS: is_course_staff,
        EDIT_COURSE_ACCESS: is_instructor,
        CAN_ENROLL: is_course_staff,
        VIEW_ENROLLMENTS: is_course_staff,
        VIEW_REGISTRATION: is_course_staff,
        EMAIL: is_course_staff,
        OVERRIDE_GRADES: is_course_staff,
        RESCORE_EXAMS: is_instructor,
        CAN_RESEARCH: is_staff | HasRolesRule("data_researcher"),
        # Wider than staff: limited staff and data researchers see the page as well.
        VIEW_DASHBOARD: HasRolesRule("staff", "instructor", "data_researcher") | is_course_staff | is_instructor,
    }
)
