import datetime
import django.core.validators
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
        ('auth', '0012_alter_user_first_name_max_length'),
        ('cx_feedback_readers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('monday', models.CharField(blank=True, default='', max_length=120, verbose_name='Monday')),
                ('tuesday', models.CharField(blank=True, default='', max_length=120, verbose_name='Tuesday')),
                ('wednesday', models.CharField(blank=True, default='', max_length=120, verbose_name='Wednesday')),
                ('thursday', models.CharField(blank=True, default='', max_length=120, verbose_name='Thursday')),
                ('friday', models.CharField(blank=True, default='', max_length=120, verbose_name='Friday')),
                ('saturday', models.CharField(blank=True, default='', max_length=120, verbose_name='Saturday')),
                ('sunday', models.CharField(blank=True, default='', max_length=120, verbose_name='Sunday')),
                ('country', models.CharField(blank=True, default='', help_text='Its code of two letters, such as ES. Empty: no public holidays.', max_length=2, verbose_name='public holidays of the country')),
                ('region', models.CharField(blank=True, default='', help_text='Its code, such as MD for Madrid, for the holidays it has besides.', max_length=40, verbose_name='region')),
                ('closing_days', models.TextField(blank=True, default='', help_text='One a line, with a note if you like: 2026-12-24 Christmas Eve, or 2026-08-01 - 2026-08-15 summer.', max_length=10000, verbose_name='closing days')),
            ],
            options={
                'verbose_name': 'calendar of working hours',
                'verbose_name_plural': 'calendars of working hours',
            },
        ),
        migrations.CreateModel(
            name='CheckedResponse',
            fields=[
                ('activity_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('checked_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'checked response',
                'verbose_name_plural': 'checked responses',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'Letter'), ('detractor', 'Low score'), ('answer', 'Answer'), ('comment', 'Comment')], max_length=10, verbose_name='kind')),
                ('matter', models.CharField(editable=False, max_length=80)),
                ('to_author', models.BooleanField(default=False, editable=False, verbose_name='to the author')),
                ('subject', models.CharField(blank=True, default='', max_length=150, verbose_name='subject')),
                ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='email')),
                ('verified', models.BooleanField(default=False, editable=False, verbose_name='address verified')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('state', models.CharField(choices=[('new', 'New'), ('open', 'Open'), ('waiting', 'Waiting for the reader'), ('snoozed', 'Snoozed'), ('closed', 'Closed'), ('spam', 'Set aside as spam')], default='new', max_length=8, verbose_name='state')),
                ('outcome', models.CharField(blank=True, choices=[('solved', 'Solved'), ('answered', 'Answered'), ('no_answer_needed', 'No answer needed'), ('by_reader', 'Closed by the reader'), ('spam', 'Spam'), ('merged', 'Merged with another')], default='', max_length=16, verbose_name='outcome')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('search_text', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('last_message_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last message')),
                ('waiting_since', models.DateTimeField(editable=False, null=True)),
                ('due_at', models.DateTimeField(editable=False, null=True, verbose_name='due')),
                ('urgent_at', models.DateTimeField(editable=False, null=True)),
                ('comes_later', models.BooleanField(editable=False, null=True)),
                ('first_answer_at', models.DateTimeField(editable=False, null=True, verbose_name='first answer')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed at')),
                ('snoozed_until', models.DateTimeField(editable=False, null=True, verbose_name='snoozed until')),
                ('rating', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='rating')),
                ('rated_at', models.DateTimeField(editable=False, null=True)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_conversations.conversation')),
                ('page', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader', verbose_name='reader')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'permissions': [('answer_conversation', 'Can read and answer conversations with readers')],
                'default_permissions': (),
                'indexes': [models.Index(fields=['state', 'last_message_at'], name='cx_conversation_state'), models.Index(condition=models.Q(('state__in', ['new', 'open'])), fields=['assignee', 'last_message_at'], name='cx_conversation_mine'), models.Index(fields=['page', 'state'], name='cx_conversation_page_state'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'state'], name='cx_conversation_due'), models.Index(condition=models.Q(('state', 'snoozed')), fields=['snoozed_until'], name='cx_conversation_wakes'), models.Index(condition=models.Q(('email', ''), _negated=True), fields=['email'], name='cx_conversation_email')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['closed', 'spam']), _negated=True), fields=('reader', 'matter'), name='cx_conversation_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('outcome', '')), _connector='OR'), name='cx_conversation_closed'), models.CheckConstraint(condition=models.Q(models.Q(('snoozed_until__isnull', False), ('state', 'snoozed')), models.Q(models.Q(('state', 'snoozed'), _negated=True), ('snoozed_until__isnull', True)), _connector='OR'), name='cx_conversation_snoozed'), models.CheckConstraint(condition=models.Q(('rating__isnull', True), models.Q(('rating__gte', 1), ('rating__lte', 7)), _connector='OR'), name='cx_conversation_rating')],
            },
        ),
        migrations.CreateModel(
            name='ConversationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draws_order', models.BooleanField(default=False, help_text='An experiment: half of the readers, drawn by lot, come after the others in the inbox. Whoever has less than half of the promised time left comes before all, and nobody comes later without a promise or while somebody is late. “Did it help?” shows whether those who came first come back more often. Turning it off and on begins a new experiment.', verbose_name='draw the order of the inbox by lot')),
                ('drawn_since', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'conversations',
                'verbose_name_plural': 'conversations',
                'default_permissions': ('change',),
            },
        ),
        migrations.CreateModel(
            name='MentionPreference',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('by_mail', models.BooleanField(default=True, help_text='Receive a mail when an internal note about a conversation mentions you', verbose_name='mentions in conversations')),
            ],
            options={
                'verbose_name': 'mails for mentions',
                'verbose_name_plural': 'mails for mentions',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PromiseVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SavedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, unique=True, verbose_name='title')),
                ('text', models.TextField(help_text="{reader}: the reader's name, {subject}: the subject, {page}: the title of the page, {link}: its address, {editor}: your name, {site}: the name of the site. What isn't known stays in braces.", max_length=4000, verbose_name='text')),
            ],
            options={
                'verbose_name': 'saved answer',
                'verbose_name_plural': 'saved answers',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='AssignmentTurn',
            fields=[
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='auth.group')),
                ('last_account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'turn of a group',
                'verbose_name_plural': 'turns of groups',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ConversationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('begin', 'begun'), ('join', 'written to again'), ('answer', 'answered'), ('note', 'note written'), ('assign', 'assigned'), ('snooze', 'snoozed'), ('wake', 'taken up again'), ('close', 'closed'), ('reopen', 'opened again'), ('merge', 'merged'), ('accept', 'taken out of the spam'), ('tag', 'tags changed'), ('rate', 'rated'), ('remove', 'comment removed')], max_length=8)),
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
                'indexes': [models.Index(fields=['conversation', 'version'], name='cx_conversation_event')],
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
                ('comment_id', models.PositiveBigIntegerField(editable=False, null=True)),
                ('by_mail', models.BooleanField(default=True, editable=False)),
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
                'indexes': [models.Index(fields=['conversation', 'id'], name='cx_conversation_message'), models.Index(condition=models.Q(('comment_id__isnull', False)), fields=['comment_id'], name='cx_message_comment')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('idempotency_key',), name='cx_conversation_message_once'), models.CheckConstraint(condition=models.Q(models.Q(('direction', 'in'), _negated=True), ('author__isnull', True), _connector='OR'), name='cx_conversation_message_author'), models.CheckConstraint(condition=models.Q(('by_mail', True), models.Q(('comment_id__isnull', False), ('direction', 'out')), _connector='OR'), name='cx_conversation_message_answers')],
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
            name='ConversationRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('active', models.BooleanField(default=False, help_text='Responses from before a rule is active begin no conversation.', verbose_name='active')),
                ('active_since', models.DateTimeField(editable=False, null=True)),
                ('trigger', models.CharField(choices=[('detractor', 'gave an NPS of 0 to 6 (detractor)'), ('nps', 'gave an NPS of at most'), ('csat', 'gave a CSAT of at most'), ('ces', 'gave a CES of at most'), ('answer', 'gave one of the answers')], max_length=10, verbose_name='when a reader')),
                ('limit', models.PositiveSmallIntegerField(blank=True, help_text='For scores: NPS from 0 to 10, CSAT from 1 to 5, CES from 1 to 7.', null=True, verbose_name='at most')),
                ('answers', models.JSONField(blank=True, default=list, help_text='For “gave one of the answers”: one is enough.', verbose_name='answers')),
                ('with_known_address', models.BooleanField(default=False, help_text='Those who confirmed an address elsewhere. Tick it only if they were told there that you write about their answers. Otherwise a conversation begins only with readers who left an address in the response.', verbose_name='readers without an address in the response too')),
                ('assignee', models.ForeignKey(blank=True, help_text="If they may answer it and aren't away; otherwise the assignment rules say who gets it.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('section', models.ForeignKey(blank=True, help_text='The page of the response and all pages below it. Empty: all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='only in the section')),
            ],
            options={
                'verbose_name': 'rule for conversations',
                'verbose_name_plural': 'rules for conversations',
                'constraints': [models.CheckConstraint(condition=models.Q(('active', False), ('active_since__isnull', False), _connector='OR'), name='cx_conversation_rule_since')],
            },
        ),
        migrations.CreateModel(
            name='ConversationSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group', verbose_name='group')),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page')),
            ],
            options={
                'verbose_name': 'section of editors',
                'verbose_name_plural': 'sections of editors',
                'constraints': [models.UniqueConstraint(fields=('group', 'page'), name='cx_conversation_section')],
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
                'indexes': [models.Index(fields=['name'], name='cx_conversation_tag_name')],
                'constraints': [models.UniqueConstraint(models.F('conversation'), django.db.models.functions.text.Lower('name'), name='cx_conversation_tag_once')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='cx_feedback_conversations.conversationmessage')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('message', 'account'), name='cx_mention_of_account')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('letter', 'Letter'), ('detractor', 'Low score'), ('answer', 'Answer'), ('comment', 'Comment')], default='', max_length=10, verbose_name='reason')),
                ('tier', models.CharField(blank=True, choices=[('new', 'New'), ('fly_by', 'One-time'), ('casual', 'Casual'), ('loyal', 'Loyal'), ('lover', 'Enthusiast'), ('at_risk', 'At risk'), ('lost', 'Lapsed'), ('won_back', 'Won back'), ('program', 'Probably a program')], default='', max_length=16, verbose_name='tier of the reader')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Of the promises that fit a conversation, the smallest counts.', verbose_name='order')),
                ('first_answer', models.PositiveIntegerField(blank=True, help_text='In working minutes: 240 are four hours. Empty: nothing is promised.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30000)], verbose_name='first answer within')),
                ('next_answer', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30000)], verbose_name='further answers within')),
                ('closing', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30000)], verbose_name='closed within')),
                ('remind_before', models.PositiveIntegerField(blank=True, help_text='Working minutes before the promised time, at which the one who is to answer gets a mail. Empty: no mail.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30000)], verbose_name='remind before')),
                ('escalate_after', models.PositiveIntegerField(blank=True, help_text='Working minutes after the promised time, at which the group below gets a mail. Empty: no mail.', null=True, validators=[django.core.validators.MaxValueValidator(30000)], verbose_name='escalate after')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='cx_feedback_conversations.calendar', verbose_name='calendar of working hours')),
                ('escalate_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='escalate to')),
                ('section', models.ForeignKey(blank=True, help_text='This page and all pages below it. Empty: all sections.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='section')),
            ],
            options={
                'verbose_name': 'promise to readers',
                'verbose_name_plural': 'promises to readers',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('first_answer', None), ('first_answer__gt', 0), _connector='OR'), models.Q(('next_answer', None), ('next_answer__gt', 0), _connector='OR'), models.Q(('closing', None), ('closing__gt', 0), _connector='OR')), name='cx_promise_minutes')],
            },
        ),
        migrations.CreateModel(
            name='PromiseClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('goal', models.CharField(choices=[('first', 'First answer'), ('next', 'Further answer'), ('closing', 'Closing')], max_length=7)),
                ('minutes', models.PositiveIntegerField(null=True)),
                ('begun_at', models.DateTimeField()),
                ('used', models.DurationField(default=datetime.timedelta)),
                ('running_since', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('urgent_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('escalate_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('on_time', models.BooleanField(null=True)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cx_feedback_conversations.conversation')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('promise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_conversations.promise')),
            ],
            options={
                'verbose_name': 'clock of a promise',
                'verbose_name_plural': 'clocks of promises',
                'default_permissions': (),
                'indexes': [models.Index(fields=['conversation'], name='cx_clock_conversation'), models.Index(condition=models.Q(('done_at', None)), fields=['version', 'conversation'], name='cx_clock_version'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='cx_clock_remind'), models.Index(condition=models.Q(('escalate_at__isnull', False)), fields=['escalate_at'], name='cx_clock_escalate'), models.Index(fields=['begun_at'], name='cx_clock_begun')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at', None)), fields=('conversation', 'goal'), name='cx_clock_open_once'), models.UniqueConstraint(condition=models.Q(('goal', 'next'), _negated=True), fields=('conversation', 'goal'), name='cx_clock_goal_once'), models.CheckConstraint(condition=models.Q(('running_since__isnull', False), models.Q(('due_at', None), ('escalate_at', None), ('remind_at', None)), _connector='OR'), name='cx_clock_stands'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('on_time', None)), models.Q(('done_at__isnull', False), ('running_since', None)), _connector='OR'), name='cx_clock_done')],
            },
        ),
        migrations.CreateModel(
            name='PromiseNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('reminder', 'Reminder'), ('escalation', 'Escalation')], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('clock', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='cx_feedback_conversations.promiseclock')),
            ],
            options={
                'verbose_name': 'mail about a promise',
                'verbose_name_plural': 'mails about promises',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('clock', 'step'), name='cx_promise_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(help_text='The last day away.', verbose_name='until')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='cx_absence_days')],
            },
        ),
        migrations.CreateModel(
            name='AssignmentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('letter', 'Letter'), ('detractor', 'Low score'), ('answer', 'Answer'), ('comment', 'Comment')], default='', max_length=10, verbose_name='reason')),
                ('tier', models.CharField(blank=True, choices=[('new', 'New'), ('fly_by', 'One-time'), ('casual', 'Casual'), ('loyal', 'Loyal'), ('lover', 'Enthusiast'), ('at_risk', 'At risk'), ('lost', 'Lapsed'), ('won_back', 'Won back'), ('program', 'Probably a program')], default='', max_length=16, verbose_name='tier of the reader')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='Of the rules that fit a conversation, the smallest counts.', verbose_name='order')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('language', models.CharField(blank=True, default='', max_length=12, verbose_name='language')),
                ('target', models.CharField(choices=[('account', 'the account below'), ('group', 'the group below, in turn'), ('author', 'the author of the page')], default='account', max_length=8, verbose_name='assign to')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('author', models.ForeignKey(blank=True, help_text='The owner of the page in Wagtail.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author of the page')),
                ('group', models.ForeignKey(blank=True, help_text="Whoever has the fewest open conversations is next. With an account or the author, the group gets what these can't have, because they are away or may not answer it.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='group')),
                ('section', models.ForeignKey(blank=True, help_text='This page and all pages below it. Empty: all sections.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='section')),
            ],
            options={
                'verbose_name': 'assignment rule',
                'verbose_name_plural': 'assignment rules',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('target', 'account'), ('account', None), _connector='OR'), name='cx_assignment_account')],
            },
        ),
        migrations.CreateModel(
            name='ReturnExpectation',
            fields=[
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='expectation', serialize=False, to='cx_feedback_conversations.conversation')),
                ('probability', models.FloatField(null=True)),
                ('weeks', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'expected return',
                'verbose_name_plural': 'expected returns',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('probability__isnull', True), ('weeks', 0)), models.Q(('probability__gte', 0), ('probability__lte', 1), ('weeks__gte', 1)), _connector='OR'), name='cx_expected_return')],
            },
        ),
    ]
