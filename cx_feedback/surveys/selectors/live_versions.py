"""A published survey as it was when one of its earlier versions was published.

A reader may have opened the form before an editor published, from a shared cache even long before.
What they saw is what they answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys.flow.quotas_by_version import get_full_places_of_version
from cx_feedback.surveys.models import SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.selectors.definitions import (
    get_cached_definition,
    get_version_definition,
    get_version_definitions,
)
from cx_feedback.surveys.selectors.live_surveys import LiveSurvey

#: Seconds for which the id of an earlier version is cached; it never changes.
CACHE_SECONDS = 3_600
#: The most earlier versions that are tried for answers which name none, and how many at once.
MAX_TRIED, TRIED_AT_ONCE = 200, 20


def get_live_version(live: LiveSurvey, number: int | None) -> LiveSurvey:
    """Return ``live`` as readers of its version ``number`` see it; None is the current version.

    Questions, conditions, endings, texts and quotas are those of the version; opening times and
    the maximum of responses those of today. Raises InvalidInput that names ``version`` if the
    survey never had it. An earlier version costs one query for the first of its readers.
    """
    if number is None or number == live.number:
        return live
    found = _find_version(live.survey_id, number)
    if found is None:
        raise InvalidInput(
            fields={
                "version": [_("There is no such version. Check your answers and send them again.")]
            }
        )
    version_id, digest = found
    return _as_version(live, version_id, number, get_version_definition(version_id, digest))


def iterate_earlier_versions(live: LiveSurvey, keys: Iterable[str]) -> Iterator[LiveSurvey]:
    """Iterate over ``live`` as readers of its earlier versions see it, the newest first.

    There are none if one of the question ``keys`` was never asked. At most ``MAX_TRIED``; those of
    which only the texts differ count too.
    """
    if not set(keys) <= {question.key for question in live.definition.ever_asked()}:
        return
    rows = SurveyVersion.objects.filter(survey_id=live.survey_id, number__lt=live.number)
    newest = list(rows.order_by("-number").values_list("pk", "number", "digest")[:MAX_TRIED])
    for start in range(0, len(newest), TRIED_AT_ONCE):
        some = newest[start : start + TRIED_AT_ONCE]
        found = get_version_definitions({pk: digest for pk, _number, digest in some})
        for pk, number, _digest in some:
            yield _as_version(live, pk, number, found[pk])


def _find_version(survey_id: int, number: int) -> tuple[int, str] | None:
    """Return the id and the digest of a version, None if there is no such version."""
    key = f"cx:survey-version:{survey_id}:{number}"
    found: tuple[int, str] | None = cache.get(key)
    if found is None:
        rows = SurveyVersion.objects.filter(survey_id=survey_id, number=number)
        row: Any = rows.values_list("pk", "digest", "definition").first()
        if row is not None:
            version_id, digest, definition = row
            get_cached_definition(digest, definition)
            found = (version_id, digest)
            cache.set(key, found, CACHE_SECONDS)
    return found


def _as_version(
    live: LiveSurvey, version_id: int, number: int, definition: Definition
) -> LiveSurvey:
    if number > live.number:  # published since ``live`` was cached
        return replace(live, version_id=version_id, number=number, definition=definition)
    full = get_full_places_of_version(live.full, version=definition, today=live.definition)
    return replace(
        live,
        version_id=version_id,
        number=number,
        definition=definition,
        full=full,
        today=live.definition,
    )
