
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mandatory_assignments', '0003_obligations'),
        ('organizations', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('owner_key', models.CharField(max_length=255)),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(choices=[('assigned', 'assigned'), ('reminder', 'reminder'), ('digest', 'digest'), ('due_changed', 'due_changed'), ('new_cycle', 'new_cycle'), ('withdrawn', 'withdrawn'), ('exempted', 'exempted'), ('lifted', 'lifted'), ('paused', 'paused'), ('resumed', 'resumed'), ('revoked', 'revoked'), ('completed', 'completed')], max_length=20)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('assigned', 'assigned'), ('reminder', 'reminder'), ('digest', 'digest'), ('due_changed', 'due_changed'), ('new_cycle', 'new_cycle'), ('withdrawn', 'withdrawn'), ('exempted', 'exempted'), ('lifted', 'lifted'), ('paused', 'paused'), ('resumed', 'resumed'), ('revoked', 'revoked'), ('completed', 'completed')], max_length=20)),
                ('role', models.CharField(choices=[('student', 'student'), ('assigned_by', 'assigned_by'), ('managers', 'managers')], max_length=20)),
                ('deadline_version', models.PositiveIntegerField(default=0)),
                ('slot', models.CharField(blank=True, max_length=50)),
                ('slot_at', models.DateTimeField()),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('made_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('claimed', 'claimed'), ('sending', 'sending'), ('sent', 'sent'), ('failed', 'failed'), ('unknown', 'unknown'), ('skipped', 'skipped'), ('superseded', 'superseded'), ('missed', 'missed')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('mail', models.UUIDField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('dedup_key', models.CharField(max_length=255, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('days', models.SmallIntegerField()),
                ('recipients', models.CharField(default='student', max_length=50)),
                ('repeat_every', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('cap', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReminderSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('key', models.CharField(max_length=255, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='TemplateText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(blank=True, max_length=20)),
                ('subject', models.CharField(max_length=255)),
                ('body', models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name='cycle',
            name='last_reminder_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='next_reminder_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='organizationpolicy',
            name='force_email',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='organizationpolicy',
            name='reminders',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='organizationpolicy',
            name='sender_address',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='organizationpolicy',
            name='sender_name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['learner', 'next_reminder_at'], name='ma_cycle_reminders'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['closed_as', 'last_reminder_at', 'id'], name='ma_cycle_reminded'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(fields=['organization', 'closed_as', 'last_reminder_at', 'id'], name='ma_cycle_org_reminded'),
        ),
        migrations.AddField(
            model_name='emailtemplate',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='notice',
            name='cycle',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='mandatory_assignments.cycle'),
        ),
        migrations.AddField(
            model_name='notice',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='notice',
            name='recipient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mandatory_assignments.emailtemplate'),
        ),
        migrations.AddField(
            model_name='noticepreference',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderrule',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandatory_assignments.emailtemplate'),
        ),
        migrations.AddField(
            model_name='reminderset',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='reminderrule',
            name='reminder_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='mandatory_assignments.reminderset'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='reminder_set',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandatory_assignments.reminderset'),
        ),
        migrations.AddField(
            model_name='templatetext',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='mandatory_assignments.emailtemplate'),
        ),
        migrations.AddConstraint(
            model_name='emailtemplate',
            constraint=models.UniqueConstraint(fields=('owner_key', 'name'), name='ma_one_template'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['next_at'], name='ma_notice_next'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['recipient', 'shown_at', 'id'], name='ma_notice_inbox'),
        ),
        migrations.AddConstraint(
            model_name='reminderrule',
            constraint=models.UniqueConstraint(fields=('reminder_set', 'position'), name='ma_rule_position'),
        ),
        migrations.AddConstraint(
            model_name='templatetext',
            constraint=models.UniqueConstraint(fields=('template', 'language'), name='ma_one_template_text'),
        ),
    ]
