"""What operators ask: whether the platform is as expected, and how much work is due."""

from collections import Counter
from datetime import datetime

from ..data import Criterion, LatePolicy, SignatureDifference, Unenrollment
from ..host import signatures
from ..models import LookAgain, RequiredEnrollment
from ..rules import deadlines


def platform_differences() -> list[SignatureDifference]:
    """Every way in which the platform is not as the host port expects."""
    return signatures.differences()


def is_zone(name: object) -> bool:
    """Whether this may be used as a time zone: an IANA name such as Europe/Berlin, or UTC."""
    return isinstance(name, str) and deadlines.is_zone(name)


def is_criterion(value: object) -> bool:
    """Whether this names what may complete a training."""
    return value in list(Criterion)


def is_deadline_zone(value: object) -> bool:
    """Whether this says in which zone due days end."""
    return value in deadlines.OWN_ZONES or is_zone(value)


def is_late_policy(value: object) -> bool:
    """Whether this names a late policy."""
    return value in list(LatePolicy)


def is_unenrollment(value: object) -> bool:
    """Whether this says what becomes of the wish to leave a mandatory course."""
    return value in list(Unenrollment)


def work_due(now: datetime) -> Counter[str]:
    """How many enrolments and looks a tick would work on now. Reads only."""
    return Counter(
        enrollments=RequiredEnrollment.objects.filter(next_at__lte=now).count(),
        looks=LookAgain.objects.filter(next_at__lte=now).count(),
    )
