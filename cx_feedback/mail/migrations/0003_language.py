from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cx_feedback_mail", "0002_mailings_reports_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="language",
            field=models.CharField(blank=True, default="", max_length=12, verbose_name="language"),
        ),
    ]
