import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from cx_feedback.loyalty.migrations._operations import OPERATIONS


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cx_feedback_readers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attitude',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='attitude', serialize=False, to='cx_feedback_readers.reader')),
                ('nps_class', models.CharField(choices=[('promoter', 'Promoter'), ('passive', 'Passive'), ('detractor', 'Detractor')], default='', max_length=12, verbose_name='NPS class')),
                ('nps_score', models.SmallIntegerField(null=True, verbose_name='NPS answer')),
                ('nps_at', models.DateTimeField(null=True)),
                ('emotion', models.CharField(default='', max_length=64, verbose_name='emotion')),
                ('emotional_value', models.FloatField(null=True, verbose_name='emotional value')),
                ('emotion_at', models.DateTimeField(null=True)),
                ('csat', models.SmallIntegerField(null=True, verbose_name='satisfaction')),
                ('csat_at', models.DateTimeField(null=True)),
                ('ces', models.SmallIntegerField(null=True, verbose_name='effort')),
                ('ces_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'attitude',
                'verbose_name_plural': 'attitudes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CellScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('x', models.PositiveIntegerField()),
                ('t_x', models.PositiveIntegerField()),
                ('n', models.PositiveIntegerField()),
                ('readers', models.PositiveBigIntegerField(verbose_name='readers')),
                ('p_return', models.FloatField(verbose_name='probability of a return')),
                ('p_alive', models.FloatField(verbose_name='probability of still being a reader')),
                ('tier', models.CharField(choices=[('new', 'New'), ('fly_by', 'One-time'), ('casual', 'Casual'), ('loyal', 'Loyal'), ('lover', 'Enthusiast'), ('at_risk', 'At risk'), ('lost', 'Lapsed'), ('won_back', 'Won back'), ('program', 'Probably a program')], max_length=16, verbose_name='tier')),
            ],
            options={
                'verbose_name': 'cell',
                'verbose_name_plural': 'cells',
            },
        ),
        migrations.CreateModel(
            name='Fit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('period', models.CharField(choices=[('week', 'week'), ('day', 'day')], max_length=8, verbose_name='period')),
                ('horizon_weeks', models.PositiveSmallIntegerField(verbose_name='horizon (weeks)')),
                ('alpha', models.FloatField()),
                ('beta', models.FloatField()),
                ('gamma', models.FloatField()),
                ('delta', models.FloatField()),
                ('covariance', models.JSONField(blank=True, null=True)),
                ('log_likelihood', models.FloatField(verbose_name='log-likelihood')),
                ('quality', models.CharField(choices=[('good', 'good'), ('too-few', 'too-few'), ('all-once', 'all-once'), ('nobody-left', 'nobody-left'), ('at-bounds', 'at-bounds'), ('not-converged', 'not-converged')], max_length=16, verbose_name='quality')),
                ('readers', models.PositiveBigIntegerField(verbose_name='readers')),
                ('cells', models.PositiveIntegerField(verbose_name='cells')),
                ('first_day', models.DateField(verbose_name='first day included')),
                ('expected', models.FloatField(verbose_name='expected returns')),
                ('expected_low', models.FloatField()),
                ('expected_high', models.FloatField()),
                ('trained_as_of', models.DateField(verbose_name='trained on visits up to')),
                ('model_weight', models.FloatField(default=1.0, verbose_name='weight of the model in the mix')),
                ('level', models.JSONField(blank=True, default=list)),
                ('challenger', models.JSONField(blank=True, null=True, verbose_name='challenger')),
                ('check_result', models.JSONField(blank=True, default=dict, verbose_name='check')),
                ('gaps', models.JSONField(blank=True, default=list)),
                ('waves', models.JSONField(blank=True, default=list)),
                ('seasons', models.JSONField(blank=True, default=list)),
                ('clock_errors', models.JSONField(blank=True, default=list)),
                ('newcomers', models.JSONField(blank=True, default=list)),
                ('past_ranges', models.JSONField(blank=True, default=list)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='complete since')),
            ],
            options={
                'verbose_name': 'loyalty score run',
                'verbose_name_plural': 'loyalty score runs',
                'permissions': [('view_loyalty', 'Can see the loyalty overview')],
            },
        ),
        migrations.CreateModel(
            name='HoldBackEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('like', models.PositiveSmallIntegerField(unique=True)),
                ('as_of', models.DateField()),
                ('written', models.PositiveBigIntegerField(default=0)),
                ('written_returned', models.PositiveBigIntegerField(default=0)),
                ('held', models.PositiveBigIntegerField(default=0)),
                ('held_returned', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'evidence of hold-backs',
                'verbose_name_plural': 'evidence of hold-backs',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LoyaltySettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('horizon_weeks', models.PositiveSmallIntegerField(blank=True, help_text='The score is the probability that a reader comes back within this many weeks.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)], verbose_name='horizon (weeks)')),
                ('new_weeks', models.PositiveSmallIntegerField(blank=True, help_text='A reader who came once is “new” for this many weeks, then “one-time”.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)], verbose_name='new for (weeks)')),
                ('loyal_percent', models.PositiveSmallIntegerField(blank=True, help_text='Probability of coming back from which a reader is called loyal; below it, casual.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='loyal from (percent)')),
                ('lover_percent', models.PositiveSmallIntegerField(blank=True, help_text='Probability of coming back from which a reader is called an enthusiast.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='enthusiast from (percent)')),
                ('at_risk_percent', models.PositiveSmallIntegerField(blank=True, help_text='A reader is at risk when the probability of coming back has fallen below this share of what it was at their last visit. A higher value notices them sooner.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='at risk below (percent)')),
                ('lost_percent', models.PositiveSmallIntegerField(blank=True, help_text='A reader at risk becomes lapsed below this share of that probability.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='lapsed below (percent)')),
                ('lost_weeks', models.PositiveSmallIntegerField(blank=True, help_text='Nobody is considered lapsed before this many weeks without a visit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(104)], verbose_name='lapsed after (weeks)')),
                ('uncounted_days', models.TextField(blank=True, default='', help_text='Days on which visits were not counted, for example because the site was down: one day or two days with “to” between them in each line (2026-03-01 to 2026-03-10). They are not held against readers. Days on which nobody came at all are found without this.', verbose_name='days without counting')),
                ('won_back_weeks', models.PositiveSmallIntegerField(blank=True, help_text='A reader who returns after an absence is “won back” for this many weeks.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)], verbose_name='won back for (weeks)')),
            ],
            options={
                'verbose_name': 'loyalty',
                'verbose_name_plural': 'loyalty',
                'default_permissions': ('change',),
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('score', 'Nightly scores'), ('silences', 'Hourly check for absences'), ('refit', 'Weekly fit with comparison'), ('reports', 'Nightly reports')], max_length=16, verbose_name='task')),
                ('outcome', models.CharField(choices=[('running', 'running'), ('done', 'done'), ('skipped', 'skipped'), ('failed', 'failed'), ('died', 'stopped from outside')], default='running', max_length=16, verbose_name='outcome')),
                ('step', models.CharField(blank=True, choices=[('returned', 'looking for readers who returned'), ('count', 'counting readers'), ('train', 'fitting the model'), ('check', 'comparing the forecast with actual visits'), ('tiers', 'updating the tiers of readers'), ('attitudes', "collecting the readers' answers"), ('outcomes', 'counting expected readers who came'), ('effects', 'measuring what brings readers back'), ('experiments', 'comparing the groups of experiments'), ('cohorts', 'counting cohorts')], max_length=16, verbose_name='step')),
                ('steps_done', models.PositiveIntegerField(default=0, verbose_name='steps done')),
                ('steps', models.PositiveIntegerField(default=0, verbose_name='steps')),
                ('as_of', models.DateField(blank=True, null=True, verbose_name='as of')),
                ('pending_ranges', models.JSONField(blank=True, default=list)),
                ('summary', models.JSONField(blank=True, default=dict)),
                ('message', models.TextField(blank=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last update')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
            },
        ),
        migrations.CreateModel(
            name='Silence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_day', models.DateField(verbose_name='last visit')),
                ('fell_silent_on', models.DateField(verbose_name='absent since')),
                ('probability', models.FloatField(verbose_name='probability of a return')),
                ('late', models.BooleanField(default=False, verbose_name='found late')),
                ('announced_at', models.DateTimeField(blank=True, null=True, verbose_name='announced at')),
                ('left_in_peace_at', models.DateTimeField(blank=True, null=True)),
                ('won_back_on', models.DateField(blank=True, null=True, verbose_name='came back on')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
            },
        ),
        migrations.CreateModel(
            name='TierCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(choices=[('new', 'New'), ('fly_by', 'One-time'), ('casual', 'Casual'), ('loyal', 'Loyal'), ('lover', 'Enthusiast'), ('at_risk', 'At risk'), ('lost', 'Lapsed'), ('won_back', 'Won back'), ('program', 'Probably a program')], max_length=16, verbose_name='tier')),
                ('readers', models.PositiveBigIntegerField(verbose_name='readers')),
            ],
            options={
                'verbose_name': 'readers of a tier',
                'verbose_name_plural': 'readers by tier',
            },
        ),
        migrations.CreateModel(
            name='CohortMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('offset', models.PositiveSmallIntegerField()),
                ('readers', models.PositiveBigIntegerField()),
                ('active', models.PositiveBigIntegerField()),
            ],
            options={
                'verbose_name': 'month of a cohort',
                'verbose_name_plural': 'months of cohorts',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('month', 'offset'), name='cx_cohort_month_once')],
            },
        ),
        migrations.CreateModel(
            name='Effect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('article', 'Articles'), ('section', 'Sections'), ('survey', 'Surveys'), ('rule', 'Follow-up rules')], max_length=8)),
                ('cause_id', models.BigIntegerField(default=0)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('as_of', models.DateField()),
                ('horizon_weeks', models.PositiveSmallIntegerField()),
                ('readers', models.PositiveBigIntegerField(verbose_name='readers')),
                ('left_out', models.PositiveBigIntegerField(default=0)),
                ('similar', models.PositiveBigIntegerField(default=0)),
                ('returned', models.PositiveBigIntegerField(default=0, verbose_name='came back')),
                ('expected', models.FloatField(null=True, verbose_name='expected share')),
                ('difference', models.FloatField(null=True, verbose_name='difference')),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('before', models.FloatField(null=True)),
                ('p_value', models.FloatField(null=True)),
                ('verdict', models.CharField(choices=[('more', 'more than similar readers'), ('fewer', 'fewer than similar readers'), ('before', 'so it was before'), ('chance', 'may be chance'), ('unknown', 'too few to compare')], default='unknown', max_length=8)),
            ],
            options={
                'verbose_name': 'effect',
                'verbose_name_plural': 'effects',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'cause_id'), name='cx_effect_once')],
            },
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_id', models.BigIntegerField()),
                ('percent', models.PositiveSmallIntegerField(verbose_name='control group (percent)')),
                ('since', models.DateField()),
                ('as_of', models.DateField()),
                ('horizon_weeks', models.PositiveSmallIntegerField()),
                ('written', models.PositiveBigIntegerField(default=0, verbose_name='written to')),
                ('written_returned', models.PositiveBigIntegerField(default=0)),
                ('held', models.PositiveBigIntegerField(default=0, verbose_name='in the control group')),
                ('held_returned', models.PositiveBigIntegerField(default=0)),
                ('running', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'experiment',
                'verbose_name_plural': 'experiments',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('rule_id', 'percent'), name='cx_experiment_once')],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('fit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outcome', serialize=False, to='cx_feedback_loyalty.fit')),
                ('returned', models.PositiveBigIntegerField(verbose_name='came back')),
            ],
            options={
                'verbose_name': 'outcome',
                'verbose_name_plural': 'outcomes',
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='fit',
            constraint=models.UniqueConstraint(fields=('as_of', 'period', 'horizon_weeks'), name='cx_fit_once'),
        ),
        migrations.AddField(
            model_name='cellscore',
            name='fit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='cx_feedback_loyalty.fit'),
        ),
        migrations.AddField(
            model_name='run',
            name='fit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='cx_feedback_loyalty.fit'),
        ),
        migrations.AddField(
            model_name='silence',
            name='reader',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='silences', to='cx_feedback_readers.reader'),
        ),
        migrations.AddField(
            model_name='tiercount',
            name='fit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tier_counts', to='cx_feedback_loyalty.fit'),
        ),
        migrations.AddConstraint(
            model_name='cellscore',
            constraint=models.UniqueConstraint(fields=('fit', 'x', 't_x', 'n'), name='cx_cell_once'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['kind', 'started_at'], name='cx_loyalty_run_kind'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(condition=models.Q(('announced_at__isnull', True), ('late', False), ('won_back_on__isnull', True)), fields=['id'], name='cx_silence_to_announce'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(condition=models.Q(('won_back_on__isnull', False)), fields=['won_back_on'], name='cx_silence_won_back'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.UniqueConstraint(fields=('reader', 'last_day'), name='cx_silence_once'),
        ),
        migrations.AddConstraint(
            model_name='tiercount',
            constraint=models.UniqueConstraint(fields=('fit', 'tier'), name='cx_tier_count_once'),
        ),
        *OPERATIONS,
    ]
