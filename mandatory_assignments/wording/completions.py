"""Who says that something was completed, and by what: the source, the person, a reference or the line of a file."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Source
from ..models import Completion

SOURCES = {
    Source.PLATFORM: gettext_lazy("seen on the platform"),
    Source.MANUAL: gettext_lazy("recorded by hand"),
    Source.IMPORT: gettext_lazy("imported"),
}


def told_source(row: Completion, names: Mapping[int, str]) -> str:
    """Where it is known from, and by whom; `names` maps ids of those who recorded something."""
    source = str(SOURCES[Source(row.source)])
    name = names.get(row.recorded_by_id or 0)
    return _("%(source)s by %(name)s") % {"source": source, "name": name} if name else source


def told_reference(row: Completion) -> str:
    """What was noted with a completion; of an imported one file and line."""
    file, _colon, line = row.reference.rpartition(":")
    if row.source != Source.IMPORT or not (file and line.isdecimal()):
        return row.reference
    return _("%(file)s, line %(line)s") % {"file": file, "line": line}
