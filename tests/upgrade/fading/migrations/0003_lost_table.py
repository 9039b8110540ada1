from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fading", "0002_added")]
    operations = [migrations.DeleteModel("Note")]
