"""Blocks of which each learner gets a draw of a few children."""

import random
from typing import Any

from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Integer, Scope

from .vertical_block import rendered_children
from .x_module import XModuleMixin


class ItemBankMixin(XModuleMixin):
    """Draws `max_count` children per learner, all of them when it is negative."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR
    max_count = Integer(default=1, scope=Scope.settings)

    @classmethod
    def make_selection(
        cls, old_selected: list[tuple[str, str]], children: list[UsageKey], max_count: int
    ) -> dict[str, set[tuple[str, str]]]:
        """What stays of the old draw, filled up from the rest: {selected, added, invalid, overlimit}."""
        there = [(key.block_type, key.block_id) for key in children]
        kept = [tuple(each) for each in old_selected if tuple(each) in there]
        invalid = {tuple(each) for each in old_selected} - set(kept)
        overlimit = set(kept[max_count:])
        selected = kept[:max_count]
        rest = [each for each in there if each not in selected]
        added = random.sample(rest, max(0, min(max_count - len(selected), len(rest))))
        return {"selected": [*selected, *added], "added": set(added), "invalid": invalid, "overlimit": overlimit}

    def student_view(self, context: Any) -> Fragment:
        """The drawn children."""
        return rendered_children(self, "student_view", context)


class LegacyLibraryContentBlock(ItemBankMixin, XBlock):
    """A draw from a library."""


class ItemBankBlock(ItemBankMixin, XBlock):
    """A draw from a problem bank."""
