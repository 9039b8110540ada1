import cx_feedback.surveys.questions.stream_field
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
import wagtail.models.preview
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
        ('wagtailcore', '0094_alter_page_locale'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.UUIDField()),
                ('question', models.CharField(blank=True, default='', max_length=64)),
                ('value', models.CharField(blank=True, default='', max_length=64)),
                ('limit', models.PositiveIntegerField(verbose_name='limit')),
                ('taken', models.PositiveIntegerField(default=0, verbose_name='taken')),
                ('counted_to', models.PositiveBigIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'quota',
                'verbose_name_plural': 'quotas',
                'constraints': [models.UniqueConstraint(fields=('family', 'question', 'value'), name='cx_quota_once')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('placement', models.CharField(choices=[('inline', 'in the text, where the block is'), ('end', 'slides in at the end of the article'), ('seconds', 'slides in after some seconds'), ('scrolled', 'slides in when part of the page has been scrolled')], default='inline', help_text='Without JavaScript it is always shown in the text. Of all that could slide in, a page shows one, the oldest that is due; the next on another day.', max_length=8, verbose_name='how it appears')),
                ('seconds', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3600)], verbose_name='seconds')),
                ('scroll_percent', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='percent of the page')),
                ('sample_percent', models.DecimalField(decimal_places=2, default=100, help_text="0.01 to 100. Readers who aren't selected can be selected again after a rest period.", max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.01')), django.core.validators.MaxValueValidator(100)], verbose_name='share of the readers, in percent')),
                ('rest_answered', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='days before asking again after an answer')),
                ('rest_later', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='after “later”')),
                ('rest_closed', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='after closing, or no answer')),
                ('shown_without_block', models.BooleanField(default=False, help_text='On all pages whose template has the cx_placed_surveys tag and that match the choices below. Where it is placed as a block, it is always shown.', verbose_name='show it without a block')),
                ('sections', models.JSONField(blank=True, default=list, help_text='None chosen: all sections.', verbose_name='sections')),
                ('tags', models.CharField(blank=True, help_text='Separated by commas; one of them is enough. Empty: any page.', max_length=500, verbose_name='tags')),
                ('languages', models.JSONField(blank=True, default=list, help_text='None chosen: all languages.', verbose_name='languages')),
                ('kind', models.CharField(default='survey', editable=False, max_length=12)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('intro', models.TextField(blank=True, help_text='Shown above the questions.', verbose_name='introduction')),
                ('questions', cx_feedback.surveys.questions.stream_field.QuestionsField(blank=True, verbose_name='questions')),
                ('thanks', models.TextField(blank=True, help_text='Shown to a reader who has answered.', verbose_name='thanks')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens at')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes at')),
                ('max_responses', models.PositiveIntegerField(blank=True, help_text='The survey closes when this many people have answered, counting all languages.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='most responses')),
                ('one_per_reader', models.BooleanField(default=False, help_text='A reader is recognised by a cookie set with their first answer or comment. Anyone without it, or who deletes it, counts as another reader.', verbose_name='one response per reader')),
                ('quotas', models.JSONField(blank=True, default=list, verbose_name='quotas')),
                ('open_by_address', models.BooleanField(default=False, help_text='Anyone who knows its address, such as a program, can read and answer it without a page. Otherwise it can only be answered on pages that the reader may see, and from links in emails.', verbose_name='open by its address')),
                ('results_shown', models.CharField(choices=[('never', 'Never'), ('after_answer', 'After answering'), ('always', 'At once'), ('after_close', 'After it has closed')], default='never', help_text='For a poll: a survey with a single question to be answered by choices or on a scale. Readers see how all have answered, once enough have. “After answering” keeps the result out of the page, but whoever knows its address can read it before.', max_length=12, verbose_name='readers see the results')),
                ('anonymous', models.BooleanField(default=False, help_text="No reader is stored with an answer, for good: no cookie, no network address, and the hour instead of the time. The form says so. Such answers don't count in loyalty, start no follow-up mails, and can't be found again for the person who gave them.", verbose_name='anonymous')),
                ('tests_by_editors', models.BooleanField(default=False, help_text="What people answer who may change this survey, while they are logged in here, is kept as a test and doesn't count. So is what they send from the preview of a page, which is refused otherwise.", verbose_name='answers of editors are tests')),
                ('hidden_fields', models.CharField(blank=True, help_text="Names that a link to the survey may fill in, separated by commas: source, campaign. What stands in the address (?source=newsletter) is stored with the answers. Don't put personal data there.", max_length=200, verbose_name='hidden fields')),
                ('keeps_partials', models.BooleanField(default=False, verbose_name="keep the answers of readers who don't finish")),
                ('mails_answers', models.BooleanField(default=False, help_text="The form offers readers a copy of their answers by email, once per address and day. The address is used for nothing else and isn't stored with the answers.", verbose_name='mail readers their answers')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'permissions': [('view_results', 'Can see the results of surveys'), ('view_responses', 'Can see single responses'), ('view_texts', 'Can see texts and email addresses in answers'), ('export_responses', 'Can export answers'), ('fetch_responses', 'Can fetch single responses over REST')],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel (XLSX)')], default='csv', max_length=4, verbose_name='format')),
                ('headings', models.CharField(choices=[('labels', "the questions' words"), ('keys', "the questions' keys")], default='labels', max_length=6, verbose_name='headings')),
                ('separator', models.CharField(choices=[('comma', 'comma'), ('semicolon', 'semicolon, decimal comma'), ('tab', 'tab')], default='comma', max_length=9, verbose_name='separator')),
                ('filters', models.TextField(blank=True, default='')),
                ('with_excluded', models.BooleanField(default=False)),
                ('with_texts', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'in progress'), ('done', 'ready'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='waiting', max_length=9, verbose_name='state')),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('written', models.PositiveBigIntegerField(default=0)),
                ('last_included_id', models.PositiveBigIntegerField(default=0)),
                ('last_written_id', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='requested at')),
                ('progress_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'indexes': [models.Index(fields=['created_at'], name='cx_export_created')],
            },
        ),
        migrations.CreateModel(
            name='SurveyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('definition', models.JSONField()),
                ('digest', models.CharField(max_length=32)),
                ('full', models.JSONField(default=list, editable=False)),
                ('current', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published at')),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'published version',
                'verbose_name_plural': 'published versions',
                'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='cx_survey_version'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('survey',), name='cx_survey_one_current')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='page')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('answers', models.JSONField(verbose_name='answers')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='answered at')),
                ('state', models.CharField(choices=[('counted', 'Counted'), ('test', 'Test'), ('spam', 'Spam')], default='counted', max_length=7, verbose_name='state')),
                ('folded', models.BooleanField(default=False, editable=False)),
                ('idempotency_key', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('seconds', models.PositiveIntegerField(blank=True, null=True, verbose_name='seconds')),
                ('hidden_fields', models.JSONField(blank=True, default=dict, verbose_name='hidden fields')),
                ('reader', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_readers.reader')),
                ('survey', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='cx_feedback_surveys.survey')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_surveys.surveyversion')),
            ],
            options={
                'verbose_name': 'response',
                'verbose_name_plural': 'responses',
                'default_permissions': ('change', 'delete'),
                'indexes': [models.Index(fields=['survey', 'created_at', 'id'], name='cx_response_latest'), models.Index(condition=models.Q(('state', 'counted'), _negated=True), fields=['survey', 'created_at', 'id'], name='cx_response_not_counted'), models.Index(condition=models.Q(('reader__isnull', False)), fields=['reader'], name='cx_response_reader'), models.Index(condition=models.Q(('folded', False)), fields=['survey', 'id'], name='cx_response_unfolded')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('survey', 'idempotency_key'), name='cx_response_once')],
            },
        ),
        migrations.CreateModel(
            name='ResponseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000, verbose_name='note')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written at')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited at')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='notes', to='cx_feedback_surveys.response')),
                ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'note on a response',
                'verbose_name_plural': 'notes on responses',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PartialResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False)),
                ('sequence', models.PositiveBigIntegerField(default=0, editable=False)),
                ('page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='page')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('last_question', models.CharField(blank=True, default='', max_length=64)),
                ('sent', models.BooleanField(default=False, editable=False, verbose_name='sent')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='continued at')),
                ('reader', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='partials', to='cx_feedback_surveys.survey')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_surveys.surveyversion')),
            ],
            options={
                'verbose_name': 'unfinished response',
                'verbose_name_plural': 'unfinished responses',
                'indexes': [models.Index(condition=models.Q(('sent', False)), fields=['survey', 'last_question', 'updated_at'], name='cx_partial_stopped'), models.Index(fields=['updated_at'], name='cx_partial_updated'), models.Index(condition=models.Q(('reader__isnull', False)), fields=['reader'], name='cx_partial_reader')],
                'constraints': [models.UniqueConstraint(fields=('survey', 'key'), name='cx_partial_once')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, default='', max_length=24)),
                ('question', models.CharField(blank=True, default='', max_length=64)),
                ('value', models.CharField(blank=True, default='', max_length=64)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'tally',
                'verbose_name_plural': 'tallies',
                'constraints': [models.UniqueConstraint(fields=('survey', 'part', 'question', 'value'), name='cx_tally_once')],
            },
        ),
        migrations.CreateModel(
            name='AnsweredOnce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.UUIDField()),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'answered once',
                'verbose_name_plural': 'answered once',
                'constraints': [models.UniqueConstraint(fields=('family', 'reader'), name='cx_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='ExportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('export', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='cx_feedback_surveys.export')),
            ],
            options={
                'verbose_name': 'piece of an export',
                'verbose_name_plural': 'pieces of exports',
                'constraints': [models.UniqueConstraint(fields=('export', 'number'), name='cx_export_part')],
            },
        ),
        migrations.CreateModel(
            name='Start',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='page')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun at')),
                ('folded', models.BooleanField(default=False, editable=False)),
                ('survey', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='starts', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'start',
                'verbose_name_plural': 'starts',
                'indexes': [models.Index(fields=['survey', 'created_at'], name='cx_start_latest'), models.Index(condition=models.Q(('folded', False)), fields=['survey', 'id'], name='cx_start_unfolded')],
            },
        ),
        migrations.CreateModel(
            name='ResponseTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='tag')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='tags', to='cx_feedback_surveys.response')),
                ('survey', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_surveys.survey')),
            ],
            options={
                'verbose_name': 'tag of a response',
                'verbose_name_plural': 'tags of responses',
                'default_permissions': (),
                'indexes': [models.Index(fields=['survey', 'name'], name='cx_response_tag_name')],
                'constraints': [models.UniqueConstraint(models.F('response'), django.db.models.functions.text.Lower('name'), name='cx_response_tag_once')],
            },
        ),
    ]
