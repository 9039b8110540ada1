"""Reads about surveys: what is live now, what a survey asks, what one person answered."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import (
    Case,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cx_feedback.core.errors import Closed, NotFound
from cx_feedback.surveys import questions
from cx_feedback.surveys.definitions import Definition
from cx_feedback.surveys.models import Response, Survey, SurveyVersion

#: Definitions by digest. A digest names one definition for ever, so nothing here grows stale.
_definitions: dict[str, Definition] = {}
_MOST_KEPT = 500
#: Seconds for which what is live is not looked up again.
REMEMBER = 2


@dataclass(frozen=True)
class LiveSurvey:
    """A published survey as readers see it now."""

    survey_id: int
    version_id: int
    definition: Definition
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None

    @property
    def has_closed(self) -> bool:
        """Whether it took answers once and does so no longer."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        opened = self.opens_at is None or self.opens_at <= timezone.now()
        return opened and not self.has_closed


def _remembered(digest: str, definition: dict[str, Any]) -> Definition:
    found = _definitions.get(digest)
    if found is None:
        if len(_definitions) >= _MOST_KEPT:
            _definitions.clear()
        found = _definitions[digest] = Definition.from_json(definition)
    return found


def definitions_of(version_ids: Iterable[int]) -> dict[int, Definition]:
    """Return the definitions of these versions by version id, in one query."""
    return {
        pk: _remembered(digest, definition)
        for pk, digest, definition in SurveyVersion.objects.filter(pk__in=version_ids).values_list(
            "pk", "digest", "definition"
        )
    }


def _live_versions(kind: str) -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.filter(current=True, survey__live=True, survey__kind=kind)


def live_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> LiveSurvey:
    """Return a published survey; raises NotFound.

    Costs no query when it was looked up ``REMEMBER`` seconds ago or less; publishing and
    unpublishing forget it (``forget_live``), in every process that shares the cache.
    """
    key = _live_key(survey_id, kind)
    row = cache.get(key)
    if row is None:
        row = _look_up(survey_id, kind)
        if row is None:
            raise NotFound(_("There is no such survey, or it is not published."))
        cache.set(key, row, REMEMBER)
    version_id, digest, opens_at, closes_at = row
    definition = _definitions.get(digest) or definitions_of([version_id])[version_id]
    return LiveSurvey(survey_id, version_id, definition, opens_at, closes_at)


def _look_up(survey_id: int, kind: str) -> tuple[Any, ...] | None:
    """Return version id, digest and times of a published survey, None when there is none."""
    if survey_id >= 2**63:
        return None
    columns = ("pk", "digest", "survey__opens_at", "survey__closes_at")
    found = _live_versions(kind).filter(survey_id=survey_id)
    return found.values_list(*columns).first()


def forget_live(survey: Survey) -> None:
    """Let the next answer look up what is live, now and once more after the commit."""
    key = _live_key(survey.pk, survey.kind)
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))


def _live_key(survey_id: int, kind: str) -> str:
    return f"cx:live:{kind}:{survey_id}"


def open_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> LiveSurvey:
    """Return a published survey that takes answers now; raises NotFound or Closed."""
    live = live_survey(survey_id=survey_id, kind=kind)
    if not live.is_open:
        raise Closed(
            _("This is closed and takes no more answers.")
            if live.has_closed
            else _("This takes no answers yet.")
        )
    return live


def with_live_version(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Let each survey carry its locale and what it asks now, so that showing it needs no query."""
    carrying: QuerySet[Any] = surveys.select_related("locale").annotate(
        current=FilteredRelation("versions", condition=Q(versions__current=True)),
        shown_version=F("current__pk"),
        shown_digest=F("current__digest"),
        shown_definition=F("current__definition"),
    )
    return carrying


def carried(survey: Any) -> LiveSurvey | None:
    """Return what a survey of ``with_live_version`` asks now; None for nothing published."""
    if not survey.live or getattr(survey, "shown_version", None) is None:
        return None
    return LiveSurvey(
        survey.pk,
        survey.shown_version,
        _remembered(survey.shown_digest, survey.shown_definition),
        survey.opens_at,
        survey.closes_at,
    )


def survey_to_show(survey: Survey) -> LiveSurvey | None:
    """Return what to show for the survey that an editor chose, None for nothing.

    That is its published translation into the active language if there is one, else itself.
    One query; none when ``survey`` is what to show and comes from ``with_live_version``.
    """
    live = carried(survey)
    if live is not None and survey.locale.language_code == get_language():
        return live
    row = (
        _live_versions(survey.kind)
        .filter(survey__translation_key=survey.translation_key)
        .annotate(
            rank=Case(
                When(survey__locale__language_code=get_language() or "", then=Value(0)),
                When(survey_id=survey.pk, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .filter(rank__lt=2)
        .order_by("rank")
        .values_list(
            "survey_id", "pk", "digest", "definition", "survey__opens_at", "survey__closes_at"
        )
        .first()
    )
    if row is None:
        return None
    survey_id, version_id, digest, definition, opens_at, closes_at = row
    return LiveSurvey(survey_id, version_id, _remembered(digest, definition), opens_at, closes_at)


def live_surveys(kind: str = Survey.SURVEY) -> list[LiveSurvey]:
    """Return every published survey, in the order in which they were made; one query."""
    return [
        LiveSurvey(survey_id, pk, _remembered(digest, definition), opens_at, closes_at)
        for survey_id, pk, digest, definition, opens_at, closes_at in _live_versions(kind)
        .order_by("survey_id")
        .values_list(
            "survey_id", "pk", "digest", "definition", "survey__opens_at", "survey__closes_at"
        )
    ]


def response_of_key(survey_id: int, key: str) -> Response | None:
    """Return the response that an idempotency key stored, None for none."""
    if not key:
        return None
    return Response.objects.filter(survey_id=survey_id, idempotency_key=key).first()


def family_of(survey: Survey) -> list[int]:
    """Return the ids of a survey and of its translations: their answers add up."""
    return list(
        Survey.objects.filter(translation_key=survey.translation_key).values_list("pk", flat=True)
    )


def questions_of(survey: Survey) -> Definition:
    """Return the current version's definition, or the draft's when nothing was published."""
    version = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    return _remembered(version.digest, version.definition) if version else survey.definition()


def person(*, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return what these readers answered, in words, for their export."""
    responses = list(
        Response.objects.filter(reader_id__in=reader_ids).select_related("survey").order_by("pk")
    )
    versions = definitions_of({r.version_id for r in responses})
    return [
        {
            "survey": versions[r.version_id].title,
            "at": r.created_at.isoformat(),
            "page": r.page_id,
            "answers": [
                {"question": q.label, "answer": questions.get(q.type).words(q, r.answers[q.key])}
                for q in versions[r.version_id].ever_asked()
                if q.key in r.answers
            ],
        }
        for r in responses
    ]
