import cx_feedback.newsletter.issues.blocks
import cx_feedback.newsletter.issues.article_page_types
import cx_feedback.newsletter.models.imports
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import uuid
import wagtail.fields
import wagtail.models.preview
import swapper
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
        ('wagtailcore', '0094_alter_page_locale'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='KnownTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(blank=True, max_length=16)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
            ],
            options={
                'verbose_name': 'known tier',
                'verbose_name_plural': 'known tiers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='MailingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Readers see it in the form and in emails.', max_length=120, unique=True, verbose_name='name')),
                ('description', models.TextField(blank=True, help_text='What subscribers get, and how often.', verbose_name='description')),
                ('consent_wording', models.TextField(blank=True, help_text='Shown below the form and stored with each subscription as proof. Empty: the default text in the language of the page.', verbose_name='wording of the consent')),
                ('from_email', models.CharField(blank=True, help_text="For example: The magazine <hello@example.org>. Empty: the site's sender.", max_length=320, verbose_name='from')),
                ('is_open', models.BooleanField(default=True, verbose_name='takes subscriptions')),
                ('site', models.ForeignKey(blank=True, help_text="Issues are sent in the name of this site and link to it. Leave empty to use the default site. Emails about what happened on a page come from that page's site.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'mailing list',
                'verbose_name_plural': 'mailing lists',
            },
        ),
        migrations.CreateModel(
            name='FollowUpRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For editors; readers do not see it.', max_length=120, verbose_name='name')),
                ('active', models.BooleanField(default=False, help_text='Events that happen while a rule is inactive are not followed up later.', verbose_name='active')),
                ('active_since', models.DateTimeField(editable=False, null=True)),
                ('trigger', models.CharField(choices=[('answered', 'answered a survey'), ('nps_promoter', 'gave an NPS of 9 or 10 (promoter)'), ('nps_passive', 'gave an NPS of 7 or 8 (passive)'), ('nps_detractor', 'gave an NPS of 0 to 6 (detractor)'), ('comment_approved', 'wrote a comment that was approved'), ('comment_answered', 'had a comment answered'), ('subscribed', 'subscribed'), ('fell_silent', 'stopped visiting'), ('won_back', 'came back after an absence'), ('changed_tier', 'changed tier')], max_length=20, verbose_name='when a reader')),
                ('repeat', models.CharField(choices=[('once', 'only the first time'), ('each', 'each time')], default='once', max_length=4, verbose_name='frequency')),
                ('language', models.CharField(blank=True, help_text='Of the subscription.', max_length=12, verbose_name='language')),
                ('wait', models.PositiveIntegerField(default=0, verbose_name='delay')),
                ('wait_unit', models.CharField(choices=[('hours', 'hours'), ('days', 'days')], default='hours', max_length=5, verbose_name='unit')),
                ('answer', models.CharField(blank=True, help_text='For rules that begin with an answer.', max_length=160, verbose_name='only with the answer')),
                ('tiers', models.JSONField(blank=True, default=list, help_text='None ticked: all tiers. For “changed tier”: the new tier.', verbose_name='only in the tiers')),
                ('stop_when_answered', models.BooleanField(default=False, verbose_name='stop when they answer or comment')),
                ('stop_when_back', models.BooleanField(default=False, verbose_name='stop when they come back')),
                ('hold_back', models.PositiveSmallIntegerField(default=0, help_text='An experiment: this share of the readers, chosen at random, gets nothing from this rule. The Loyalty screen then shows whether the others come back more often. Changing the percentage starts a new experiment. 0: no experiment.', validators=[django.core.validators.MaxValueValidator(90)], verbose_name='control group (percent)')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('body', wagtail.fields.RichTextField(verbose_name='text')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('never_after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cx_feedback_newsletter.followuprule', verbose_name='never after an email from')),
                ('only_after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cx_feedback_newsletter.followuprule', verbose_name='only after an email from')),
                ('section', models.ForeignKey(blank=True, help_text='The page where it happened and everything below it. For absences and returns: where the reader was active in the past year.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='only in the section')),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='cx_feedback_newsletter.mailinglist', verbose_name='to subscribers of')),
            ],
            options={
                'verbose_name': 'follow-up rule',
                'verbose_name_plural': 'follow-up rules',
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For editors; readers do not see it.', max_length=120, verbose_name='name')),
                ('active', models.BooleanField(default=False, verbose_name='active')),
                ('page_types', models.JSONField(blank=True, default=cx_feedback.newsletter.issues.article_page_types.get_dated_types, verbose_name='types of pages')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('frequency', models.CharField(choices=[('day', 'every day'), ('week', 'every week'), ('month', 'every month, on its first day')], default='week', max_length=5, verbose_name='frequency')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=4, help_text='For weekly digests.', verbose_name='weekday')),
                ('hour', models.PositiveSmallIntegerField(default=8, help_text='0 to 23.', validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour')),
                ('min_articles', models.PositiveSmallIntegerField(default=1, help_text='With fewer articles no issue is sent. They are included in the next one.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='minimum articles')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('intro', models.TextField(blank=True, verbose_name='text above the articles')),
                ('included_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('section', models.ForeignKey(blank=True, help_text='Only articles below this page. Empty: the whole site.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='section')),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='cx_feedback_newsletter.mailinglist', verbose_name='to subscribers of')),
            ],
            options={
                'verbose_name': 'digest',
                'verbose_name_plural': 'digests',
            },
        ),
        migrations.CreateModel(
            name='NewsletterSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cap_mails', models.PositiveSmallIntegerField(default=5, help_text='Follow-up emails to one reader within this many days; 0: no limit.', verbose_name='at most')),
                ('cap_days', models.PositiveSmallIntegerField(default=7, verbose_name='within days')),
                ('quiet_from', models.TimeField(blank=True, help_text='For example 21:00. Emails from rules then wait until morning. Leave empty for no quiet hours.', null=True, verbose_name='quiet hours from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('track_clicks', models.BooleanField(default=False, help_text="Uses signed links to this site's own pages only. Needed for subject tests.", verbose_name='count clicks')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'Newsletters',
                'verbose_name_plural': 'Newsletters',
            },
        ),
        migrations.CreateModel(
            name='RuleStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('wait', models.PositiveIntegerField(default=3, verbose_name='delay')),
                ('wait_unit', models.CharField(choices=[('hours', 'hours'), ('days', 'days')], default='days', max_length=5, verbose_name='unit')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('body', wagtail.fields.RichTextField(verbose_name='text')),
                ('rule', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='cx_feedback_newsletter.followuprule')),
            ],
            options={
                'verbose_name': 'email in a series',
                'verbose_name_plural': 'emails in a series',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubscriberImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=cx_feedback.newsletter.models.imports._generate_key, editable=False, max_length=16, unique=True)),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('encoding', models.CharField(blank=True, max_length=12)),
                ('headings', models.JSONField(default=list)),
                ('sample', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('uploaded', 'Not checked yet'), ('checking', 'Being checked'), ('checked', 'Checked'), ('running', 'Being imported'), ('done', 'Imported'), ('failed', 'Could not be read')], default='uploaded', max_length=9, verbose_name='state')),
                ('columns', models.JSONField(default=dict)),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('wording', models.TextField(blank=True, verbose_name='consent text')),
                ('agreed_at', models.DateTimeField(null=True, verbose_name='agreed on')),
                ('proof', models.TextField(blank=True, verbose_name='proof of the consent')),
                ('check_counts', models.JSONField(default=dict)),
                ('import_counts', models.JSONField(default=dict)),
                ('problems', models.JSONField(default=list)),
                ('error', models.TextField(blank=True)),
                ('report_language', models.CharField(blank=True, max_length=12)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded at')),
                ('started_at', models.DateTimeField(null=True)),
                ('progress_at', models.DateTimeField(null=True)),
                ('mailing_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cx_feedback_newsletter.mailinglist', verbose_name='mailing list')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import of subscribers',
                'verbose_name_plural': 'imports of subscribers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('subscriber_import', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='cx_feedback_newsletter.subscriberimport')),
            ],
            options={
                'verbose_name': 'part of an import',
                'verbose_name_plural': 'parts of imports',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, max_length=40, verbose_name='time zone')),
                ('state', models.CharField(choices=[('pending', 'Not confirmed yet'), ('confirmed', 'Confirmed'), ('unsubscribed', 'Unsubscribed')], default='pending', max_length=12, verbose_name='state')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='requested on')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed on')),
                ('unsubscribed_at', models.DateTimeField(blank=True, null=True, verbose_name='unsubscribed on')),
                ('consent_wording', models.TextField(blank=True, verbose_name='wording shown')),
                ('consent_version', models.CharField(blank=True, max_length=16, verbose_name='version of the wording')),
                ('consent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='agreed at')),
                ('consent_page_id', models.PositiveIntegerField(blank=True, null=True, verbose_name='on page')),
                ('consent_source', models.CharField(blank=True, max_length=40, verbose_name='source')),
                ('opt_in_count', models.PositiveIntegerField(default=0, editable=False)),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='cx_feedback_newsletter.mailinglist', verbose_name='mailing list')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='subscriptions', to='cx_feedback_readers.reader', verbose_name='reader')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'permissions': [('import_subscription', 'Can import subscribers from a file'), ('export_subscription', 'Can export subscribers to a file')],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wording', models.TextField(blank=True, verbose_name='wording shown')),
                ('version', models.CharField(blank=True, max_length=16, verbose_name='version of the wording')),
                ('given_at', models.DateTimeField(verbose_name='agreed at')),
                ('page_id', models.PositiveIntegerField(null=True, verbose_name='on page')),
                ('source', models.CharField(blank=True, max_length=40, verbose_name='source')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed on')),
                ('ended_at', models.DateTimeField(verbose_name='unsubscribed on')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier_consents', to='cx_feedback_newsletter.subscription')),
            ],
            options={
                'verbose_name': 'earlier consent',
                'verbose_name_plural': 'earlier consents',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('mailing_list', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='cx_feedback_newsletter.mailinglist')),
                ('section', models.ForeignKey(blank=True, help_text='Digests of this topic include the articles below this page.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='section')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='subscription',
            name='topics',
            field=models.ManyToManyField(blank=True, related_name='+', to='cx_feedback_newsletter.topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('language', models.CharField(blank=True, help_text='Of the subscription.', max_length=12, verbose_name='language')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('other_subject', models.CharField(blank=True, help_text='Tested against the subject. The other recipients get the one with more clicks.', max_length=150, verbose_name='second subject')),
                ('test_share', models.PositiveSmallIntegerField(default=20, help_text='Share of the recipients in the test, half of them with each subject.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(100)], verbose_name='test share (percent)')),
                ('test_hours', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='hours until the others get it')),
                ('test_ends_at', models.DateTimeField(editable=False, null=True)),
                ('test_message_ids', models.JSONField(default=list, editable=False)),
                ('winner', models.CharField(blank=True, choices=[('a', 'a'), ('b', 'b')], default='', editable=False, max_length=1)),
                ('preheader', models.CharField(blank=True, help_text='Shown next to the subject in the inbox.', max_length=150, verbose_name='preview text')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('articles', 5), ('picture', 9), ('button', 13), ('question', 16), ('line', 17)], block_lookup={0: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Heading', 'max_length': 120, 'template': 'cx_feedback/newsletter/mail/parts/heading.mjml'}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ol', 'ul', 'h2', 'h3'], 'label': 'Text', 'template': 'cx_feedback/newsletter/mail/parts/text.mjml'}), 2: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Article'}), 3: ('wagtail.blocks.ListBlock', (2,), {'label': 'Articles'}), 4: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'With pictures', 'required': False}), 5: ('wagtail.blocks.StructBlock', [[('pages', 3), ('pictures', 4)]], {}), 6: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 7: ('wagtail.blocks.CharBlock', (), {'help_text': "Describe the picture for people who can't see it.", 'label': 'Alt text', 'max_length': 200}), 8: ('wagtail.blocks.URLBlock', (), {'label': 'Link', 'required': False}), 9: ('wagtail.blocks.StructBlock', [[('image', 6), ('alt', 7), ('link', 8)]], {}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Button text', 'max_length': 60}), 11: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 12: ('wagtail.blocks.URLBlock', (), {'label': 'Or address', 'required': False}), 13: ('wagtail.blocks.StructBlock', [[('label', 10), ('page', 11), ('link', 12)]], {}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Question', 'max_length': 200}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': cx_feedback.newsletter.issues.blocks.get_scale_choices, 'label': 'Answers of'}), 16: ('wagtail.blocks.StructBlock', [[('words', 14), ('answers', 15)]], {}), 17: ('wagtail.blocks.static_block.StaticBlock', (), {'icon': 'horizontalrule', 'label': 'Line', 'template': 'cx_feedback/newsletter/mail/parts/line.mjml'})}, verbose_name='content')),
                ('in_archive', models.BooleanField(default=True, help_text='Anybody can read it on the site and in the feed once it has been sent.', verbose_name='in the web archive')),
                ('digest_at', models.DateTimeField(editable=False, null=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('posted', 'Queued')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('send_at', models.DateTimeField(editable=False, null=True, verbose_name='goes out at')),
                ('posted_at', models.DateTimeField(editable=False, null=True, verbose_name='sent at')),
                ('recipients', models.PositiveIntegerField(default=0, editable=False, verbose_name='recipients')),
                ('problem', models.TextField(blank=True, editable=False)),
                ('sent_html', models.TextField(blank=True, default='', editable=False)),
                ('sent_other_html', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('digest', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='issues', to='cx_feedback_newsletter.digest')),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='cx_feedback_newsletter.mailinglist', verbose_name='to subscribers of')),
                ('topics', modelcluster.fields.ParentalManyToManyField(blank=True, help_text='Goes to subscribers who chose one of these topics, or no topic at all. None ticked: everyone.', related_name='+', to='cx_feedback_newsletter.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'issue',
                'verbose_name_plural': 'issues',
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.AddField(
            model_name='digest',
            name='topics',
            field=modelcluster.fields.ParentalManyToManyField(blank=True, help_text='Only new articles in the sections of these topics. None ticked: all.', related_name='+', to='cx_feedback_newsletter.topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trigger_key', models.CharField(max_length=40)),
                ('step', models.BigIntegerField(default=0)),
                ('activity_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('posted', 'Queued'), ('skipped', 'Skipped'), ('held', 'Control group')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('postponed_from', models.DateTimeField(null=True)),
                ('triggered_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cx_feedback_readers.reader')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='cx_feedback_newsletter.followuprule')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='cx_follow_up_due'), models.Index(condition=models.Q(('state__in', ['held', 'skipped'])), fields=['due_at'], name='cx_follow_up_not_sent'), models.Index(condition=models.Q(('activity_id__isnull', False)), fields=['activity_id'], name='cx_follow_up_activity')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'reader', 'trigger_key', 'step'), name='cx_follow_up_once')],
            },
        ),
        migrations.AddIndex(
            model_name='followuprule',
            index=models.Index(condition=models.Q(('active', True)), fields=['trigger'], name='cx_rule_active'),
        ),
        migrations.AddConstraint(
            model_name='importpart',
            constraint=models.UniqueConstraint(fields=('subscriber_import', 'number'), name='cx_import_part'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('mailing_list', 'name'), name='cx_topic_once'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['email'], name='cx_subscription_email'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['mailing_list', 'state'], name='cx_subscription_state'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('mailing_list', 'email'), name='cx_subscription_once'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['send_at'], name='cx_issue_scheduled'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(condition=models.Q(('digest__isnull', False)), fields=('digest', 'digest_at'), name='cx_issue_of_digest'),
        ),
    ]
