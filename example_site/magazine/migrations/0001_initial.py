import django.db.models.deletion
import django.utils.timezone
import modelcluster.contrib.taggit
import modelcluster.fields
import modelsearch.index
import uuid
import wagtail.contrib.routable_page.models
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtaildocs', '0014_alter_document_file_size'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticleIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'article index',
                'verbose_name_plural': 'article indexes',
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('menu_title', models.CharField(blank=True, max_length=40, verbose_name='name in the menu')),
                ('lead', models.TextField(blank=True, verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('paragraph', 0), ('heading', 1), ('quote', 4), ('image', 7), ('key_figure', 10), ('subscribe', 18), ('guide', 23), ('survey', 25), ('nps', 27), ('comments', 30)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ol', 'ul', 'document-link'], 'label': 'Paragraph'}), 1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Heading', 'template': 'magazine/blocks/heading.html'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 2), ('source', 3)]], {}), 5: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 5), ('caption', 6)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Figure', 'max_length': 24}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'What it means'}), 10: ('wagtail.blocks.StructBlock', [[('figure', 8), ('meaning', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the list's name.", 'label': 'Heading', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.TextBlock', (), {'help_text': "Empty: the list's description.", 'label': 'Text', 'required': False, 'rows': 2}), 13: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Empty: the first list that takes subscriptions.', 'label': 'Mailing list', 'required': False}), 14: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {}), 15: ('wagtail.blocks.ListBlock', (14,), {'default': [], 'help_text': 'With more lists, readers tick the ones they want.', 'label': 'More lists', 'required': False}), 16: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Readers who tick none get all topics of a list.', 'label': 'Offer the topics', 'required': False}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'Ask for the name too', 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('heading', 11), ('text', 12), ('mailing_list', 13), ('more_lists', 15), ('offer_topics', 16), ('ask_name', 17)]], {}), 19: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Empty: its title.', 'label': 'Heading', 'max_length': 120, 'required': False}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'required': False, 'rows': 2}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Offered as an unticked checkbox. Leave empty to offer none.', 'label': 'Mailing list', 'required': False}), 23: ('wagtail.blocks.StructBlock', [[('document', 19), ('heading', 20), ('text', 21), ('mailing_list', 22)]], {}), 24: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_surveys.Survey',), {'label': 'Survey'}), 25: ('wagtail.blocks.StructBlock', [[('survey', 24)]], {}), 26: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_nps.NPSWidget',), {'label': 'NPS widget'}), 27: ('wagtail.blocks.StructBlock', [[('widget', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'help_text': 'Above the thread; “Comments” when empty.', 'label': 'Heading', 'max_length': 120, 'required': False}), 29: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('newest', 'Newest first'), ('oldest', 'Oldest first'), ('best', 'Best first')], 'help_text': 'The order of first-level comments. Replies are always shown in the order of writing.', 'label': 'Order'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 28), ('order', 29)]], {})}, verbose_name='body')),
            ],
            options={
                'verbose_name': 'plain page',
                'verbose_name_plural': 'plain pages',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, verbose_name='slug')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('colour', models.CharField(choices=[('coral', 'Coral'), ('teal', 'Teal'), ('ochre', 'Ochre'), ('plum', 'Plum'), ('blue', 'Blue')], default='coral', max_length=12, verbose_name='colour')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['name'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('slug', 'locale'), name='magazine_category_slug_locale')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='GuidePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('menu_title', models.CharField(blank=True, max_length=40, verbose_name='name in the menu')),
                ('lead', models.TextField(verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('paragraph', 0), ('heading', 1), ('quote', 4), ('image', 7), ('key_figure', 10), ('subscribe', 18), ('guide', 23), ('survey', 25), ('nps', 27), ('comments', 30)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ol', 'ul', 'document-link'], 'label': 'Paragraph'}), 1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Heading', 'template': 'magazine/blocks/heading.html'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 2), ('source', 3)]], {}), 5: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 5), ('caption', 6)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Figure', 'max_length': 24}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'What it means'}), 10: ('wagtail.blocks.StructBlock', [[('figure', 8), ('meaning', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the list's name.", 'label': 'Heading', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.TextBlock', (), {'help_text': "Empty: the list's description.", 'label': 'Text', 'required': False, 'rows': 2}), 13: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Empty: the first list that takes subscriptions.', 'label': 'Mailing list', 'required': False}), 14: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {}), 15: ('wagtail.blocks.ListBlock', (14,), {'default': [], 'help_text': 'With more lists, readers tick the ones they want.', 'label': 'More lists', 'required': False}), 16: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Readers who tick none get all topics of a list.', 'label': 'Offer the topics', 'required': False}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'Ask for the name too', 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('heading', 11), ('text', 12), ('mailing_list', 13), ('more_lists', 15), ('offer_topics', 16), ('ask_name', 17)]], {}), 19: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Empty: its title.', 'label': 'Heading', 'max_length': 120, 'required': False}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'required': False, 'rows': 2}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Offered as an unticked checkbox. Leave empty to offer none.', 'label': 'Mailing list', 'required': False}), 23: ('wagtail.blocks.StructBlock', [[('document', 19), ('heading', 20), ('text', 21), ('mailing_list', 22)]], {}), 24: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_surveys.Survey',), {'label': 'Survey'}), 25: ('wagtail.blocks.StructBlock', [[('survey', 24)]], {}), 26: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_nps.NPSWidget',), {'label': 'NPS widget'}), 27: ('wagtail.blocks.StructBlock', [[('widget', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'help_text': 'Above the thread; “Comments” when empty.', 'label': 'Heading', 'max_length': 120, 'required': False}), 29: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('newest', 'Newest first'), ('oldest', 'Oldest first'), ('best', 'Best first')], 'help_text': 'The order of first-level comments. Replies are always shown in the order of writing.', 'label': 'Order'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 28), ('order', 29)]], {})}, verbose_name='body')),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='cover')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtaildocs.document', verbose_name='document')),
            ],
            options={
                'verbose_name': 'guide',
                'verbose_name_plural': 'guides',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='NewsletterPage',
            fields=[
                ('standardpage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='magazine.standardpage')),
            ],
            options={
                'verbose_name': 'newsletter page',
                'verbose_name_plural': 'newsletter pages',
            },
            bases=('magazine.standardpage',),
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, verbose_name='slug')),
                ('role', models.CharField(blank=True, max_length=160, verbose_name='role')),
                ('biography', models.TextField(blank=True, verbose_name='biography')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('portrait', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='portrait')),
            ],
            options={
                'verbose_name': 'author',
                'verbose_name_plural': 'authors',
                'ordering': ['name'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('slug', 'locale'), name='magazine_person_slug_locale')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='ArticlePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('date', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('lead', models.TextField(help_text='Two sentences that make one want to read on.', verbose_name='lead')),
                ('image_alt', models.CharField(blank=True, help_text='For readers who do not see it.', max_length=255, verbose_name='what the image shows')),
                ('body', wagtail.fields.StreamField([('paragraph', 0), ('heading', 1), ('quote', 4), ('image', 7), ('key_figure', 10), ('subscribe', 18), ('guide', 23), ('survey', 25), ('nps', 27), ('comments', 30)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ol', 'ul', 'document-link'], 'label': 'Paragraph'}), 1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Heading', 'template': 'magazine/blocks/heading.html'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 2), ('source', 3)]], {}), 5: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 5), ('caption', 6)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Figure', 'max_length': 24}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'What it means'}), 10: ('wagtail.blocks.StructBlock', [[('figure', 8), ('meaning', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the list's name.", 'label': 'Heading', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.TextBlock', (), {'help_text': "Empty: the list's description.", 'label': 'Text', 'required': False, 'rows': 2}), 13: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Empty: the first list that takes subscriptions.', 'label': 'Mailing list', 'required': False}), 14: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {}), 15: ('wagtail.blocks.ListBlock', (14,), {'default': [], 'help_text': 'With more lists, readers tick the ones they want.', 'label': 'More lists', 'required': False}), 16: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Readers who tick none get all topics of a list.', 'label': 'Offer the topics', 'required': False}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'Ask for the name too', 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('heading', 11), ('text', 12), ('mailing_list', 13), ('more_lists', 15), ('offer_topics', 16), ('ask_name', 17)]], {}), 19: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Empty: its title.', 'label': 'Heading', 'max_length': 120, 'required': False}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'required': False, 'rows': 2}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Offered as an unticked checkbox. Leave empty to offer none.', 'label': 'Mailing list', 'required': False}), 23: ('wagtail.blocks.StructBlock', [[('document', 19), ('heading', 20), ('text', 21), ('mailing_list', 22)]], {}), 24: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_surveys.Survey',), {'label': 'Survey'}), 25: ('wagtail.blocks.StructBlock', [[('survey', 24)]], {}), 26: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_nps.NPSWidget',), {'label': 'NPS widget'}), 27: ('wagtail.blocks.StructBlock', [[('widget', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'help_text': 'Above the thread; “Comments” when empty.', 'label': 'Heading', 'max_length': 120, 'required': False}), 29: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('newest', 'Newest first'), ('oldest', 'Oldest first'), ('best', 'Best first')], 'help_text': 'The order of first-level comments. Replies are always shown in the order of writing.', 'label': 'Order'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 28), ('order', 29)]], {})}, verbose_name='body')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='image')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ArticleTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='tagged_items', to='magazine.articlepage')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='magazine_articles', to='taggit.tag')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('tagline', models.CharField(blank=True, max_length=200, verbose_name='tagline')),
                ('foot', wagtail.fields.StreamField([('paragraph', 0), ('heading', 1), ('quote', 4), ('image', 7), ('key_figure', 10), ('subscribe', 18), ('guide', 23)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'ol', 'ul', 'document-link'], 'label': 'Paragraph'}), 1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Heading', 'template': 'magazine/blocks/heading.html'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 2), ('source', 3)]], {}), 5: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 7: ('wagtail.blocks.StructBlock', [[('image', 5), ('caption', 6)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Figure', 'max_length': 24}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'What it means'}), 10: ('wagtail.blocks.StructBlock', [[('figure', 8), ('meaning', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the list's name.", 'label': 'Heading', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.TextBlock', (), {'help_text': "Empty: the list's description.", 'label': 'Text', 'required': False, 'rows': 2}), 13: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Empty: the first list that takes subscriptions.', 'label': 'Mailing list', 'required': False}), 14: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {}), 15: ('wagtail.blocks.ListBlock', (14,), {'default': [], 'help_text': 'With more lists, readers tick the ones they want.', 'label': 'More lists', 'required': False}), 16: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Readers who tick none get all topics of a list.', 'label': 'Offer the topics', 'required': False}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'Ask for the name too', 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('heading', 11), ('text', 12), ('mailing_list', 13), ('more_lists', 15), ('offer_topics', 16), ('ask_name', 17)]], {}), 19: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Empty: its title.', 'label': 'Heading', 'max_length': 120, 'required': False}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'required': False, 'rows': 2}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('cx_feedback_newsletter.MailingList',), {'help_text': 'Offered as an unticked checkbox. Leave empty to offer none.', 'label': 'Mailing list', 'required': False}), 23: ('wagtail.blocks.StructBlock', [[('document', 19), ('heading', 20), ('text', 21), ('mailing_list', 22)]], {})}, help_text='The place for the newsletter sign-up.', verbose_name='foot of the page')),
                ('featured', models.ForeignKey(blank=True, help_text='Left empty, the newest article stands here.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='magazine.articlepage', verbose_name='featured article')),
                ('guide', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='magazine.guidepage', verbose_name='guide')),
            ],
            options={
                'verbose_name': 'home page',
                'verbose_name_plural': 'home pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='RelatedArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='magazine.articlepage', verbose_name='article')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='chosen_articles', to='magazine.articlepage')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='articlepage',
            name='tags',
            field=modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='magazine.ArticleTag', to='taggit.Tag', verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='articlepage',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='magazine.category', verbose_name='category'),
        ),
        migrations.AddField(
            model_name='articlepage',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='magazine.person', verbose_name='author'),
        ),
        migrations.AlterUniqueTogether(
            name='category',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AlterUniqueTogether(
            name='person',
            unique_together={('translation_key', 'locale')},
        ),
    ]
