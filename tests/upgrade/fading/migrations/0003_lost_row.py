from django.db import migrations


def delete_one(apps, schema_editor):
    apps.get_model("fading", "Note").objects.filter(weight=None).delete()


class Migration(migrations.Migration):
    dependencies = [("fading", "0002_added")]
    operations = [migrations.RunPython(delete_one, migrations.RunPython.noop)]
