
import django.db.models.deletion
import uuid
from typing import Any
from zoneinfo import ZoneInfo
from django.conf import settings
from django.db import migrations, models


def give_uuids(apps: Any, schema_editor: Any) -> None:
    """Departments and groups from before get the identifier that the outside knows them by."""
    for name in ("Department", "LearningGroup"):
        model = apps.get_model("mandatory_assignments", name)
        for row in model.objects.filter(uuid=None).only("id").iterator():
            model.objects.filter(id=row.id).update(uuid=uuid.uuid4())


def note_lead_days(apps: Any, schema_editor: Any) -> None:
    """Assignments from before: the first deadline less the day of assigning, in the deadline's zone."""
    deadline = apps.get_model("mandatory_assignments", "Deadline")
    assignment = apps.get_model("mandatory_assignments", "Assignment")
    rows = deadline.objects.filter(version=1, cycle__number=1).select_related("cycle")
    for row in rows.iterator():
        assigned_on = row.cycle.assigned_at.astimezone(ZoneInfo(row.zone)).date()
        days = max((row.due_on - assigned_on).days, 0)
        assignment.objects.filter(id=row.cycle.assignment_id).update(lead_days=days)


class Migration(migrations.Migration):

    dependencies = [
        ('mandatory_assignments', '0002_evidence'),
        ('organizations', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('reason', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('live', models.BooleanField(default=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('exempt', 'exempt'), ('pause', 'pause')], max_length=10)),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('version_before', models.PositiveIntegerField()),
                ('version_after', models.PositiveIntegerField()),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='OrganizationPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zone', models.CharField(blank=True, max_length=64)),
                ('deadline_zone', models.CharField(blank=True, max_length=64)),
                ('min_lead_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('late_policy', models.CharField(blank=True, choices=[('accept', 'accept'), ('freeze', 'freeze')], max_length=10)),
                ('grace_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('unenrollment', models.CharField(blank=True, choices=[('refuse', 'refuse'), ('allow', 'allow')], max_length=10)),
            ],
            options={
                'verbose_name_plural': 'organization policies',
            },
        ),
        migrations.RemoveConstraint(
            model_name='deadline',
            name='ma_deadline_version',
        ),
        migrations.AddField(
            model_name='assignment',
            name='anchor_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='grid_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='grace_days',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='assignment',
            name='late_policy',
            field=models.CharField(choices=[('accept', 'accept'), ('freeze', 'freeze')], default='accept', max_length=10),
        ),
        migrations.AddField(
            model_name='assignment',
            name='lead_days',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='assignment',
            name='next_opens_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repeat_anchor',
            field=models.CharField(choices=[('completion', 'completion'), ('calendar', 'calendar')], default='completion', max_length=10),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repeat_every',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repeat_evidence',
            field=models.CharField(choices=[('clear', 'clear'), ('keep', 'keep')], default='clear', max_length=10),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repeat_unfinished',
            field=models.CharField(choices=[('hold', 'hold'), ('roll', 'roll')], default='hold', max_length=10),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repeat_unit',
            field=models.CharField(choices=[('days', 'days'), ('weeks', 'weeks'), ('months', 'months'), ('years', 'years')], default='weeks', max_length=10),
        ),
        migrations.AddField(
            model_name='assignment',
            name='repetition_ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='cut_off_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='deadline_revision',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='cycle',
            name='exempt_from_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='exempt_until_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='completed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='frozen_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='paused_from_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='paused_until_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='deadline',
            name='frozen_units_done',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='deadline',
            name='frozen_units_total',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='deadline',
            name='revision',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="department",
            name="uuid",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="learninggroup",
            name="uuid",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='learner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='completion',
            name='learner',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='cycle',
            name='closed_as',
            field=models.CharField(blank=True, choices=[('completed', 'completed'), ('withdrawn', 'withdrawn'), ('missed', 'missed')], max_length=10),
        ),
        migrations.AlterField(
            model_name='progress',
            name='learner',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='completion',
            name='revoked_with',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='revoked_completions', to='mandatory_assignments.evidencefloor'),
        ),
        migrations.AlterField(
            model_name='cycle',
            name='fulfilled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='mandatory_assignments.completion'),
        ),
        migrations.AlterField(
            model_name='evidencearchive',
            name='floor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='archived', to='mandatory_assignments.evidencefloor'),
        ),
        migrations.AlterField(
            model_name='reopening',
            name='completion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='mandatory_assignments.completion'),
        ),
        migrations.AlterField(
            model_name='reopening',
            name='floor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='reopenings', to='mandatory_assignments.evidencefloor'),
        ),
        migrations.AlterField(
            model_name='requiredenrollment',
            name='state',
            field=models.CharField(choices=[('pending', 'pending'), ('enrolled', 'enrolled'), ('refused', 'refused'), ('left', 'left'), ('leaving', 'leaving'), ('ended', 'ended'), ('not_needed', 'not_needed')], default='pending', max_length=10),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['frozen_at', 'open', 'cut_off_at'], name='ma_cycle_cut_off'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['exempt_from_at', 'exempt_until_at', 'closed_as', 'organization'], name='ma_cycle_exempted'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['paused_from_at', 'paused_until_at', 'exempt_from_at', 'exempt_until_at', 'closed_as', 'organization'], name='ma_cycle_absent'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['attention', 'closed_as', 'organization'], name='ma_cycle_troubled'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['learner', 'closed_as', 'due_at', 'id', 'assigned_at', 'percent', 'sort_name', 'organization', 'due_on', 'training', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at'], name='ma_cycle_of_learner'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['training', 'closed_as', 'due_at', 'id', 'assigned_at', 'percent', 'sort_name', 'organization', 'due_on', 'learner', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at'], name='ma_cycle_of_training'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'due_at', 'id', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'learner', 'training'], name='ma_cycle_by_due_at'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'sort_name', 'id', 'due_at', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at'], name='ma_cycle_by_sort_name'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'assigned_at', 'id'], name='ma_cycle_by_assigned_at'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'percent', 'id'], name='ma_cycle_by_percent'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'due_at', 'id', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at', 'learner', 'training'], name='ma_cycle_org_by_due_at'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'sort_name', 'id', 'due_at', 'due_on', 'units_done', 'exempt_from_at', 'exempt_until_at', 'paused_from_at', 'paused_until_at'], name='ma_cycle_org_by_sort_name'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'assigned_at', 'id'], name='ma_cycle_org_by_assigned_at'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'percent', 'id'], name='ma_cycle_org_by_percent'),
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_learner',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_training',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_due_at',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_assigned_at',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_percent',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_sort_name',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_org_due_at',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_org_assigned_at',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_org_percent',
        ),
        migrations.RemoveIndex(
            model_name='cycle',
            name='ma_cycle_org_sort_name',
        ),
        migrations.AlterField(
            model_name='cycle',
            name='learner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='cycle',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AlterField(
            model_name='cycle',
            name='training',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandatory_assignments.training'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.UniqueConstraint(fields=('cycle', 'version', 'revision'), name='ma_deadline_version'),
        ),
        migrations.AddField(
            model_name='absence',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='absence',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hold',
            name='absence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='holds', to='mandatory_assignments.absence'),
        ),
        migrations.AddField(
            model_name='hold',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='mandatory_assignments.cycle'),
        ),
        migrations.AddField(
            model_name='hold',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='organizationpolicy',
            name='organization',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.UniqueConstraint(fields=('organization', 'learner', 'live'), name='ma_one_absence'),
        ),
        migrations.RunPython(give_uuids, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(note_lead_days, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="department",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="learninggroup",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
