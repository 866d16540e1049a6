"""A unit: renders its children in a column and lets filter steps change what came out."""

import logging
from typing import Any

from completion.services import CompletionService
from markupsafe import Markup
from openedx_filters.learning.filters import VerticalBlockChildRenderStarted, VerticalBlockRenderCompleted
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from .x_module import PUBLIC_VIEW, STUDENT_VIEW, XModuleMixin

log = logging.getLogger(__name__)


@XBlock.needs("user")
@XBlock.wants("completion")
class VerticalBlock(XModuleMixin, XBlock):
    """A unit, or a column inside one; the filter runs for both."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR

    def student_view(self, context: Any) -> Fragment:
        """What a learner sees."""
        return self._student_or_public_view(context or {}, STUDENT_VIEW)

    def public_view(self, context: Any) -> Fragment:
        """What somebody who is not signed in sees."""
        return self._student_or_public_view(context or {}, PUBLIC_VIEW)

    def _student_or_public_view(self, context: dict[str, Any], view: str) -> Fragment:
        child_context = dict(context)
        if view == STUDENT_VIEW and "username" not in child_context:
            user = self.runtime.service(self, "user").get_current_user()
            child_context["username"] = user.opt_attrs.get("edx-platform.username")
        nested = context.get("child_of_vertical", False)
        child_context["child_of_vertical"] = True
        fragment = Fragment()
        column = rendered_children(self, view, child_context, self._to_complete_on_view())
        fragment.add_fragment_resources(column)
        title = (
            "" if nested else Markup('<h2 class="hd hd-2 unit-title">{}</h2>').format(self.display_name_with_default)
        )
        fragment.add_content(
            Markup('<div class="vert-mod">{}{}</div>').format(title, Markup(column.content))
            if context.get("show_title", True)
            else Markup('<div class="vert-mod">{}</div>').format(Markup(column.content))
        )
        try:
            _, fragment, context, view = VerticalBlockRenderCompleted.run_filter(
                block=self, fragment=fragment, context=context, view=view
            )
        except VerticalBlockRenderCompleted.PreventVerticalBlockRender as refusal:
            log.info("Rendering of a unit stopped: %s", refusal.message)
            fragment.content = refusal.message
        return fragment

    def _to_complete_on_view(self) -> dict[Any, int]:
        service: CompletionService | None = self.runtime.service(self, "completion")
        if service is None or not service.completion_tracking_enabled():
            return {}
        delay = service.get_complete_on_view_delay_ms()
        return {block.location: delay for block in service.blocks_to_mark_complete_on_view(self.get_children())}


def rendered_children(
    block: XBlock, view: str, context: dict[str, Any], complete_on_view: dict[Any, int] | None = None
) -> Fragment:
    """The children one below the other, each in its own box; a filter step may change or leave out each of them."""
    fragment = Fragment()
    for child in block.get_children():
        child_context = dict(context)
        child_context.pop("wrap_xblock_data", None)
        if child.location in (complete_on_view or {}):
            delay = complete_on_view[child.location]
            child_context["wrap_xblock_data"] = {"mark-completed-on-view-after-delay": delay}
        try:
            shown, child_context = VerticalBlockChildRenderStarted.run_filter(block=child, context=child_context)
        except VerticalBlockChildRenderStarted.PreventChildBlockRender as refusal:
            log.info("Skipping %s in a unit: %s", child.location, refusal.message)
            continue
        rendered = shown.render(view, child_context)
        fragment.add_fragment_resources(rendered)
        fragment.add_content(
            Markup('<div class="vert" data-id="{}">{}</div>').format(shown.location, Markup(rendered.content))
        )
    return fragment
