"""Storing responses, and counting those who begin to answer."""

import datetime
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import repeat_keys
from cx_feedback.core.http.repeat_keys import Sender
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import Speaker, record_act
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import piping, quotas
from cx_feedback.surveys.flow.routing import find_ending
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.partials import services as partials
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses import anonymity, answer_copy, hidden_fields
from cx_feedback.surveys.responses.request_repeats import ResponseAttempt
from cx_feedback.surveys.selectors import LiveSurvey

#: A reader, None for nobody, a speaker who is looked up when the response is stored, or a function
#: that returns the reader inside the transaction. A reader without a row yet is stored with the
#: response, so that a rejected response leaves no reader behind.
ReaderSource = Reader | Speaker | None | Callable[[], Reader | None]

#: Seconds between two nudges of the folding task.
FOLD_INTERVAL = 5
#: The longest time, in seconds, that answering is taken to last.
MAX_SECONDS = 86_400


def submit_response(
    *,
    survey_id: int,
    answers: Any,
    page_id: int | None = None,
    reader: ReaderSource = None,
    language: str = "",
    idempotency_key: str = "",
    sender: Sender | None = None,
    is_form: bool = False,
    kind: str = Survey.SURVEY,
    at: datetime.datetime | None = None,
    seconds: int | None = None,
    hidden: Any = None,
    copy_to: Any = None,
    is_test: bool = False,
    version: int | None = None,
    partial: uuid.UUID | None = None,
) -> Response:
    """Store one reader's answers (question key to value) to a version of a survey.

    ``version`` is the number of the version that the reader was shown; without it, the answers
    belong to the newest version for which they are valid.

    Returns the response with its thanks and ending. Raises NotFound (there is no such survey, or
    it isn't published), Closed, and InvalidInput that names ``answers.<key>`` or ``version``;
    nothing is stored then. A known ``idempotency_key`` of ``sender`` returns the first response,
    with ``repeated`` set, and raises KeyReused if its answers differ. A form without a key
    (``is_form``) counts as a repeat if the same sender has sent the same answers within a few
    seconds. ``at`` (aware, now by default) is for responses from elsewhere, such as imports.
    ``seconds`` is the time that answering took as measured by the reader's page, at most a day.
    ``hidden`` are the values of the hidden fields by name. ``partial`` is the key under which the
    answered pages of the form were kept (``partials``); they go with the response. ``copy_to`` is
    the address to which a copy of a new response is mailed, where the survey offers it. No reader
    is stored by an anonymous survey, nor for a test (``is_test``), which doesn't count, takes no
    place of a quota and triggers nothing.
    """
    current = selectors.get_live_survey(survey_id=survey_id, kind=kind)
    live, cleaned, error = _check_version(current, version, answers)
    # Of a body that names no version nobody knows which promise its reader was given.
    anonymous = live.definition.anonymous or (version is None and current.definition.anonymous)
    response = Response(
        survey_id=survey_id,
        version_id=live.version_id,
        page_id=page_id,
        language=language[:12],
        answers=cleaned,
        created_at=at or timezone.now(),
        seconds=None if seconds is None else min(seconds, MAX_SECONDS),
    )
    if is_test:
        response.state, reader = Response.State.TEST, None
    what = [survey_id, live.version_id, page_id, cleaned] if is_form and error is None else None
    if anonymous:
        reader, response.created_at = None, anonymity.round_down(response.created_at)
        attempt = _attempt_anonymously(response, answers, idempotency_key, what, sender)
    else:
        keys = repeat_keys.get_header_keys(idempotency_key, sender)
        if what and not idempotency_key:
            keys = repeat_keys.get_submission_keys(what, sender)
        attempt = ResponseAttempt(keys, sender, survey_id, page_id, answers)
    # The first response may have filled the survey, or answered an earlier version.
    if error is not None or attempt.keys.before or not live.is_open:
        first = attempt.find()
        if first is not None:
            return _add_thanks(first, live, repeated=True)
    selectors.require_open(live)
    if error is not None:
        raise error
    response.hidden_fields = hidden_fields.clean_values(live.definition.hidden_fields, hidden)
    if not anonymous:
        response.copy_to = answer_copy.parse_address(live.definition, copy_to)
    first = _store_once(attempt, response, live, reader, kind, partial)
    return _add_thanks(first, live, repeated=first is not response)


def _attempt_anonymously(
    response: Response, answers: Any, key: str, what: Any, sender: Sender | None
) -> ResponseAttempt:
    """Return the attempt to store a response without a trace of its sender."""
    where = (response.survey_id, response.page_id, answers)
    if what and not key:
        keys = anonymity.get_submission_keys(what, sender)
        return anonymity.FormAttempt(keys, None, *where, response)
    return ResponseAttempt(anonymity.get_header_keys(key), None, *where)


