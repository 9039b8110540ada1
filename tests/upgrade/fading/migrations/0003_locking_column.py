from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fading", "0002_added")]
    operations = [migrations.AddField("note", "height", models.IntegerField())]
