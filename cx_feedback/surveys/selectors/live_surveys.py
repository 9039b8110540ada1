"""The surveys that are published now, as readers see them."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.text import languages
from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.missing_surveys import build_missing_error
from cx_feedback.surveys.selectors.definitions import (
    get_cached_definition,
    get_version_definition,
)

#: Seconds for which a published survey is cached.
CACHE_SECONDS = 2


@dataclass(frozen=True)
class LiveSurvey:
    """A published survey as readers see it now."""

    survey_id: int
    version_id: int
    definition: Definition
    opens_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None
    #: The translation key; a survey and its translations share their quotas.
    family: uuid.UUID | None = None
    #: Quotas that are used up, as (question key, value); ("", "") for the whole survey.
    full: frozenset[tuple[str, str]] = frozenset()
    #: Whether it can be read and answered without a page, see ``responses.survey_access``.
    open_by_address: bool = False
    #: When readers see the results, a value of ``Survey.ResultsShown``.
    results_shown: str = Survey.ResultsShown.NEVER.value
    #: Whether the answers of people who may change the survey are tests.
    tests_by_editors: bool = False
    #: The number of the version, 0 for a draft.
    number: int = 0
    #: What is asked now, where this is an earlier version (``selectors.get_live_version``).
    today: Definition | None = None

    @property
    def newest(self) -> Definition:
        """Return what the survey asks now, whatever version this is."""
        return self.today or self.definition

    @property
    def is_full(self) -> bool:
        """Return whether the maximum number of responses has been reached."""
        return ("", "") in self.full

    @property
    def has_closed(self) -> bool:
        """Return whether its closing time has passed."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Return whether it accepts responses now."""
        opened = self.opens_at is None or self.opens_at <= timezone.now()
        return opened and not self.has_closed and not self.is_full


def get_live_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> LiveSurvey:
    """Return a published survey; raises NotFound, or Gone if it is no longer published.

    Cached for ``CACHE_SECONDS``. Publishing and unpublishing clear the cache entry
    (``forget_live_survey``) for every process that shares the cache.
    """
    key = _get_cache_key(survey_id, kind)
    row = cache.get(key)
    if row is None:
        row = _find_live_row(survey_id, kind)
        if row is None:
            raise build_missing_error(survey_id=survey_id, kind=kind)
        cache.set(key, row, CACHE_SECONDS)
    version_id, digest, *more = row
    definition = get_version_definition(version_id, digest)
    return _build_live_survey(survey_id, version_id, definition, *more)


def _find_live_row(survey_id: int, kind: str) -> tuple[Any, ...] | None:
    """Return version id, digest and ``_LIMIT_COLUMNS`` of a published survey, or None."""
    if survey_id >= 2**63:
        return None
    found = _get_live_versions(kind).filter(survey_id=survey_id)
    return found.values_list("pk", "digest", *_LIMIT_COLUMNS).first()


_LIMIT_COLUMNS = (
    "survey__opens_at",
    "survey__closes_at",
    "survey__translation_key",
    "full",
    "survey__open_by_address",
    "survey__results_shown",
    "survey__tests_by_editors",
    "number",
)

_LIVE_COLUMNS = ("survey_id", "pk", "digest", "definition", *_LIMIT_COLUMNS)


def _get_live_versions(kind: str) -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.filter(current=True, survey__live=True, survey__kind=kind)


def _parse_places(full: list[list[str]]) -> frozenset[tuple[str, str]]:
    return frozenset((question, value) for question, value in full)


def forget_live_survey(survey: Survey) -> None:
    """Clear the cache entry of a survey, now and again after the commit."""
    forget_live_id(survey_id=survey.pk, kind=survey.kind)


def forget_live_id(*, survey_id: int, kind: str) -> None:
    """Clear the cache entry of a survey like ``forget_live_survey``, by its id."""
    key = _get_cache_key(survey_id, kind)
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))


def _get_cache_key(survey_id: int, kind: str) -> str:
    return f"cx:live-survey:{kind}:{survey_id}"


