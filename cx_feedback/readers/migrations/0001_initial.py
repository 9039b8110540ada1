import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from cx_feedback.readers.migrations._operations import OPERATIONS


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='job')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.CharField(blank=True, default='', max_length=300, verbose_name='error')),
            ],
            options={
                'verbose_name': 'job run',
                'verbose_name_plural': 'job runs',
                'permissions': [('view_health', 'Can see the health of the installation')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='key')),
                ('email', models.EmailField(blank=True, help_text='Only an address that its owner has confirmed, in lower case.', max_length=254, null=True, verbose_name='email')),
                ('external_id', models.CharField(blank=True, default='', help_text='The name of this reader in the log that was imported.', max_length=100, verbose_name='external id')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('counts_visits', models.BooleanField(default=False, verbose_name='agreed to visits being counted')),
                ('visits_withdrawn', models.BooleanField(default=False, editable=False, verbose_name='withdrew the consent to visits')),
                ('objects_to_scoring', models.BooleanField(default=False, verbose_name='objects to being scored')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='known since')),
                ('last_day', models.DateField(editable=False, null=True, verbose_name='last seen on')),
                ('first_period', models.IntegerField(editable=False, null=True, verbose_name='number of the first period with a visit')),
                ('last_period', models.IntegerField(editable=False, null=True, verbose_name='number of the last period with a visit')),
                ('active_periods', models.PositiveIntegerField(default=0, editable=False, verbose_name='periods with a visit')),
                ('tier', models.CharField(blank=True, default='', editable=False, max_length=16, verbose_name='tier')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'reader',
                'verbose_name_plural': 'readers',
                'permissions': [('manage_personal_data', 'Can see, export and erase what is stored about a person')],
                'indexes': [models.Index(condition=models.Q(('objects_to_scoring', True)), fields=['id'], name='cx_reader_unscored'), models.Index(condition=models.Q(('visits_withdrawn', True)), fields=['id'], name='cx_reader_withdrawn')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('email__isnull', False)), fields=('email',), name='cx_reader_email'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id',), name='cx_reader_external_id'), models.CheckConstraint(condition=models.Q(models.Q(('active_periods', 0), ('first_period__isnull', True), ('last_period__isnull', True)), models.Q(('active_periods__gte', 1), ('first_period__lte', models.F('last_period'))), _connector='OR'), name='cx_reader_figures')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hashes', models.JSONField(default=list)),
                ('made_with', models.CharField(blank=True, default='', max_length=16)),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('hashes', []), _negated=True), fields=['at'], name='cx_erasure_unwritten')],
            },
        ),
        migrations.CreateModel(
            name='PastVisits',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='past_visits', serialize=False, to='cx_feedback_readers.reader')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('until', models.DateField(db_index=True)),
                ('days', models.PositiveIntegerField()),
                ('weeks', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'visits of the past',
                'verbose_name_plural': 'visits of the past',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40, verbose_name='purpose')),
                ('wording', models.TextField(blank=True, verbose_name='wording shown')),
                ('version', models.CharField(blank=True, default='', max_length=16, verbose_name='version of the wording')),
                ('page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='page')),
                ('source', models.CharField(blank=True, max_length=40, verbose_name='source')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='given at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('reader', 'purpose'), name='cx_consent_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24, verbose_name='kind')),
                ('page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='page')),
                ('object_id', models.BigIntegerField(blank=True, null=True)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activities', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'indexes': [models.Index(fields=['kind', 'at'], name='cx_activity_kind')],
            },
        ),
        migrations.CreateModel(
            name='StoredAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('idempotency_key', models.CharField(blank=True, default='', max_length=64)),
                ('request_hash', models.CharField(max_length=64)),
                ('answer', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'stored answer',
                'verbose_name_plural': 'stored answers',
                'default_permissions': (),
                'indexes': [models.Index(fields=['created_at'], name='cx_stored_answer_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('idempotency_key',), name='cx_stored_answer_once')],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=40)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'tombstone',
                'verbose_name_plural': 'tombstones',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='cx_tombstone_once')],
            },
        ),
        migrations.CreateModel(
            name='VisitDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='visit_days', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'visit day',
                'verbose_name_plural': 'visit days',
                'indexes': [models.Index(fields=['day'], name='cx_visit_day_day')],
                'constraints': [models.UniqueConstraint(fields=('reader', 'day'), name='cx_visit_day_once')],
            },
        ),
        *OPERATIONS,
    ]
