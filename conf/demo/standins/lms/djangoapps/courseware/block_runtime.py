"""Runs blocks: where their fields come from, who looks, and what becomes of what they publish."""

from collections.abc import Collection
from typing import Any

from completion.models import BlockCompletion
from completion.services import CompletionService
from django.urls import NoReverseMatch, reverse
from markupsafe import Markup
from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.field_data import FieldData
from xblock.fields import ScopeIds
from xblock.runtime import MemoryIdManager, Runtime

from common.djangoapps.split_modulestore_django.content import Content
from common.djangoapps.student.models import anonymous_id_for_user
from common.djangoapps.xblock_django.user_service import DjangoXBlockUserService
from lms.djangoapps.courseware import attempts
from lms.djangoapps.courseware.masquerade import is_masquerading_as_specific_student
from xmodule.x_module import XModuleMixin


class ContentFieldData(FieldData):
    """Fields as the content has them; what a block sets for itself lasts as long as the block."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.own: dict[tuple[UsageKey, str], Any] = {}

    def _source(self, block: XBlock, name: str) -> tuple[bool, Any]:
        key = block.scope_ids.usage_id
        if name == "children":
            return True, list(self.content.children[key])
        if name == "parent":
            return key in self.content.parent, self.content.parent.get(key)
        if (key, name) in self.own:
            return True, self.own[key, name]
        fields = self.content.nodes[key]["fields"]
        return name in fields, fields.get(name)

    def has(self, block: XBlock, name: str) -> bool:
        return self._source(block, name)[0]

    def get(self, block: XBlock, name: str) -> Any:
        there, value = self._source(block, name)
        if not there:
            raise KeyError(name)
        return value

    def set(self, block: XBlock, name: str, value: Any) -> None:
        self.own[block.scope_ids.usage_id, name] = value

    def delete(self, block: XBlock, name: str) -> None:
        self.own.pop((block.scope_ids.usage_id, name), None)


class CoursewareRuntime(Runtime):
    """One course for one person; without a person, the bare content. `visible` limits the children that appear."""

    def __init__(
        self, content: Content, user: Any = None, visible: Collection[UsageKey] | None = None, is_staff: bool = False
    ) -> None:
        self.content = content
        self.user = user
        self.visible = visible
        signed_in = user is not None and user.is_authenticated
        anonymous_id = anonymous_id_for_user(user, content.course_key) if signed_in else None
        services: dict[str, Any] = {
            "field-data": ContentFieldData(content),
            "user": DjangoXBlockUserService(user, user_is_staff=is_staff, anonymous_user_id=anonymous_id),
        }
        if signed_in:
            services["completion"] = CompletionService(user, content.course_key)
        ids = MemoryIdManager()
        super().__init__(id_reader=ids, id_generator=ids, services=services, mixins=(XModuleMixin,))

    def get_block(self, usage_id: UsageKey, for_parent: Any = None) -> XBlock:
        """The block; its children are those this person may see."""
        ids = ScopeIds(getattr(self.user, "id", None), usage_id.block_type, usage_id, usage_id)
        return self.construct_xblock(usage_id.block_type, ids, for_parent=for_parent)

    def publish(self, block: XBlock, event_type: str, event_data: dict[str, Any]) -> None:
        """Complete the block when it says so; not for staff who borrow a learner's view."""
        if event_type == "completion" and not self._borrowed():
            BlockCompletion.objects.submit_completion(
                user=self.user, block_key=block.scope_ids.usage_id, completion=event_data["completion"]
            )

    def attempts(self, usage_key: UsageKey) -> int:
        """How many attempts this person has used."""
        return attempts.attempts(self.user.id, usage_key) if self.user and self.user.id else 0

    def submit_answer(self, block: XBlock, earned: float) -> bool:
        """Count an attempt with its score; not for staff who borrow a learner's view."""
        if self._borrowed():
            return False
        return attempts.submit_answer(self.user, block.location, earned, block.max_score(), block.max_attempts)

    def _borrowed(self) -> bool:
        return is_masquerading_as_specific_student(self.user, self.content.course_key)

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """Where to post to a handler; empty where the project has no such URL."""
        key = block.scope_ids.usage_id
        names = {"course_id": str(key.course_key), "usage_id": str(key), "handler": handler_name, "suffix": suffix}
        try:
            url = reverse("xblock_handler", kwargs=names)
        except NoReverseMatch:
            return ""
        return f"{url}?{query}" if query else url

    def resource_url(self, resource: str) -> str:
        """Blocks of the miniature LMS have no resources."""
        return ""

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        """Blocks of the miniature LMS have no resources."""
        return ""

    def applicable_aside_types(self, block: XBlock) -> list[str]:
        """Asides are off, as on a new LMS."""
        return []

    def wrap_xblock(self, block: XBlock, view: str, frag: Fragment, context: Any) -> Fragment:
        """The block in its box, with the data attributes that scripts hold on to."""
        key = block.scope_ids.usage_id
        data = {
            "usage-id": key,
            "block-type": key.block_type,
            "course-id": key.course_key,
            "graded": block.graded,
            "has-score": block.has_score,
            **(context or {}).get("wrap_xblock_data", {}),
        }
        attributes = Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in data.items())
        wrapped = Fragment()
        wrapped.add_fragment_resources(frag)
        wrapped.add_content(
            Markup('<div class="xblock xblock-{0} xblock-{0}-{1}"{2}>{3}</div>').format(
                view, key.block_type, attributes, Markup(frag.content)
            )
        )
        return wrapped
