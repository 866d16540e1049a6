"""Text; complete once it has been looked at for a while."""

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, String

from .x_module import XModuleMixin


class HtmlBlock(XModuleMixin, XBlock):
    """A piece of text, trusted HTML by the course's author."""

    completion_mode = XBlockCompletionMode.COMPLETABLE
    data = String(default="", scope=Scope.content)

    def student_view(self, context: Any) -> Fragment:
        """The text."""
        return Fragment(str(Markup(self.data)))

    public_view = student_view
