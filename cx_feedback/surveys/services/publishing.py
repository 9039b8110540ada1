"""Publishing surveys: each published version is frozen and never changes."""

from django.db import transaction

from cx_feedback.core.database import replicas
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import quotas
from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition


@transaction.atomic
def freeze_version(*, survey: Survey) -> SurveyVersion:
    """Return the version that holds what ``survey`` asks now; create it if it doesn't exist yet.

    Called when Wagtail publishes. Translations are locked with the survey, because they share its
    quotas and must not use one key for two meanings.
    """
    family = Survey.objects.filter(translation_key=survey.translation_key)
    list(family.select_for_update().order_by("pk").values_list("pk"))
    before = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    definition = survey.definition().following(
        Definition.from_json(before.definition) if before else None,
        questions,
        selectors.get_sibling_definitions(survey),
    )
    quotas.set_up_quotas(family=survey.translation_key, limits=definition.limits)
    if before is None or before.digest != definition.digest:
        version = _create_version(survey, before, definition)
    else:
        version = before
    quotas.update_full_places(survey.translation_key)
    version.refresh_from_db(fields=["full"])
    return version


def _create_version(
    survey: Survey, before: SurveyVersion | None, definition: Definition
) -> SurveyVersion:
    SurveyVersion.objects.filter(survey_id=survey.pk, current=True).update(current=False)
    return SurveyVersion.objects.create(
        survey_id=survey.pk,
        number=before.number + 1 if before else 1,
        definition=definition.as_json(),
        digest=definition.digest,
    )


@replicas.read_from_primary()
def publish_survey(*, survey: Survey) -> Survey:
    """Save ``survey`` with a revision and publish it, as the editor's button does."""
    if survey.pk is None:
        survey.live = False
        survey.save()
    survey.save_revision().publish()
    survey.refresh_from_db()
    return survey
