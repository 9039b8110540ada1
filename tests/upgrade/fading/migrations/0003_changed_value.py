from django.db import migrations


def shorten(apps, schema_editor):
    apps.get_model("fading", "Note").objects.exclude(text="").update(text="short")


class Migration(migrations.Migration):
    dependencies = [("fading", "0002_added")]
    operations = [migrations.RunPython(shorten, migrations.RunPython.noop)]
