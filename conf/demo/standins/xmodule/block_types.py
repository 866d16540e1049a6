"""Which class stands for which type of block; on a real LMS installed packages declare them as entry points."""

from django.utils.module_loading import import_string
from xblock.core import XBlock
from xblock.plugin import PLUGIN_CACHE

BLOCK_TYPES = {
    "course": "xmodule.course_block.CourseBlock",
    "chapter": "xmodule.seq_block.SectionBlock",
    "sequential": "xmodule.seq_block.SequenceBlock",
    "vertical": "xmodule.vertical_block.VerticalBlock",
    "library_content": "xmodule.item_bank_block.LegacyLibraryContentBlock",
    "itembank": "xmodule.item_bank_block.ItemBankBlock",
    "split_test": "xmodule.split_test_block.SplitTestBlock",
    "html": "xmodule.html_block.HtmlBlock",
    "video": "xmodule.video_block.VideoBlock",
    "problem": "xmodule.capa_block.ProblemBlock",
    "discussion": "xmodule.discussion_block.DiscussionXBlock",
    "done": "xmodule.done_block.DoneXBlock",
}


def register() -> None:
    """Make `XBlock.load_class` find them."""
    for block_type, path in BLOCK_TYPES.items():
        block_class = import_string(path)
        block_class.plugin_name = block_type
        PLUGIN_CACHE[XBlock.entry_point, block_type] = block_class
