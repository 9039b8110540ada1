import cx_feedback.comments.models.search_text
import cx_feedback.comments.models.site_settings
import cx_feedback.comments.models.thread_paths
import cx_feedback.comments.rendering.reactions
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
import swapper
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('cx_feedback_readers', '0001_initial'),
        ('wagtailcore', '0094_alter_page_locale'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingPurge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('thread_id', models.BigIntegerField(null=True)),
                ('url', models.TextField(blank=True)),
                ('token', models.UUIDField(default=uuid.uuid4)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'pending purge',
                'verbose_name_plural': 'pending purges',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, unique=True, verbose_name='title')),
                ('text', models.TextField(help_text="{author}: the author's name, {page}: the title of the page, {link}: the address of the comment, {moderator}: your name, {site}: the name of the site.", max_length=2000, verbose_name='text')),
            ],
            options={
                'verbose_name': 'saved reply',
                'verbose_name_plural': 'saved replies',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='SpamMeasurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('accuracy', models.JSONField(default=dict)),
                ('measured_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='measured')),
            ],
            options={
                'verbose_name': 'spam measurement',
                'verbose_name_plural': 'spam measurements',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SpamModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.UUIDField(unique=True)),
                ('weights', models.BinaryField()),
                ('spam', models.PositiveIntegerField(verbose_name='spam')),
                ('good', models.PositiveIntegerField(verbose_name='good comments')),
                ('decisions', models.PositiveIntegerField(default=0, verbose_name="moderators' decisions")),
                ('trained_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='learnt')),
                ('accuracy', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'spam classifier',
                'verbose_name_plural': 'spam classifiers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', cx_feedback.comments.models.thread_paths.KeyField(editable=False, max_length=13)),
                ('path', cx_feedback.comments.models.thread_paths.KeyField(editable=False, max_length=416)),
                ('depth', models.PositiveIntegerField(default=0, editable=False)),
                ('replies', models.PositiveIntegerField(default=0, editable=False)),
                ('author_key', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('verified', models.BooleanField(default=False, editable=False, verbose_name='address verified')),
                ('client_hash', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('by_staff', models.BooleanField(default=False, editable=False, verbose_name="by the site's staff")),
                ('author_name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('author_email', models.EmailField(blank=True, default='', max_length=254, verbose_name='email')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('markup', models.CharField(choices=[('text', 'Text'), ('html', 'HTML')], default='text', editable=False, max_length=4)),
                ('html', models.TextField(blank=True, editable=False)),
                ('search_text', cx_feedback.comments.models.search_text.SearchTextField(blank=True, default='', editable=False)),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('proposed', models.PositiveIntegerField(editable=False, null=True)),
                ('edited_by_site', models.BooleanField(default=False, editable=False, verbose_name='edited by the site')),
                ('state', models.CharField(choices=[('awaiting', 'Awaiting email'), ('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('tombstone', 'Deleted by author'), ('erased', 'Erased')], default='pending', max_length=12, verbose_name='state')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided at')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited')),
                ('pinned_at', models.DateTimeField(editable=False, null=True, verbose_name='pinned')),
                ('picked', models.BooleanField(default=False, editable=False, verbose_name="editor's pick")),
                ('up', models.PositiveIntegerField(default=0, editable=False, verbose_name='votes for')),
                ('down', models.PositiveIntegerField(default=0, editable=False, verbose_name='votes against')),
                ('reactions', models.JSONField(blank=True, default=dict, editable=False)),
                ('flags', models.PositiveIntegerField(default=0, editable=False, verbose_name='open reports')),
                ('objected', models.BooleanField(default=False, editable=False, verbose_name='objection')),
                ('rank', models.FloatField(default=0, editable=False)),
                ('spam_findings', models.JSONField(blank=True, default=list, editable=False)),
                ('spam_score', models.FloatField(editable=False, null=True)),
                ('shingle_first', models.BigIntegerField(editable=False, null=True)),
                ('shingle_second', models.BigIntegerField(editable=False, null=True)),
                ('suspected', models.BooleanField(default=False, editable=False, verbose_name='suspected spam')),
                ('followers_notified', models.BooleanField(default=False, editable=False)),
                ('idempotency_key', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('parent', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='cx_feedback_comments.comment', verbose_name='in reply to')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_readers.reader', verbose_name='reader')),
                ('root', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_comments.comment')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'permissions': [('moderate_comment', 'Can moderate comments')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Ban',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('author', 'Account or address'), ('reader', 'Browser'), ('client', 'Network address')], max_length=12, verbose_name='kind')),
                ('key', models.CharField(editable=False, max_length=32)),
                ('shadow', models.BooleanField(default=False, help_text="Only the author sees the comments, and isn't told.", verbose_name='shadow ban')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('message', models.CharField(blank=True, default='', max_length=500, verbose_name='message to the author')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('until', models.DateTimeField(blank=True, help_text='Empty: for good.', null=True, verbose_name='until')),
                ('lifted_at', models.DateTimeField(editable=False, null=True, verbose_name='lifted')),
                ('batch', models.UUIDField(db_index=True, editable=False, null=True)),
                ('moderator', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('comment', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'ban',
                'verbose_name_plural': 'bans',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuthorNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author_key', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('text', models.CharField(max_length=500, verbose_name='note')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('moderator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'note on an author',
                'verbose_name_plural': 'notes on authors',
                'ordering': ['pk'],
                'default_permissions': ('add', 'delete', 'view'),
            },
        ),
        migrations.CreateModel(
            name='CommentRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('markup', models.CharField(choices=[('text', 'Text'), ('html', 'HTML')], default='text', editable=False, max_length=4)),
                ('html', models.TextField(blank=True, editable=False)),
                ('by_site', models.BooleanField(default=False, verbose_name='by the site')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('replaced_at', models.DateTimeField(editable=False, null=True)),
                ('spam_findings', models.JSONField(blank=True, default=list, editable=False)),
                ('spam_score', models.FloatField(editable=False, null=True)),
                ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='cx_feedback_comments.comment')),
                ('moderator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CommentSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('closed', 'Closed: nobody can comment'), ('all', 'Review every comment before publishing'), ('first', "Review each author's first comment"), ('trusted', 'Publish without review after some approved comments'), ('open', 'Publish immediately and review later')], default='all', max_length=12, verbose_name='moderation')),
                ('free_after', models.PositiveSmallIntegerField(default=3, help_text='Approved comments a verified author needs before being published without review.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='free after')),
                ('close_after', models.PositiveSmallIntegerField(default=0, help_text='Days after the page was first published; 0: never.', verbose_name='close after')),
                ('allowed_authors', models.CharField(choices=[('anyone', 'Guests and accounts'), ('accounts', 'Only accounts of this site')], default='anyone', max_length=12, verbose_name='who can comment')),
                ('votes', models.CharField(choices=[('none', 'No votes'), ('up', 'Only votes for a comment'), ('both', 'Votes for and against'), ('reactions', 'Reactions')], default='up', max_length=12, verbose_name='votes or reactions')),
                ('reactions', cx_feedback.comments.models.site_settings.ReactionsField(default=cx_feedback.comments.rendering.reactions.get_default_reactions, help_text='For sites where readers react instead of voting. Reactions you remove are kept but not shown.', verbose_name='reactions')),
                ('edit_minutes', models.PositiveSmallIntegerField(default=10, help_text='How long authors can edit or delete their own comments; 0: never.', validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='minutes to edit')),
                ('flags_to_hide', models.PositiveSmallIntegerField(default=0, help_text='Number of reports after which a comment goes back to moderation; 0: never.', verbose_name='reports that hide')),
                ('blocked_words', models.TextField(blank=True, help_text='One word or phrase per line. Comments that contain one go to moderation.', verbose_name='blocked words')),
                ('spam_promise', models.PositiveIntegerField(default=500, help_text='At most 1 honest comment in this many goes to the spam. Comments are put aside only once the decisions of your moderators prove it; until then suspected spam waits, last in the queue. 500 needs about 1,500 approved comments without a mistake.', validators=[django.core.validators.MinValueValidator(20), django.core.validators.MaxValueValidator(100000)], verbose_name='honest comments per wrong one in the spam')),
                ('reject_reasons', models.TextField(blank=True, help_text='One per line, up to nine, for moderators to choose from. Leave empty to use the default reasons.', verbose_name='reasons to reject')),
                ('tell_refusals', models.BooleanField(default=True, help_text='When a moderator rejects, hides or deletes a comment or refuses an edit of it with a reason, its author sees the reason and can object once. The same when a moderator edits a comment, with or without a reason. An author with a confirmed address gets an email. Never for spam.', verbose_name='tell authors why')),
                ('alert_hours', models.PositiveSmallIntegerField(default=0, help_text="When a comment or an objection waits longer, the admin's first page says so and the page's moderators get one email, until nothing waits that long; 0: never.", validators=[django.core.validators.MaxValueValidator(8760)], verbose_name='hours until moderators are alerted')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'Comments',
                'verbose_name_plural': 'Comments',
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('spam', 'Spam or advertising'), ('abuse', 'Insults or hate'), ('false', 'False claims'), ('private', "Somebody's private details"), ('off_topic', 'Not about the article'), ('other', 'Something else')], max_length=12, verbose_name='reason')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='explanation by the reader')),
                ('state', models.CharField(choices=[('open', 'Open'), ('upheld', 'Accepted'), ('dismissed', 'Dismissed')], default='open', max_length=12, verbose_name='state')),
                ('batch', models.UUIDField(db_index=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='complaints', to='cx_feedback_comments.comment')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ImportedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'))),
            ],
            options={
                'verbose_name': 'imported page',
                'verbose_name_plural': 'imported pages',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ModerationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(choices=[('awaiting', 'Awaiting email'), ('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('tombstone', 'Deleted by author'), ('erased', 'Erased')], max_length=12, verbose_name='from')),
                ('to_state', models.CharField(choices=[('awaiting', 'Awaiting email'), ('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('tombstone', 'Deleted by author'), ('erased', 'Erased')], max_length=12, verbose_name='to')),
                ('action', models.CharField(blank=True, default='', max_length=12, verbose_name='action')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('revision', models.PositiveIntegerField(editable=False, null=True)),
                ('revision_before', models.PositiveIntegerField(editable=False, null=True)),
                ('spam_findings', models.JSONField(blank=True, default=list)),
                ('batch', models.UUIDField(db_index=True, editable=False, null=True)),
                ('undone', models.BooleanField(default=False, verbose_name='undone')),
                ('wait_seconds', models.PositiveBigIntegerField(editable=False, null=True, verbose_name='time waited')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
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
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='objection')),
                ('state', models.CharField(choices=[('open', 'Open'), ('upheld', 'Accepted'), ('dismissed', 'Dismissed')], default='open', max_length=12, verbose_name='state')),
                ('answer', models.TextField(blank=True, default='', max_length=2000, verbose_name='answer')),
                ('decided_alone', models.BooleanField(default=False)),
                ('batch', models.UUIDField(db_index=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='cx_feedback_comments.comment')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='objection', to='cx_feedback_comments.moderationevent')),
                ('moderator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PastDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(max_length=8)),
                ('kind', models.CharField(max_length=12)),
                ('state', models.CharField(blank=True, default='', max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'count of past decisions',
                'verbose_name_plural': 'counts of past decisions',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('year', 'subject', 'kind', 'state', 'reason'), name='cx_past_decision_once')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(blank=True, choices=[('closed', 'Closed: nobody can comment'), ('all', 'Review every comment before publishing'), ('first', "Review each author's first comment"), ('trusted', 'Publish without review after some approved comments'), ('open', 'Publish immediately and review later')], max_length=12, verbose_name='moderation')),
                ('free_after', models.PositiveSmallIntegerField(blank=True, help_text='Approved comments a verified author needs before being published without review.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='free after')),
                ('close_after', models.PositiveSmallIntegerField(blank=True, help_text='Days after the page was first published; 0: never.', null=True, verbose_name='close after')),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
            ],
            options={
                'verbose_name': 'comment policy',
                'verbose_name_plural': 'comment policies',
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group', verbose_name='group')),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
            ],
            options={
                'verbose_name': 'section of moderators',
                'verbose_name_plural': 'sections of moderators',
            },
        ),
        migrations.CreateModel(
            name='SpamCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_held', models.BooleanField(default=False)),
                ('is_solved', models.BooleanField(default=False)),
                ('holding_points', models.FloatField(default=0)),
                ('sealed', models.TextField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'spam check',
                'verbose_name_plural': 'spam checks',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SpamReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
                ('scorer_verdict', models.CharField(blank=True, choices=[('spam', 'Spam'), ('good', 'Not spam')], max_length=4)),
                ('moderator_verdict', models.CharField(blank=True, choices=[('spam', 'Spam'), ('good', 'Not spam')], max_length=4)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'spam report',
                'verbose_name_plural': 'spam reports',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SpamSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('number', models.PositiveSmallIntegerField()),
                ('weight', models.FloatField(default=1.0)),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_comments.comment')),
            ],
            options={
                'verbose_name': 'spam sample',
                'verbose_name_plural': 'spam samples',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed', models.BooleanField(default=False, verbose_name='closed to new comments')),
                ('published', models.PositiveIntegerField(default=0, editable=False, verbose_name='published')),
                ('version', models.PositiveBigIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
            ],
            options={
                'verbose_name': 'thread',
                'verbose_name_plural': 'threads',
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
                ('state', models.CharField(choices=[('awaiting', 'Awaiting email'), ('pending', 'Waiting'), ('published', 'Published'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('hidden', 'Hidden'), ('tombstone', 'Deleted by author'), ('erased', 'Erased')], max_length=12, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('source', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=64)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='cx_feedback_comments.thread')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('earlier_requests', models.JSONField(blank=True, default=list, editable=False)),
                ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='cx_feedback_comments.comment')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_readers.reader')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='cx_feedback_comments.thread')),
            ],
            options={
                'verbose_name': 'follower',
                'verbose_name_plural': 'followers',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='thread',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='cx_feedback_comments.thread'),
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.SmallIntegerField(choices=[(1, '+1'), (-1, '-1')], verbose_name='vote')),
                ('reaction', models.CharField(blank=True, default='', max_length=12, verbose_name='reaction')),
                ('counted', models.BooleanField(default=True, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('ban', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_comments.ban')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='cx_feedback_comments.comment')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'vote',
                'verbose_name_plural': 'votes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='WaitingAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'alert of waiting comments',
                'verbose_name_plural': 'alerts of waiting comments',
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='ban',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('key', 'kind'), name='cx_ban_once'),
        ),
        migrations.AddIndex(
            model_name='authornote',
            index=models.Index(condition=models.Q(('author_key', ''), _negated=True), fields=['author_key'], name='cx_note_author'),
        ),
        migrations.AddConstraint(
            model_name='authornote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author_key', ''), _negated=True), ('reader__isnull', False), _connector='OR'), name='cx_note_of_somebody'),
        ),
        migrations.AddIndex(
            model_name='commentrevision',
            index=models.Index(condition=models.Q(('replaced_at__isnull', False)), fields=['replaced_at'], name='cx_revision_replaced'),
        ),
        migrations.AddConstraint(
            model_name='commentrevision',
            constraint=models.UniqueConstraint(fields=('comment', 'number'), name='cx_comment_revision'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(fields=('comment', 'reader'), name='cx_flag_once'),
        ),
        migrations.AddConstraint(
            model_name='importedpage',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='cx_imported_page_source'),
        ),
        migrations.AddIndex(
            model_name='moderationevent',
            index=models.Index(fields=['created_at'], name='cx_decision_created_at'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(fields=('group', 'page'), name='cx_comment_section'),
        ),
        migrations.AddConstraint(
            model_name='spamsample',
            constraint=models.UniqueConstraint(fields=('day', 'number'), name='cx_spam_sample_once'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='cx_mention_source'),
        ),
        migrations.AddIndex(
            model_name='follow',
            index=models.Index(fields=['email'], name='cx_follow_email'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', True)), fields=('thread', 'email'), name='cx_follow_thread'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('comment', 'email'), name='cx_follow_comment'),
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
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='cx_comment_answers'),
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
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['suspected', 'id'], name='cx_comment_pending'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('by_staff', False), ('decided_at__isnull', True), ('source', ''), ('state', 'published')), fields=['id'], name='cx_comment_unread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('flags__gt', 0)), fields=['id'], name='cx_comment_flagged'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('proposed__isnull', False)), fields=['id'], name='cx_comment_proposed'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('objected', True)), fields=['id'], name='cx_comment_objected'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('search_text', '')), fields=['id'], name='cx_comment_unsearched'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('shingle_first__isnull', False)), fields=['shingle_first', 'state'], name='cx_comment_alike_first'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('shingle_second__isnull', False)), fields=['shingle_second', 'state'], name='cx_comment_alike_second'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent__isnull', True)), fields=['thread', '-rank', '-key'], name='cx_comment_best'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent__isnull', True), models.Q(('pinned_at__isnull', False), ('picked', True), _connector='OR')), fields=['thread'], name='cx_comment_raised'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('followers_notified', False), ('source', ''), ('state', 'published')), fields=['published_at'], name='cx_comment_unnotified'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('author_key', ''), _negated=True), fields=['author_key', 'state'], name='cx_comment_author'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('client_hash', ''), _negated=True), fields=['created_at'], name='cx_comment_client_hash'),
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
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id', 'source'), name='cx_comment_source'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth', 0), ('parent__isnull', True), ('root__isnull', True)), models.Q(('depth__gte', 1), ('parent__isnull', False), ('root__isnull', False)), _connector='OR'), name='cx_comment_shape'),
        ),
        migrations.AddIndex(
            model_name='vote',
            index=models.Index(condition=models.Q(('counted', False)), fields=['id'], name='cx_vote_uncounted'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('comment', 'reader'), name='cx_vote_once'),
        ),
        migrations.AddConstraint(
            model_name='waitingalert',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('site',), name='cx_waiting_alert_open'),
        ),
    ]
