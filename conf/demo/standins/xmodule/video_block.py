"""A film; tells by itself when it has been watched."""

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from .x_module import XModuleMixin


class VideoBlock(XModuleMixin, XBlock):
    """A player without a film: a button says that it was watched to the end."""

    completion_mode = XBlockCompletionMode.COMPLETABLE
    has_custom_completion = True

    def student_view(self, context: Any) -> Fragment:
        """The player."""
        url = self.runtime.handler_url(self, "publish_completion")
        return Fragment(
            Markup(
                '<div class="video" data-handler-url="{}"><p class="video-title">{}</p>'
                '<button type="button" class="video-watched">Watch to the end</button></div>'
            ).format(url, self.display_name_with_default)
        )

    @XBlock.json_handler
    def publish_completion(self, data: dict[str, Any], suffix: str = "") -> dict[str, str]:
        """What the player posts: {"completion": 0 to 1}."""
        self.runtime.publish(self, "completion", {"completion": float(data.get("completion", 1.0))})
        return {"result": "ok"}
