from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cx_feedback_comments', '0002_imports'),
        ('cx_feedback_readers', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='comment',
            name='cx_comment_origin',
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id', 'source'), name='cx_comment_origin'),
        ),
    ]
