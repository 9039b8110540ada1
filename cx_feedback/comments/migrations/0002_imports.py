import django.db.models.deletion
import django.utils.timezone
import swapper
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cx_feedback_comments', '0001_initial'),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'imported page',
                'verbose_name_plural': 'imported pages',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pingback', 'Pingback'), ('trackback', 'Trackback')], max_length=12, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('erased', 'Erased')], max_length=12, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('source', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='external_id',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='comment',
            name='markup',
            field=models.CharField(choices=[('text', 'Text'), ('html', 'HTML')], default='text', editable=False, max_length=4),
        ),
        migrations.AddField(
            model_name='comment',
            name='source',
            field=models.CharField(blank=True, default='', editable=False, max_length=200),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='cx_comment_origin'),
        ),
        migrations.AddField(
            model_name='importedpage',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page')),
        ),
        migrations.AddField(
            model_name='mention',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='cx_feedback_comments.thread'),
        ),
        migrations.AddConstraint(
            model_name='importedpage',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='cx_imported_page_origin'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='cx_mention_origin'),
        ),
    ]
