"""Keeping the answered steps of readers without JavaScript: each post of a step is one request.

The first step is the same page for every reader, so its key is made when it is posted. Further
steps carry the key, and as the number of their request the time at which they were shown.
"""

import contextlib
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, InvalidInput
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages
from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.partials import services
from cx_feedback.surveys.partials.answered_pages import parse_partial_key
from cx_feedback.surveys.partials.keeping_period import get_partial_days

if TYPE_CHECKING:
    from cx_feedback.surveys.responses.form_post import FormPost


@dataclass(frozen=True)
class PartialFields:
    """The hidden fields of a form whose answered steps are kept."""

    key: uuid.UUID
    sequence: int


def parse_partial_fields(posted: QueryDict) -> PartialFields | None:
    """Return the posted fields, None without a valid key: a reader can't correct them."""
    try:
        key = parse_partial_key(posted.get("partial"))
    except InvalidInput:
        return None
    number = parse_id(posted.get("sequence", ""), digits=18) or 0
    return None if key is None else PartialFields(key, number)


def keep_answered_step(post: "FormPost") -> PartialFields | None:
    """Keep the answers up to the step that was posted; return the fields of the next form.

    A reader's way through the survey never depends on it.
    """
    live, items = post.live, post.live.definition.questions
    if post.number is None or post.is_test or post.may_be_anonymous:
        return None
    if not get_partial_days(live.definition):
        return None
    fields = post.partial or PartialFields(_make_key(post), 0)
    with contextlib.suppress(FeedbackError):
        services.save_partial(
            survey_id=live.survey_id,
            kind=post.kind,
            version=post.live.number,
            key=fields.key,
            sequence=fields.sequence,
            answers=post.answers,
            upto=routing.get_last_key(items, post.number),
            page_id=post.page_id,
            reader=post.find_reader(),
            language=languages.get_current_language(),
        )
    # A time would say when an anonymous reader answered.
    anonymous = live.definition.anonymous
    return PartialFields(fields.key, fields.sequence + 1 if anonymous else int(time.time() * 1000))


def _make_key(post: "FormPost") -> uuid.UUID:
    """Return a new key, the same one for a form that is posted repeatedly."""
    said = ["partial", post.live.survey_id, post.page_id, post.number, post.answers]
    keys, key = idempotency_keys.get_submission_keys(said, post.sender), uuid.uuid4()
    window = idempotency_keys.WINDOW.total_seconds()
    if cache.add(f"cx:partial:{keys.own}", key, window):
        return key
    return cache.get(f"cx:partial:{keys.own}") or key
