from django.db import migrations, models

FIELD = "open_by_address"
HELP = (
    "Whoever knows its address, a program for example, can read and answer it without any page. "
    "Otherwise it is answered only where a page that its reader may see shows it, and by links "
    "in mails."
)


def open_drafts(apps, schema_editor):
    """Keep what exists open when an editor publishes a revision of before."""
    types = apps.get_model("contenttypes", "ContentType").objects
    revisions = apps.get_model("wagtailcore", "Revision").objects
    ours = types.filter(
        app_label__in=["cx_feedback_surveys", "cx_feedback_nps"],
        model__in=["survey", "npswidget"],
    )
    rows = revisions.filter(content_type__in=list(ours)).only("pk", "content")
    for revision in rows.iterator(chunk_size=200):
        if FIELD not in revision.content:
            content = {**revision.content, FIELD: True}
            revisions.filter(pk=revision.pk).update(content=content)


def _field(default):
    return models.BooleanField(
        default=default, help_text=HELP, verbose_name="open by its address"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("cx_feedback_surveys", "0005_exports"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        # What exists was open; what is made from now on is not, unless an editor says so.
        migrations.AddField("survey", FIELD, _field(True)),
        migrations.AlterField("survey", FIELD, _field(False)),
        migrations.RunPython(open_drafts, migrations.RunPython.noop),
    ]
