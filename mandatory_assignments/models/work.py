"""Work to be done later, the locks under which it is done, and how far the scans have come."""

from django.conf import settings
from django.db import models


class LookAgain(models.Model):
    """The wish "look at this person in this course again". Append-only, no unique key: no event waits for another.

    With an empty course key the look is at the person alone, whose zone may be another.

    A worker claims rows by moving `next_at` to the end of its lease and writing its `claim`, and deletes exactly those.
    Without a database constraint on the learner, for that would lock the account's row in the learner's request.

    .. no_pii:
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    course_key = models.CharField(max_length=255)
    next_at = models.DateTimeField(db_index=True)
    claim = models.UUIDField(null=True, blank=True, db_index=True)


class LearnerLock(models.Model):
    """The row that is locked while a person's evidence is read and judged, so that two workers take turns.

    Taking it is writing `taken_at`.

    .. no_pii:
    """

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    taken_at = models.DateTimeField()


class Backfill(models.Model):
    """A course that began to matter: everybody who finished something in it is to be looked at, in order of their ids.

    `after_learner_id` tells how far that has come. A worker claims the row by moving `next_at` to the end of its lease
    and writing its `claim`, and whoever asks again begins from the start; done, the row is deleted.

    .. no_pii:
    """

    course_key = models.CharField(max_length=255, unique=True)
    after_learner_id = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)
    claim = models.UUIDField(null=True, blank=True, db_index=True)


class Bookmark(models.Model):
    """How far a scan has come (`position`, a primary key of the platform's) and when it last ran.

    Its row is also what is locked for work that bears a name.

    .. no_pii:
    """

    name = models.CharField(max_length=50, primary_key=True)
    position = models.BigIntegerField(default=0)
    ran_at = models.DateTimeField(null=True, blank=True)
