"""The indexes that lists are read by tell reports when what was completed had been; one finds later rounds."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mandatory_assignments', '0006_progress'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['training', 'closed_as', 'due_at', 'id', 'assigned_at', 'percent', 'sort_name', 'organization', 'due_on', 'learner', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'completed_on'], name='ma_cycle_in_training'),
        ),
        # The new one comes first: MySQL would make one of its own for the foreign key otherwise, and keep it.
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_of_training',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_of_learner',
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['learner', 'closed_as', 'due_at', 'id', 'assigned_at', 'percent', 'sort_name', 'organization', 'due_on', 'training', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'completed_on'], name='ma_cycle_of_learner'),
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_by_due_at',
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'due_at', 'id', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'learner', 'training', 'completed_on'], name='ma_cycle_by_due_at'),
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_org_by_due_at',
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'due_at', 'id', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'learner', 'training', 'completed_on'], name='ma_cycle_org_by_due_at'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['number', 'assignment', 'organization', 'training', 'learner'], name='ma_cycle_later'),
        ),
    ]
