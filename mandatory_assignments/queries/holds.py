"""Why somebody does not have to do an assignment now, as it was said."""

from datetime import datetime

from ..data import HoldKind, Status
from ..models import Cycle
from . import changing, standing


def reason(cycle: Cycle, now: datetime) -> str:
    """The reason given for the exemption or the absence that holds now; empty without one."""
    kind = {Status.EXEMPT: HoldKind.EXEMPT, Status.PAUSED: HoldKind.PAUSE}.get(standing.status_of(cycle, now))
    hold = changing.live_holds([cycle], kind).get(cycle.id) if kind else None
    return hold.reason if hold else ""
