"""Sections and subsections."""

from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from .x_module import XModuleMixin


class SectionBlock(XModuleMixin, XBlock):
    """A section of a course."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR


class SequenceBlock(XModuleMixin, XBlock):
    """A subsection of a course."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR
