import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='mailing')),
                ('paused_at', models.DateTimeField(editable=False, null=True, verbose_name='paused at')),
                ('resumed_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='queued at')),
            ],
            options={
                'verbose_name': 'mailing',
                'verbose_name_plural': 'mailings',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('text', models.TextField(verbose_name='plain text')),
                ('html', models.TextField(blank=True, verbose_name='HTML')),
                ('headers', models.JSONField(blank=True, default=dict, verbose_name='headers')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('from_email', models.CharField(blank=True, max_length=320, verbose_name='from')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RateLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('domains', models.TextField(blank=True, help_text='One domain per line; they share this limit, for example the domains of one mailbox provider. Leave empty to limit all email, as your own provider may require.', verbose_name='domains')),
                ('per_minute', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='emails per minute')),
                ('next_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'rate limit',
                'verbose_name_plural': 'rate limits',
            },
        ),
        migrations.CreateModel(
            name='ServerRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(max_length=320, unique=True)),
                ('error', models.TextField(blank=True, default='')),
                ('code', models.CharField(blank=True, default='', max_length=20)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('suspects', models.JSONField(default=list)),
                ('streak', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'refusal of the mail server',
                'verbose_name_plural': 'refusals of the mail server',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('address', models.EmailField(blank=True, db_index=True, max_length=254, verbose_name='address')),
                ('reason', models.CharField(choices=[('asked', 'Asked not to be emailed'), ('complained', 'Marked as spam'), ('bounced', 'Does not exist'), ('editor', 'By an editor')], default='editor', max_length=12, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
            ],
            options={
                'verbose_name': 'suppressed address',
                'verbose_name_plural': 'suppressed addresses',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailing', models.CharField(max_length=80, verbose_name='mailing')),
                ('recipient_key', models.CharField(max_length=64, verbose_name='recipient key')),
                ('address', models.EmailField(max_length=254, verbose_name='address')),
                ('tier', models.CharField(blank=True, default='', max_length=16, verbose_name='tier')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('variables', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('policy', models.CharField(choices=[('at_most_once', 'At most once'), ('at_least_once', 'At least once')], default='at_most_once', max_length=16, verbose_name='policy')),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('claimed', 'Being prepared'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('in_doubt', 'Unconfirmed'), ('cancelled', 'Cancelled'), ('held', 'On hold')], default='pending', max_length=12, verbose_name='state')),
                ('priority', models.PositiveSmallIntegerField(default=5)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due at')),
                ('claimed_by', models.CharField(blank=True, default='', max_length=64)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('error', models.TextField(blank=True, default='', verbose_name='error')),
                ('provider_id', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='queued at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_readers.reader', verbose_name='reader')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='cx_feedback_mail.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['priority', 'due_at', 'id'], name='cx_delivery_due'), models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['lease_until'], name='cx_delivery_lease'), models.Index(fields=['mailing', 'state', 'sent_at'], name='cx_delivery_mailing'), models.Index(condition=models.Q(('state__in', ['failed', 'in_doubt'])), fields=['state'], name='cx_delivery_trouble'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='cx_delivery_provider'), models.Index(fields=['address'], name='cx_delivery_address')],
                'constraints': [models.UniqueConstraint(fields=('mailing', 'recipient_key'), name='cx_delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='MailReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('delivered', 'Delivered'), ('deferred', 'Delayed'), ('bounced', 'Bounced'), ('complained', 'Marked as spam'), ('opened', 'Opened'), ('clicked', 'Clicked'), ('unsubscribed', 'Unsubscribed')], max_length=12, verbose_name='event')),
                ('permanent', models.BooleanField(default=False)),
                ('detail', models.CharField(blank=True, default='', max_length=500, verbose_name='detail')),
                ('url', models.CharField(blank=True, default='', max_length=500, verbose_name='link')),
                ('provider_id', models.CharField(blank=True, default='', max_length=200)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='occurred at')),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='cx_feedback_mail.delivery', verbose_name='delivery')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'default_permissions': (),
                'indexes': [models.Index(fields=['delivery', 'kind'], name='cx_report_delivery'), models.Index(condition=models.Q(('delivery__isnull', True)), fields=['provider_id'], name='cx_report_waiting')],
            },
        ),
    ]
