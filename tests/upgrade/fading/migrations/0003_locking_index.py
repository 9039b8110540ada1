from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fading", "0002_added")]
    operations = [
        migrations.AddIndex("note", models.Index(fields=["weight"], name="fading_weight")),
    ]
