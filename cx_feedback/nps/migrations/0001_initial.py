import django.db.models.deletion
import swapper
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_surveys', '0001_initial'),
        swapper.dependency('wagtailcore', 'Page'),
    ]

    operations = [
        migrations.CreateModel(
            name='NPSWidget',
            fields=[
                ('survey_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='cx_feedback_surveys.survey')),
                ('question', models.CharField(default='How likely are you to recommend us to a friend or colleague?', max_length=300, verbose_name='question')),
                ('low_label', models.CharField(blank=True, default='Not at all likely', max_length=80, verbose_name='label of 0')),
                ('high_label', models.CharField(blank=True, default='Extremely likely', max_length=80, verbose_name='label of 10')),
                ('follow_up', models.CharField(blank=True, default='What is the main reason for your score?', help_text='For readers without a follow-up question of their own below. Answering is optional.', max_length=300, verbose_name='follow-up question')),
                ('promoter_question', models.CharField(blank=True, max_length=300, verbose_name='follow-up question')),
                ('promoter_thanks', models.TextField(blank=True, verbose_name='thanks')),
                ('promoter_next', models.CharField(blank=True, choices=[('', 'nothing'), ('share', 'share the article'), ('page', 'go to the page chosen below'), ('write', 'leave an email address for an answer')], default='share', max_length=8, verbose_name='next step')),
                ('passive_question', models.CharField(blank=True, max_length=300, verbose_name='follow-up question')),
                ('passive_thanks', models.TextField(blank=True, verbose_name='thanks')),
                ('passive_next', models.CharField(blank=True, choices=[('', 'nothing'), ('share', 'share the article'), ('page', 'go to the page chosen below'), ('write', 'leave an email address for an answer')], default='', max_length=8, verbose_name='next step')),
                ('detractor_question', models.CharField(blank=True, max_length=300, verbose_name='follow-up question')),
                ('detractor_thanks', models.TextField(blank=True, verbose_name='thanks')),
                ('detractor_next', models.CharField(blank=True, choices=[('', 'nothing'), ('share', 'share the article'), ('page', 'go to the page chosen below'), ('write', 'leave an email address for an answer')], default='write', max_length=8, verbose_name='next step')),
                ('next_label', models.CharField(blank=True, help_text="Empty: the page's title.", max_length=80, verbose_name='text of the link')),
                ('address_question', models.CharField(blank=True, default='May we write to you?', max_length=200, verbose_name='question asking for an address')),
                ('address_consent', models.CharField(blank=True, default="If you leave your email address, you agree that we may write to you about this answer. We won't use it for anything else or publish it.", max_length=300, verbose_name='what the address is for')),
                ('next_page', models.ForeignKey(blank=True, help_text='The page of the newsletter, for instance.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=swapper.get_model_name('wagtailcore', 'Page'), verbose_name='page of the next step')),
            ],
            options={
                'verbose_name': 'NPS widget',
                'verbose_name_plural': 'NPS widgets',
            },
            bases=('cx_feedback_surveys.survey',),
        ),
    ]
