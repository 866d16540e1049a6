"""Progress that was there before its rows told of completions is told of them, a thousand rows at a time."""

from django.db import migrations


def tell_progress(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Fills the columns as looking at everybody again would; interrupted, it can be run again."""
    progress, completions, floors = (
        apps.get_model('mandatory_assignments', name) for name in ('Progress', 'Completion', 'EvidenceFloor')
    )
    last = 0
    while rows := list(progress.objects.filter(id__gt=last).select_related('training').order_by('id')[:1000]):
        last = rows[-1].id
        learner_ids = {row.learner_id for row in rows}
        live = completions.objects.filter(live=True, learner_id__in=learner_ids)
        latest = {(one.learner_id, one.training_id): one for one in live.order_by('happened_at', 'id')}
        in_force = floors.objects.filter(lifted_at=None, learner_id__in=learner_ids).order_by('since')
        since = {(one.learner_id, one.training_id): one.since for one in in_force}
        for row in rows:
            key = (row.learner_id, row.training_id)
            one = latest.get(key)
            if one and row.started_at and key in since and one.happened_at <= since[key] and not one.happened_on:
                one = None  # of an earlier round, and this one has begun
            row.kind = row.training.kind
            row.state = 'completed' if one else 'in_progress' if row.started_at else ''
            if one:
                row.completed_at, row.completed_on, row.source = one.happened_at, one.happened_on, one.source
            row.recent_at = max(filter(None, (row.completed_at, row.last_activity_at, row.started_at)), default=None)
        columns = ['kind', 'state', 'completed_at', 'completed_on', 'source', 'recent_at']
        progress.objects.bulk_update(rows, columns, batch_size=100)


class Migration(migrations.Migration):

    atomic = False

    dependencies = [('mandatory_assignments', '0007_reports')]

    operations = [migrations.RunPython(tell_progress, migrations.RunPython.noop, elidable=True)]
