from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fading", "0001_initial")]
    operations = [migrations.AddField("note", "language", models.CharField(max_length=9, db_default=""))]
