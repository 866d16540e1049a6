"""When a training is completed, and by what."""

from datetime import datetime

from ..data import Count, Criterion


def completed_at(criterion: Criterion, counted: Count) -> datetime | None:
    """The instant at which the evidence completed the training, None while it has not."""
    match criterion:
        case Criterion.CONTENT:
            return counted.completed_at
