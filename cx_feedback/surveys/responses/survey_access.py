"""Access to surveys: by their URL, or on the pages of this site that show them.

The key of a form proves that this site rendered it (``form_keys``). A program without a key may
answer a survey that was chosen on the page.
"""

from collections.abc import Iterator

import swapper
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex

from cx_feedback.core.errors import FeedbackError, Gone, NotFound
from cx_feedback.core.pages.api_pages import find_chosen_objects
from cx_feedback.core.pages.page_access import content, is_visible, require_page
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.placement import page_matching
from cx_feedback.surveys.responses import missing_surveys
from cx_feedback.surveys.responses.form_keys import is_form_key
from cx_feedback.surveys.selectors import LiveSurvey

#: Seconds for which the surveys of a page are cached; publishing the page clears the entry.
CACHE_SECONDS = 300


def is_shown_on(page_id: int, live: LiveSurvey) -> bool:
    """Return whether a live page shows the survey or a translation, by a block or without one."""
    return _is_chosen_on(page_id, live) or page_matching.is_placed_on(page_id, live)


def _is_chosen_on(page_id: int, live: LiveSurvey) -> bool:
    """Return whether a survey was chosen on a live page.

    The result is cached until a page is published, moved or hidden.
    """
    key = f"cx:surveys:on:{page_id}"
    families, token = content.recall(key)
    if families is None:
        chosen = Survey.objects.filter(pk__in=set(_find_referenced_surveys(page_id)))
        families = frozenset(map(str, chosen.values_list("translation_key", flat=True)))
        content.keep(key, families, token, CACHE_SECONDS)
    return str(live.family) in families


def _find_referenced_surveys(page_id: int) -> Iterator[int]:
    """Iterate over the ids of all surveys that a live page refers to."""
    pages = swapper.load_model("wagtailcore", "Page").objects.live()
    page = pages.filter(pk=page_id).specific().first()
    if page is None:
        return
    # The reference index may be out of date, because sites may update it in a task.
    yield from (pk for of, pk in find_chosen_objects(page) if issubclass(of, Survey))
    kinds = [model for model in apps.get_models() if issubclass(model, Survey)]
    types = ContentType.objects.get_for_models(*kinds, for_concrete_models=False).values()
    references = ReferenceIndex.get_references_for_object(page).filter(to_content_type__in=types)
    yield from map(int, references.values_list("to_object_id", flat=True))


def get_accessible_survey(
    *,
    survey_id: int,
    kind: str,
    page_id: int | None,
    key: object,
    request: HttpRequest,
) -> LiveSurvey:
    """Return a published survey that ``request`` may read and answer on this page.

    Raises NotFound otherwise. Raises Gone for a survey that is no longer published, but only if
    ``request`` could read it before, so that surveys on protected pages stay unknown to others.
    """
    try:
        live = selectors.get_live_survey(survey_id=survey_id, kind=kind)
    except Gone:
        if _was_readable(survey_id, kind, page_id, key, request):
            raise
        raise _build_not_found() from None
    require_access(live, page_id=page_id, key=key, request=request)
    return live


def _was_readable(
    survey_id: int, kind: str, page_id: int | None, key: object, request: HttpRequest
) -> bool:
    """Return whether ``request`` could read an unpublished survey on this page before."""
    if missing_surveys.was_open_by_address(survey_id=survey_id, kind=kind):
        return True
    if page_id is None:
        return is_form_key(key, survey_id, None)
    try:
        require_page(page_id, request)
    except Gone:  # the page was public too
        return is_form_key(key, survey_id, page_id)
    except FeedbackError:
        return False
    return is_form_key(key, survey_id, page_id) or survey_id in _find_referenced_surveys(page_id)


def _build_not_found() -> NotFound:
    return NotFound(_("There is no such survey, or it is not published."))


def require_access(
    live: LiveSurvey,
    *,
    page_id: int | None,
    key: object,
    request: HttpRequest,
) -> None:
    """Raise NotFound if ``request`` may not read or answer a survey on this page.

    Code that stores something must check the page too (``core.pages.page_access.require_page``).
    """
    if live.open_by_address or is_form_key(key, live.survey_id, page_id):
        return
    if page_id is not None and is_visible(page_id, request) and is_shown_on(page_id, live):
        return
    raise _build_not_found()
