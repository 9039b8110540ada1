import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('url', models.CharField(max_length=500, verbose_name='address')),
                ('events', models.JSONField(default=list, verbose_name='events')),
                ('with_texts', models.BooleanField(default=False, verbose_name='with texts')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('off_reason', models.CharField(blank=True, choices=[('failing', 'Failed for days'), ('gone', 'The address said that it is gone (410)')], default='', editable=False, max_length=8)),
                ('removed_at', models.DateTimeField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'constraints': [models.UniqueConstraint(condition=models.Q(('active', True)), fields=('owner', 'url'), name='cx_endpoint_once')],
            },
        ),
        migrations.CreateModel(
            name='EndpointSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField(null=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='cx_feedback_webhooks.endpoint')),
            ],
        ),
        migrations.CreateModel(
            name='EventDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('event', models.CharField(max_length=40, verbose_name='event')),
                ('data', models.JSONField(default=dict)),
                ('reader_id', models.BigIntegerField(null=True)),
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='pending', max_length=9, verbose_name='state')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='cx_feedback_webhooks.endpoint')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'due_at', 'id'], name='cx_webhooks_due'), models.Index(condition=models.Q(('reader_id__isnull', False)), fields=['reader_id'], name='cx_webhooks_reader'), models.Index(fields=['occurred_at'], name='cx_webhooks_occurred')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('error', models.CharField(blank=True, choices=[('status', 'Answered with an error'), ('redirect', 'Redirects are not followed'), ('name', 'The name of the host was not found'), ('address', 'The address is not a public one'), ('connection', 'No connection'), ('certificate', 'The certificate is not valid'), ('timeout', 'No answer in time'), ('protocol', 'The answer is not HTTP'), ('secret', 'No secret can be read; make a new one')], default='', max_length=12)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='cx_feedback_webhooks.eventdelivery')),
            ],
        ),
    ]
