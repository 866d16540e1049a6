"""Leaves of item banks what the learner drew; whoever has not drawn yet draws now, and that is kept."""

import json
from typing import Any

from xblock.core import XBlock

from lms.djangoapps.courseware.models import StudentModule
from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer
from xmodule.item_bank_block import ItemBankMixin


class ContentLibraryTransformer(BlockStructureTransformer):
    """Staff draw as well."""

    @classmethod
    def name(cls) -> str:
        return "library_content"

    @classmethod
    def collect(cls, block_structure: Any) -> None:
        for bank in cls._banks(block_structure):
            for child in block_structure.get_children(bank):
                summary = {"usage_key": str(child), "original_usage_key": None, "original_usage_version": None}
                block_structure.set_transformer_block_field(child, cls, "block_analytics_summary", summary)

    @staticmethod
    def _banks(block_structure: Any) -> list[Any]:
        return [key for key in block_structure if issubclass(XBlock.load_class(key.block_type), ItemBankMixin)]

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        removed = set()
        for bank in self._banks(block_structure):
            children = block_structure.get_children(bank)
            selected = self._selected(usage_info, block_structure, bank)
            removed |= {key for key in children if (key.block_type, key.block_id) not in selected}
        if removed:
            block_structure.remove_block_traversal(removed.__contains__)

    @staticmethod
    def _selected(usage_info: Any, block_structure: Any, bank: Any) -> set[tuple[str, str]]:
        children = block_structure.get_children(bank)
        most = block_structure.get_xblock_field(bank, "max_count", 1)
        kept = StudentModule.objects.filter(
            student=usage_info.user, course_id=usage_info.course_key, module_state_key=bank
        ).first()
        state = json.loads(kept.state or "{}") if kept else {}
        draw = XBlock.load_class(bank.block_type).make_selection(
            state.get("selected", []), children, len(children) if most < 0 else most
        )
        if draw["added"] or draw["invalid"] or draw["overlimit"]:
            state["selected"] = draw["selected"]
            StudentModule.save_state(
                student=usage_info.user,
                course_id=usage_info.course_key,
                module_state_key=bank,
                defaults={"state": json.dumps(state), "module_type": bank.block_type},
            )
        return set(draw["selected"])
