"""Reads about surveys: what is live now, what a survey asks, what one person answered."""

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
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import Closed, Ended
from cx_feedback.surveys.models import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.errors import SurveyFull
from cx_feedback.surveys.responses.missing_surveys import build_missing_error

#: Definitions by digest. A digest names one definition for ever, so nothing here grows stale.
_definitions: dict[str, Definition] = {}
_MAX_CACHED = 500
#: Seconds for which what is live is not looked up again.
CACHE_SECONDS = 2


@dataclass(frozen=True)
class LiveSurvey:
    """A published survey as readers see it now."""

    survey_id: int
    version_id: int
    definition: Definition
    opens_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None
    #: The translation key, under which a survey and its translations share their places.
    family: uuid.UUID | None = None
    #: Places that are all taken, as (question key, value); ("", "") for the survey as a whole.
    full: frozenset[tuple[str, str]] = frozenset()
    #: Whether it is read and answered without any page, see ``access``.
    open_by_address: bool = False

    @property
    def is_full(self) -> bool:
        """Whether as many have answered as the editor wanted."""
        return ("", "") in self.full

    @property
    def has_closed(self) -> bool:
        """Whether it took answers once and does so no longer."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        opened = self.opens_at is None or self.opens_at <= timezone.now()
        return opened and not self.has_closed and not self.is_full


def _get_cached_definition(digest: str, definition: dict[str, Any]) -> Definition:
    found = _definitions.get(digest)
    if found is None:
        if len(_definitions) >= _MAX_CACHED:
            _definitions.clear()
        found = _definitions[digest] = Definition.from_json(definition)
    return found


def get_definitions(version_ids: Iterable[int]) -> dict[int, Definition]:
    """Return the definitions of these versions by version id, in one query."""
    return {
        pk: _get_cached_definition(digest, definition)
        for pk, digest, definition in SurveyVersion.objects.filter(pk__in=version_ids).values_list(
            "pk", "digest", "definition"
        )
    }


def _get_live_versions(kind: str) -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.filter(current=True, survey__live=True, survey__kind=kind)


def get_live_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> LiveSurvey:
    """Return a published survey; raises NotFound, or Gone for what was published.

    Costs no query when it was looked up ``CACHE_SECONDS`` seconds ago or less; publishing and
    unpublishing forget it (``forget_live_survey``), in every process that shares the cache.
    """
    key = _live_key(survey_id, kind)
    row = cache.get(key)
    if row is None:
        row = _find_live_row(survey_id, kind)
        if row is None:
            raise build_missing_error(survey_id=survey_id, kind=kind)
        cache.set(key, row, CACHE_SECONDS)
    version_id, digest, *more = row
    definition = _definitions.get(digest) or get_definitions([version_id])[version_id]
    return _build_live_survey(survey_id, version_id, definition, *more)


def _find_live_row(survey_id: int, kind: str) -> tuple[Any, ...] | None:
    """Return version id, digest and times of a published survey, None when there is none."""
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
)


def _parse_places(full: list[list[str]]) -> frozenset[tuple[str, str]]:
    return frozenset((question, value) for question, value in full)


def forget_live_survey(survey: Survey) -> None:
    """Let the next answer look up what is live, now and once more after the commit."""
    forget_live_id(survey_id=survey.pk, kind=survey.kind)


def forget_live_id(*, survey_id: int, kind: str) -> None:
    """Do for an id what ``forget_live_survey`` does."""
    key = _live_key(survey_id, kind)
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))


def _live_key(survey_id: int, kind: str) -> str:
    return f"cx:live-survey:{kind}:{survey_id}"


def get_open_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> LiveSurvey:
    """Return a published survey that takes answers now; raises NotFound or Closed."""
    live = get_live_survey(survey_id=survey_id, kind=kind)
    require_open(live)
    return live


def require_open(live: LiveSurvey) -> None:
    """Raise Closed, in words that say why, for a survey that takes no answers now."""
    if live.has_closed:
        raise Ended(_("This is closed and takes no more answers."))
    if live.is_full:
        raise SurveyFull
    if not live.is_open:
        raise Closed(_("This takes no answers yet."))


def fetch_chosen_surveys(surveys: QuerySet[Any], pks: Iterable[int]) -> dict[int, Any]:
    """Return the surveys with these ids, each carrying what to show for it, in one query.

    However many they are, and whatever language is active: what ``get_survey_to_show`` would have
    to look up is fetched with them.
    """
    language, pks = get_language() or "", set(pks)
    families = surveys.filter(pk__in=pks).values("translation_key")
    rows = (
        surveys.filter(translation_key__in=families)
        .filter(Q(pk__in=pks) | Q(locale__language_code=language))
        .select_related("locale")
        .annotate(
            current=FilteredRelation("versions", condition=Q(versions__current=True)),
            shown_version=F("current__pk"),
            shown_digest=F("current__digest"),
            shown_definition=F("current__definition"),
            shown_full=F("current__full"),
        )
    )
    found = list(rows)
    translated = {s.translation_key: s for s in found if s.locale.language_code == language}
    for survey in found:
        shown = _get_annotated_live(translated.get(survey.translation_key)) or _get_annotated_live(
            survey
        )
        survey.cx_shown = (language, shown)
    return {survey.pk: survey for survey in found if survey.pk in pks}


def _get_annotated_live(survey: Any) -> LiveSurvey | None:
    """Return what a survey of ``fetch_chosen_surveys`` asks now, None while it is not published."""
    if survey is None or not survey.live or survey.shown_version is None:
        return None
    return LiveSurvey(
        survey.pk,
        survey.shown_version,
        _get_cached_definition(survey.shown_digest, survey.shown_definition),
        survey.opens_at,
        survey.closes_at,
        survey.translation_key,
        _parse_places(survey.shown_full),
        survey.open_by_address,
    )


def get_survey_to_show(survey: Survey) -> LiveSurvey | None:
    """Return what to show for the survey that an editor chose, None for nothing.

    That is its published translation into the active language if there is one, else itself.
    One query; none when ``survey`` comes from ``fetch_chosen_surveys``.
    """
    language, carried = getattr(survey, "cx_shown", (None, None))
    if language == (get_language() or ""):
        return carried
    row = (
        _get_live_versions(survey.kind)
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
        .values_list(*_LIVE_COLUMNS)
        .first()
    )
    return None if row is None else _build_from_row(*row)


def list_live_surveys(kind: str = Survey.SURVEY) -> list[LiveSurvey]:
    """Return every published survey, in the order in which they were made; one query."""
    rows = _get_live_versions(kind).order_by("survey_id").values_list(*_LIVE_COLUMNS)
    return [_build_from_row(*row) for row in rows]


_LIVE_COLUMNS = ("survey_id", "pk", "digest", "definition", *_LIMIT_COLUMNS)


def _build_from_row(
    survey_id: int, pk: int, digest: str, definition: dict[str, Any], *more: Any
) -> LiveSurvey:
    return _build_live_survey(survey_id, pk, _get_cached_definition(digest, definition), *more)


def _build_live_survey(
    survey_id: int, version_id: int, definition: Definition, *more: Any
) -> LiveSurvey:
    """Return what is live; ``more`` is of ``_LIMIT_COLUMNS``."""
    opens_at, closes_at, family, full, is_open = more
    times = (opens_at, closes_at)
    return LiveSurvey(
        survey_id, version_id, definition, *times, family, _parse_places(full), is_open
    )


def get_family_ids(survey: Survey) -> list[int]:
    """Return the ids of a survey and of its translations: their answers add up."""
    if asked := getattr(survey, "cx_asked", None):
        return list(asked[0])
    return list(
        Survey.objects.filter(translation_key=survey.translation_key).values_list("pk", flat=True)
    )


def get_sibling_definitions(survey: Survey) -> list[Definition]:
    """Return what the published translations of a survey ask, in the order they were made."""
    rows = SurveyVersion.objects.filter(
        survey__translation_key=survey.translation_key, current=True
    ).exclude(survey_id=survey.pk)
    return [
        _get_cached_definition(digest, definition)
        for digest, definition in rows.order_by("survey_id").values_list("digest", "definition")
    ]


def get_family_and_definition(survey: Survey) -> tuple[list[int], Definition]:
    """Return ``get_family_ids`` and ``get_survey_definition`` a survey in one query.

    ``survey`` carries them from then on (``cx_asked``): for an object that lives as long as a
    request, whose many figures all need them.
    """
    found = getattr(survey, "cx_asked", None) or _load_family(survey)
    survey.cx_asked = found
    return found


def get_survey_definition(survey: Survey) -> Definition:
    """Return what the results of a survey are about: what it asks and asked.

    The current version's definition, or the draft's when nothing was published, and what its
    translations alone ask, whose answers add up with its own.
    """
    asked = getattr(survey, "cx_asked", None) or _load_family(survey)
    found: Definition = asked[1]
    return found


def get_survey_with_definition(model: Any, *, pk: int, kind: str) -> Any:
    """Return a survey that carries what ``get_family_and_definition`` gives, in one query; or None.

    ``model`` is Survey, or what extends it.
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
    """Return ids and questions of a survey and its translations, of ``_annotate_definitions``."""
    found = {
        one.pk: _get_cached_definition(one.now_digest, one.now_definition)
        if one.now_digest
        else None
        for one in family
    }
    own = found.get(survey.pk) or survey.definition()
    others = [asked for pk, asked in found.items() if asked and pk != survey.pk]
    return list(found), own.together(others) if others else own


def get_published_definition(survey: Survey) -> Definition | None:
    """Return what was published last, None when nothing was."""
    version = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    return _get_cached_definition(version.digest, version.definition) if version else None
