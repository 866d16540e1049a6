"""The addresses of the new dashboard's API."""

from django.conf import settings
from django.urls import re_path

from lms.djangoapps.instructor.views.api_v2 import CourseMetadataView

app_name = "instructor_api_v2"
urlpatterns = [
    re_path(rf"^courses/{settings.COURSE_ID_PATTERN}$", CourseMetadataView.as_view(), name="course_metadata"),
]
