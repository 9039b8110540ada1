import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
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
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'Letter'), ('detractor', 'Low score'), ('answer', 'Answer'), ('comment', 'Comment')], max_length=10, verbose_name='kind')),
                ('matter', models.CharField(editable=False, max_length=80)),
                ('subject', models.CharField(blank=True, default='', max_length=150, verbose_name='subject')),
                ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='email')),
                ('verified', models.BooleanField(default=False, editable=False, verbose_name='address verified')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('state', models.CharField(choices=[('new', 'New'), ('open', 'Open'), ('waiting', 'Waiting for the reader'), ('snoozed', 'Snoozed'), ('closed', 'Closed')], default='new', max_length=8, verbose_name='state')),
                ('outcome', models.CharField(blank=True, choices=[('solved', 'Solved'), ('answered', 'Answered'), ('no_answer_needed', 'No answer needed'), ('by_reader', 'Closed by the reader'), ('spam', 'Spam'), ('merged', 'Merged with another')], default='', max_length=16, verbose_name='outcome')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('last_message_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last message')),
                ('waiting_since', models.DateTimeField(editable=False, null=True)),
                ('due_at', models.DateTimeField(editable=False, null=True, verbose_name='due')),
                ('first_answer_at', models.DateTimeField(editable=False, null=True, verbose_name='first answer')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed at')),
                ('snoozed_until', models.DateTimeField(editable=False, null=True, verbose_name='snoozed until')),
                ('rating', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='rating')),
                ('rated_at', models.DateTimeField(editable=False, null=True)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_conversations.conversation')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader', verbose_name='reader')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'permissions': [('answer_conversation', 'Can read and answer conversations with readers')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ConversationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('begin', 'begun'), ('join', 'written to again'), ('answer', 'answered'), ('note', 'note written'), ('assign', 'assigned'), ('snooze', 'snoozed'), ('wake', 'taken up again'), ('close', 'closed'), ('reopen', 'opened again'), ('merge', 'merged'), ('tag', 'tags changed'), ('rate', 'rated')], max_length=8)),
                ('version', models.PositiveIntegerField()),
                ('detail', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='cx_feedback_conversations.conversation')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'event of a conversation',
                'verbose_name_plural': 'events of conversations',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ConversationMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('direction', models.CharField(choices=[('in', 'From the reader'), ('out', 'To the reader'), ('note', 'Internal note')], max_length=4)),
                ('text', models.TextField(verbose_name='text')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('message_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('idempotency_key', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='cx_feedback_conversations.conversation')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ConversationLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cx_feedback_conversations.conversation')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cx_feedback_conversations.conversationmessage')),
            ],
            options={
                'verbose_name': 'link to a conversation',
                'verbose_name_plural': 'links to conversations',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ConversationTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='tag')),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='cx_feedback_conversations.conversation')),
            ],
            options={
                'verbose_name': 'tag of a conversation',
                'verbose_name_plural': 'tags of conversations',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['state', 'last_message_at'], name='cx_conversation_state'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='cx_conversation_due'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('state', 'snoozed')), fields=['snoozed_until'], name='cx_conversation_wakes'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('email', ''), _negated=True), fields=['email'], name='cx_conversation_email'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('reader', 'matter'), name='cx_conversation_once'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('outcome', '')), _connector='OR'), name='cx_conversation_closed'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('snoozed_until__isnull', False), ('state', 'snoozed')), models.Q(models.Q(('state', 'snoozed'), _negated=True), ('snoozed_until__isnull', True)), _connector='OR'), name='cx_conversation_snoozed'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(('rating__isnull', True), models.Q(('rating__gte', 1), ('rating__lte', 7)), _connector='OR'), name='cx_conversation_rating'),
        ),
        migrations.AddIndex(
            model_name='conversationevent',
            index=models.Index(fields=['conversation', 'version'], name='cx_conversation_event'),
        ),
        migrations.AddIndex(
            model_name='conversationmessage',
            index=models.Index(fields=['conversation', 'id'], name='cx_conversation_message'),
        ),
        migrations.AddConstraint(
            model_name='conversationmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('idempotency_key',), name='cx_conversation_message_once'),
        ),
        migrations.AddConstraint(
            model_name='conversationmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('direction', 'in'), _negated=True), ('author__isnull', True), _connector='OR'), name='cx_conversation_message_author'),
        ),
        migrations.AddIndex(
            model_name='conversationtag',
            index=models.Index(fields=['name'], name='cx_conversation_tag_name'),
        ),
        migrations.AddConstraint(
            model_name='conversationtag',
            constraint=models.UniqueConstraint(models.F('conversation'), django.db.models.functions.text.Lower('name'), name='cx_conversation_tag_once'),
        ),
    ]
