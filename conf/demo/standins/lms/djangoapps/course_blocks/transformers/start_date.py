"""Hides what is not released yet."""

from typing import Any

from django.utils import timezone

from lms.djangoapps.courseware.access import check_start_date
from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer
from xmodule.course_metadata_utils import DEFAULT_START_DATE


class StartDateTransformer(BlockStructureTransformer):
    """A block begins when it and what contains it have begun."""

    MERGED_START_DATE = "merged_start_date"

    @classmethod
    def name(cls) -> str:
        return "start_date"

    @classmethod
    def collect(cls, block_structure: Any) -> None:
        for key in block_structure.topological_traversal():
            above = [
                block_structure.get_transformer_block_field(parent, cls, cls.MERGED_START_DATE)
                for parent in block_structure.get_parents(key)
            ]
            own = block_structure.own_field(key, "start")
            dates = [date for date in (own, min(above) if above else None) if date is not None]
            merged = max(dates) if dates else DEFAULT_START_DATE
            block_structure.set_transformer_block_field(key, cls, cls.MERGED_START_DATE, merged)

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        if usage_info.has_staff_access or usage_info.allow_start_dates_in_future:
            return
        now = timezone.now()

        def not_released(key: Any) -> bool:
            start = block_structure.get_transformer_block_field(key, self, self.MERGED_START_DATE)
            early = block_structure.get_xblock_field(key, "days_early_for_beta")
            return not check_start_date(usage_info.user, early, start, usage_info.course_key, now=now)

        block_structure.remove_block_traversal(not_released)
