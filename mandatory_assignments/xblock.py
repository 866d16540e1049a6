"""The XBlock "My mandatory assignments" (entry point xblock.v1): in a unit, what its viewer has to do in the course.

Studio loads it too, and has neither our tables nor our templates: what needs them is imported when a learner looks.
"""

import logging
from typing import Any

from django.apps import apps
from django.utils.html import format_html
from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, String
from xblock.utils.studio_editable import StudioEditableXBlockMixin

NAME = "My mandatory assignments"

log = logging.getLogger(__name__)


@XBlock.wants("user")
class MyAssignmentsXBlock(StudioEditableXBlockMixin, XBlock):
    """Shows everybody their own. Counts for nothing, is never graded, and stores nothing about anybody."""

    display_name = String(
        display_name="Display name",
        help="The heading above the list.",
        default=NAME,
        scope=Scope.settings,
    )

    completion_mode = XBlockCompletionMode.EXCLUDED
    editable_fields = ("display_name",)
    has_author_view = True
    has_score = False
    icon_class = "other"
    show_in_read_only_mode = True
    """That staff who view the course as a learner see what the learner sees."""

    def student_view(self, context: Any = None) -> Fragment:
        """The viewer's own assignments in this course; nothing of ours breaks the unit around it."""
        if not apps.is_installed("mandatory_assignments"):
            return self.author_view(context)
        try:
            return self._own()
        except Exception:
            log.exception("mandatory_assignments: the list in a unit could not be made")
            return Fragment()

    def author_view(self, context: Any = None) -> Fragment:
        """What authors see in Studio: what stands here, instead of somebody's list."""
        told = _("Here learners see their own mandatory assignments in this course, with due dates and progress.")
        return Fragment(format_html("<h3>{}</h3><p>{}</p>", self._heading(), told))

    def _own(self) -> Fragment:
        from . import clock  # noqa: PLC0415
        from .courseware import course_block  # noqa: PLC0415

        made = Fragment(course_block.own_assignments(self, self._heading(), clock.now()))
        made.add_css_url(course_block.stylesheet())
        return made

    def _heading(self) -> str:
        name: str = self.display_name or NAME
        return _("My mandatory assignments") if name == NAME else name