def _check_version(
    live: LiveSurvey, version: int | None, answers: Any
) -> tuple[LiveSurvey, dict[str, Any], InvalidInput | None]:
    """Return the version that is answered, and the answers to store or the error that they raise.

    Answers that name no version belong to the newest that takes all of them, else the newest that
    takes some and refuses none: not all that was answered may be asked there. Without either, the
    error is that of the current version.
    """
    live = selectors.get_live_version(live, version)
    cleaned, error = _clean_answers(live.definition, answers)
    newest = live, cleaned, error
    if version is None and isinstance(answers, dict) and answers:
        given = len([value for value in answers.values() if value not in (None, "", [], {})])
        versions = selectors.iterate_earlier_versions(live, answers)
        while error is not None or len(cleaned) < given:
            earlier = next(versions, None)
            if earlier is None:
                break
            cleaned, error = _clean_answers(earlier.definition, answers)
            if error is None and (newest[2] is not None or len(cleaned) == given):
                newest = earlier, cleaned, None
    return newest


def _clean_answers(
    definition: Definition, answers: Any
) -> tuple[dict[str, Any], InvalidInput | None]:
    """Return the answers to store, or the error that they raise."""
    try:
        return questions.clean_answers(definition, answers), None
    except InvalidInput as error:
        return {}, error


def _store_once(
    attempt: ResponseAttempt,
    response: Response,
    live: LiveSurvey,
    reader: ReaderSource,
    kind: str,
    partial: uuid.UUID | None,
) -> Response:
    """Store ``response``, or return the one that the same request has stored before."""

    def store_with_key(key: str) -> Response:
        with attempt.keep_key(response, key):
            _store_response(response, live, reader, kind, partial)
        return response

    stored, first = attempt.store(store_with_key)
    found: Response = stored or first
    return found


def _store_response(
    response: Response,
    live: LiveSurvey,
    reader: ReaderSource,
    kind: str,
    partial: uuid.UUID | None,
) -> None:
    # Without quotas, answered pages and a copy, the reader, the response and the activity are one
    # statement where the database supports it.
    more = quotas.has_limits(live) or partial is not None or response.copy_to
    alone = is_single_statement(Response) and not more
    with nullcontext() if alone else transaction.atomic():
        who = reader() if callable(reader) else reader
        if who is None:
            insert_row(response)
        else:
            record_act(
                reader=who,
                kind="response" if kind == Survey.SURVEY else kind,
                page_id=response.page_id,
                detail=get_activity_detail(response, live.definition),
                at=response.created_at,
                row=response,
            )
        quotas.take_places(live=live, response=response)
        if partial is not None:
            partials.close_partial(key=partial, response=response)
        if response.copy_to:
            answer_copy.request_copy(response, live.definition, response.copy_to)
        nudge("cx_feedback.surveys.fold_responses", every=FOLD_INTERVAL)


def get_activity_detail(response: Response, definition: Definition) -> dict[str, Any]:
    """Return what the activity ledger says of a response."""
    detail: dict[str, Any] = {"survey": response.survey_id}
    for question in definition.questions:
        if question.key in response.answers:
            kind = questions.get(question.type)
            detail.update(kind.get_activity_detail(question, response.answers[question.key]))
    return detail


def _add_thanks(response: Response, live: LiveSurvey, *, repeated: bool) -> Response:
    """Return ``response`` with the ending that its reader reached and the thanks to show."""
    response.repeated = repeated
    definition = live.definition
    if response.version_id != live.version_id:  # a repeat gets the thanks of the first response
        definition = selectors.get_definitions([response.version_id])[response.version_id]
    response.ending = find_ending(definition.questions, response.answers)
    thanks = response.ending.help if response.ending else ""
    response.thanks = piping.pipe_text(
        thanks or definition.thanks, questions.get_piped_words(definition, response.answers)
    )
    return response


def record_start(
    *, survey_id: int, page_id: int | None = None, language: str = "", kind: str = Survey.SURVEY
) -> Start:
    """Count that somebody began to answer, without storing who. Raises NotFound or Closed."""
    live = selectors.get_open_survey(survey_id=survey_id, kind=kind)
    return insert_start(live=live, page_id=page_id, language=language)


def insert_start(*, live: LiveSurvey, page_id: int | None = None, language: str = "") -> Start:
    """Count a start like ``record_start``, for a survey that is known to be open."""
    now = timezone.now()
    if live.definition.anonymous:  # the moment would tell that of the response next to it
        now = anonymity.round_down(now)
    start = Start(survey_id=live.survey_id, page_id=page_id, language=language[:12], created_at=now)
    insert_row(start)
    return start
