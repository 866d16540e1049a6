"""A box that learners tick themselves."""

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock

from .x_module import XModuleMixin


class DoneXBlock(XModuleMixin, CompletableXBlockMixin, XBlock):
    """Goes up and down as the learner ticks and unticks."""

    def student_view(self, context: Any) -> Fragment:
        """The box."""
        url = self.runtime.handler_url(self, "toggle_button")
        return Fragment(
            Markup(
                '<div class="done" data-handler-url="{}"><button type="button" class="done-toggle">{}</button></div>'
            ).format(url, self.display_name_with_default)
        )

    @XBlock.json_handler
    def toggle_button(self, data: dict[str, Any], suffix: str = "") -> dict[str, bool]:
        """What the box posts: {"done": bool}."""
        done = bool(data.get("done", True))
        self.emit_completion(float(done))
        return {"state": done}
