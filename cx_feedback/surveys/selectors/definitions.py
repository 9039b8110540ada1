"""Definitions of surveys: what their versions and translations ask and have asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition

#: Definitions by digest. The definition behind a digest never changes, so nothing expires.
_definitions: dict[str, Definition] = {}
_MAX_CACHED = 500


def get_cached_definition(digest: str, definition: dict[str, Any]) -> Definition:
    """Return the definition of this digest; ``definition`` is its JSON."""
    found = _definitions.get(digest)
    if found is None:
        if len(_definitions) >= _MAX_CACHED:
            _definitions.clear()
        found = _definitions[digest] = Definition.from_json(definition)
    return found


def get_version_definition(version_id: int, digest: str) -> Definition:
    """Return the definition of one version, without a query if it is cached."""
    return _definitions.get(digest) or get_definitions([version_id])[version_id]


def get_definitions(version_ids: Iterable[int]) -> dict[int, Definition]:
    """Return the definitions of these versions by version id, in one query."""
    return {
        pk: get_cached_definition(digest, definition)
        for pk, digest, definition in SurveyVersion.objects.filter(pk__in=version_ids).values_list(
            "pk", "digest", "definition"
        )
    }


def get_version_definitions(digests: Mapping[int, str]) -> dict[int, Definition]:
    """Return the definitions of these versions (id to digest); one query for what isn't cached."""
    found = {pk: _definitions.get(digest) for pk, digest in digests.items()}
    missing = [pk for pk, definition in found.items() if definition is None]
    loaded = get_definitions(missing) if missing else {}
    return {pk: definition or loaded[pk] for pk, definition in found.items()}


def get_published_definition(survey: Survey) -> Definition | None:
    """Return the definition that was published last, None if there is none."""
    version = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    return get_cached_definition(version.digest, version.definition) if version else None


def get_family_ids(survey: Survey) -> list[int]:
    """Return the ids of a survey and its translations, whose answers are counted together."""
    if asked := getattr(survey, "cx_asked", None):
        return list(asked[0])
    return list(
        Survey.objects.filter(translation_key=survey.translation_key).values_list("pk", flat=True)
    )


def get_sibling_definitions(survey: Survey) -> list[Definition]:
    """Return the definitions of a survey's published translations, the oldest first."""
    rows = SurveyVersion.objects.filter(
        survey__translation_key=survey.translation_key, current=True
    ).exclude(survey_id=survey.pk)
    return [
        get_cached_definition(digest, definition)
        for digest, definition in rows.order_by("survey_id").values_list("digest", "definition")
    ]


def get_family_and_definition(survey: Survey) -> tuple[list[int], Definition]:
    """Return ``get_family_ids`` and ``get_survey_definition`` of a survey in one query.

    The result is kept on ``survey`` as ``cx_asked``, for objects that live as long as a request
    and are read by many figures.
    """
    found = getattr(survey, "cx_asked", None) or _load_family(survey)
    survey.cx_asked = found
    return found


def get_survey_definition(survey: Survey) -> Definition:
    """Return what the results of a survey are about: its present and former questions.

    These are the questions of the current version, or of the draft if nothing was published, and
    questions that only translations have, because all answers are counted together.
    """
    asked = getattr(survey, "cx_asked", None) or _load_family(survey)
    found: Definition = asked[1]
    return found


def get_survey_with_definition(model: Any, *, pk: int, kind: str) -> Any:
    """Return a survey that carries ``get_family_and_definition``, or None; one query.

    ``model`` is Survey or a model that extends it.
    """
    families = Survey.objects.filter(pk=pk, kind=kind).values("translation_key")
    rows = {s.pk: s for s in _annotate_definitions(model._default_manager.all(), families)}
    survey = rows.get(pk)
    if survey is not None:
        survey.cx_asked = _merge_family(survey, rows.values())
    return survey


def _load_family(survey: Survey) -> tuple[list[int], Definition]:
    rows = _annotate_definitions(Survey.objects.only("pk"), [survey.translation_key])
    return _merge_family(survey, rows)


def _annotate_definitions(surveys: QuerySet[Any], families: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        surveys.filter(translation_key__in=families)
        .annotate(now=FilteredRelation("versions", condition=Q(versions__current=True)))
        .annotate(now_digest=F("now__digest"), now_definition=F("now__definition"))
        .order_by("pk")
    )
    return found


def _merge_family(survey: Survey, family: Iterable[Any]) -> tuple[list[int], Definition]:
    """Return ids and definition of a survey and its translations, of ``_annotate_definitions``."""
    found = {
        member.pk: get_cached_definition(member.now_digest, member.now_definition)
        if member.now_digest
        else None
        for member in family
    }
    own = found.get(survey.pk) or survey.definition()
    others = [asked for pk, asked in found.items() if asked and pk != survey.pk]
    return list(found), own.together(others) if others else own
