"""Errors for surveys that can't be answered: gone if they were public, else not found."""

from typing import Any

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from cx_feedback.core.errors import NotFound
from cx_feedback.readers import tombstones
from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition


def build_missing_error(*, survey_id: int, kind: str) -> NotFound:
    """Return Gone for a survey that is no longer published, else NotFound; one query."""
    return tombstones.get_missing_error(
        kind=kind,
        key=survey_id,
        detail=_("There is no such survey, or it is not published."),
        among=_get_versions(survey_id, kind),
    )


def get_former_definition(
    *, survey_id: int, kind: str, number: int | None = None
) -> Definition | None:
    """Return what version ``number`` of a survey asked, or else its last version.

    Returns None if the survey was deleted or never published.
    """
    own = Case(When(number=number or 0, then=Value(1)), default=Value(0))
    rows = _get_versions(survey_id, kind).order_by(own.desc(), "-current", "-number")
    found = rows.values_list("definition", flat=True).first()
    return None if found is None else Definition.from_json(found)


def keep_tombstone(sender: Any, instance: Survey, **kwargs: Any) -> None:
    """Store a tombstone of a survey that is about to be deleted, if it was ever published."""
    if not instance.versions.exists():
        return
    tombstones.create_tombstones(kind=instance.kind, keys=[instance.pk])
    if instance.open_by_address:
        tombstones.create_tombstones(kind=_get_open_kind(instance.kind), keys=[instance.pk])


def was_open_by_address(*, survey_id: int, kind: str) -> bool:
    """Return whether an unpublished survey was open by its address; one query."""
    rows = Survey.objects.filter(pk=survey_id, kind=kind, open_by_address=True)
    return tombstones.was_public(kind=_get_open_kind(kind), key=survey_id, among=rows)


def _get_open_kind(kind: str) -> str:
    return f"{kind}-open"


def _get_versions(survey_id: int, kind: str) -> Any:
    if survey_id >= 2**63:
        return SurveyVersion.objects.none()
    return SurveyVersion.objects.filter(survey_id=survey_id, survey__kind=kind)
