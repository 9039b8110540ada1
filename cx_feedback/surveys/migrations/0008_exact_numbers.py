from django.db import migrations


def unfold(apps, schema_editor):
    """Let surveys that ask for numbers be folded anew: numbers were tallied by three digits.

    Results are right at any moment meanwhile, since what is not folded is counted from its rows.
    """
    alias = schema_editor.connection.alias
    versions = apps.get_model("cx_feedback_surveys", "SurveyVersion").objects.using(alias)
    surveys = {
        survey_id
        for survey_id, definition in versions.values_list("survey_id", "definition").iterator()
        for name in ("questions", "retired")
        if any(question.get("type") == "number" for question in definition.get(name, ()))
    }
    for survey_id in surveys:
        for name in ("Response", "Start"):
            rows = apps.get_model("cx_feedback_surveys", name).objects.using(alias)
            rows.filter(survey_id=survey_id, folded=True).update(folded=False)
        tallies = apps.get_model("cx_feedback_surveys", "Tally").objects.using(alias)
        tallies.filter(survey_id=survey_id).delete()


class Migration(migrations.Migration):
    dependencies = [("cx_feedback_surveys", "0007_separator")]

    operations = [migrations.RunPython(unfold, migrations.RunPython.noop, elidable=True)]
