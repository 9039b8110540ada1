import cx_feedback.comments.models.paths
import django.db.models.deletion
import django.utils.timezone
import swapper
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', cx_feedback.comments.models.paths.KeyField(editable=False, max_length=13)),
                ('path', cx_feedback.comments.models.paths.KeyField(editable=False, max_length=416)),
                ('depth', models.PositiveIntegerField(default=0, editable=False)),
                ('replies', models.PositiveIntegerField(default=0, editable=False)),
                ('author_name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('author_email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('html', models.TextField(blank=True, editable=False)),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('erased', 'Erased')], default='pending', max_length=12, verbose_name='state')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('idempotency_key', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='cx_feedback_comments.comment', verbose_name='in reply to')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_readers.reader', verbose_name='reader')),
                ('root', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'permissions': [('moderate_comment', 'Can moderate comments')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ModerationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(choices=[('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('erased', 'Erased')], max_length=12, verbose_name='from')),
                ('to_state', models.CharField(choices=[('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('erased', 'Erased')], max_length=12, verbose_name='to')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='cx_feedback_comments.comment')),
                ('moderator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed', models.BooleanField(default=False, verbose_name='closed to new comments')),
                ('published', models.PositiveIntegerField(default=0, editable=False, verbose_name='published')),
                ('waiting', models.PositiveIntegerField(default=0, editable=False, verbose_name='waiting')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='thread',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='cx_feedback_comments.thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['thread', 'key'], name='cx_comment_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent__isnull', True)), fields=['thread', 'key'], name='cx_comment_roots'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['root', 'path'], name='cx_comment_below'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['state', '-id'], name='cx_comment_queue'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('author_email', ''), _negated=True), fields=['author_email'], name='cx_comment_email'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('path',), name='cx_comment_path'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('thread', 'idempotency_key'), name='cx_comment_once'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth', 0), ('parent__isnull', True), ('root__isnull', True)), models.Q(('depth__gte', 1), ('parent__isnull', False), ('root__isnull', False)), _connector='OR'), name='cx_comment_shape'),
        ),
    ]