def fetch_chosen_surveys(surveys: QuerySet[Any], pks: Iterable[int]) -> dict[int, Any]:
    """Return the surveys with these ids by id, each with what to show for it; one query.

    ``get_survey_to_show`` needs no further query for them in the active language.
    """
    language, pks = languages.get_current_language(), set(pks)
    families = surveys.filter(pk__in=pks).values("translation_key")
    rows = (
        surveys.filter(translation_key__in=families)
        .filter(Q(pk__in=pks) | Q(locale__language_code=language))
        .select_related("locale")
        .annotate(
            current=FilteredRelation("versions", condition=Q(versions__current=True)),
            shown_version=F("current__pk"),
            shown_number=F("current__number"),
            shown_digest=F("current__digest"),
            shown_definition=F("current__definition"),
            shown_full=F("current__full"),
        )
    )
    found = list(rows)
    translated = {s.translation_key: s for s in found if s.locale.language_code == language}
    for survey in found:
        translation = translated.get(survey.translation_key)
        shown = _get_annotated_live(translation) or _get_annotated_live(survey)
        survey.cx_shown = (language, shown)
    return {survey.pk: survey for survey in found if survey.pk in pks}


def _get_annotated_live(survey: Any) -> LiveSurvey | None:
    """Return the live version of an annotated survey, None while it is not published."""
    if survey is None or not survey.live or survey.shown_version is None:
        return None
    return LiveSurvey(
        survey.pk,
        survey.shown_version,
        get_cached_definition(survey.shown_digest, survey.shown_definition),
        survey.opens_at,
        survey.closes_at,
        survey.translation_key,
        _parse_places(survey.shown_full),
        survey.open_by_address,
        survey.results_shown,
        survey.tests_by_editors,
        survey.shown_number,
    )


def get_survey_to_show(survey: Survey) -> LiveSurvey | None:
    """Return the published survey to show for the one that an editor chose, or None.

    That is its translation into the active language if there is one, else the survey itself. One
    query; none if ``survey`` comes from ``fetch_chosen_surveys``.
    """
    current = languages.get_current_language()
    language, carried = getattr(survey, "cx_shown", (None, None))
    if language == current:
        return carried
    row = (
        _get_live_versions(survey.kind)
        .filter(survey__translation_key=survey.translation_key)
        .annotate(
            rank=Case(
                When(survey__locale__language_code=current, then=Value(0)),
                When(survey_id=survey.pk, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .filter(rank__lt=2)
        .order_by("rank")
        .values_list(*_LIVE_COLUMNS)
        .first()
    )
    return None if row is None else _build_from_row(*row)


def list_live_surveys(kind: str = Survey.SURVEY, *, after: int = 0) -> list[LiveSurvey]:
    """Return every published survey with an id above ``after``, the oldest first; one query."""
    versions = _get_live_versions(kind).filter(survey_id__gt=after)
    rows = versions.order_by("survey_id").values_list(*_LIVE_COLUMNS)
    return [_build_from_row(*row) for row in rows]


def list_placed_surveys() -> list[tuple[str, str, LiveSurvey]]:
    """Return (kind, language code, survey) of every published survey that appears without a block.

    The oldest come first; one query for all kinds of surveys.
    """
    rows = SurveyVersion.objects.filter(
        current=True, survey__live=True, survey__shown_without_block=True
    ).order_by("survey_id")
    return [
        (kind, language, _build_from_row(*row))
        for kind, language, *row in rows.values_list(
            "survey__kind", "survey__locale__language_code", *_LIVE_COLUMNS
        )
    ]


def _build_from_row(
    survey_id: int, pk: int, digest: str, definition: dict[str, Any], *more: Any
) -> LiveSurvey:
    return _build_live_survey(survey_id, pk, get_cached_definition(digest, definition), *more)


def _build_live_survey(
    survey_id: int, version_id: int, definition: Definition, *more: Any
) -> LiveSurvey:
    """Return a live survey; ``more`` are the values of ``_LIMIT_COLUMNS``."""
    opens_at, closes_at, family, full, *others = more
    times = (opens_at, closes_at)
    return LiveSurvey(
        survey_id, version_id, definition, *times, family, _parse_places(full), *others
    )
