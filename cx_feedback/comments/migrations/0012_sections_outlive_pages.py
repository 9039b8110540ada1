import django.db.models.deletion
import swapper
from django.db import migrations, models

PAGE = swapper.get_model_name("wagtailcore", "Page")


class Migration(migrations.Migration):
    dependencies = [
        ("cx_feedback_comments", "0011_answers_alone"),
        swapper.dependency("wagtailcore", "Page"),
    ]

    operations = [
        migrations.AlterField(
            model_name="section",
            name="page",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=PAGE,
                verbose_name="page",
            ),
        ),
    ]
