"""The API of the new instructor dashboard."""

from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
from edx_rest_framework_extensions.auth.session.authentication import SessionAuthenticationAllowInactiveUser
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.djangoapps.courseware.courses import get_course_by_id
from lms.djangoapps.instructor import permissions
from lms.djangoapps.instructor.views.serializers_v2 import CourseInformationSerializerV2


class CourseMetadataView(APIView):
    """`GET /api/instructor/v2/courses/{course_id}`: the course with the tabs of its dashboard."""

    authentication_classes = (JwtAuthentication, SessionAuthenticationAllowInactiveUser)
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request, course_id: str) -> Response:
        """404 for no such course, 403 for whoever may not see the dashboard."""
        try:
            course = get_course_by_id(CourseKey.from_string(course_id))
        except InvalidKeyError as error:
            raise NotFound from error
        if not request.user.has_perm(permissions.VIEW_DASHBOARD, course.id):
            raise PermissionDenied
        return Response(CourseInformationSerializerV2({"request": request, "course": course}).data)
