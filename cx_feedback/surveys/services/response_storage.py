"""Storing responses, and counting those who begin to answer."""

import datetime
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.idempotency_keys import Sender
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import Speaker, record_act
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import piping, quotas
from cx_feedback.surveys.flow.routing import find_ending
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.partials import services as partials
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses import anonymity, answer_copy, hidden_fields, open_surveys
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
    with ``repeated`` set, and raises KeyReused if its answers differ; so does a form without a key
    (``is_form``) that is sent again within a few seconds. ``at`` (aware, now by default) is for
    responses from elsewhere. ``seconds`` is the time that answering took, ``hidden`` are the
    values of the hidden fields by name. ``partial`` is the key of the answered pages of the form
    (``partials``), which go with the response. ``copy_to`` is the address to which a copy is
    mailed, where the survey offers it. No reader is stored by an anonymous survey, nor for a test
    (``is_test``), which doesn't count, takes no place of a quota and triggers nothing.
    """
    current = selectors.get_live_survey(survey_id=survey_id, kind=kind)
    sent = _check_version(current, version, answers)
    response = _build_response(sent, page_id, language, at, seconds, is_test)
    build_attempt = _build_anonymous_attempt if sent.is_anonymous else _build_attempt
    attempt = build_attempt(response, sent, idempotency_key, sender, is_form)
    first = _find_first(attempt, sent)
    if first is None:
        _complete_response(response, sent, hidden, copy_to)
        if sent.is_anonymous or is_test:
            first = _store_once(attempt, response, sent.live, None, kind, partial)
        else:
            first = _store_and_announce(attempt, response, sent.live, reader, kind, partial)
    return _add_thanks(first, sent.live, repeated=first is not response)


@dataclass(frozen=True)
class _SentAnswers:
    """Answers as they were sent, and the version of the survey that they belong to."""

    live: LiveSurvey
    answers: Any
    #: The answers to store, or the error that they raise.
    cleaned: dict[str, Any]
    error: InvalidInput | None
    is_anonymous: bool = False


def _check_version(live: LiveSurvey, version: int | None, answers: Any) -> _SentAnswers:
    """Return the answers with the version that they belong to.

    Answers that name no version belong to the newest that takes all of them, else the newest that
    takes some and refuses none: not all that was answered may be asked there. Without either, the
    error is that of the current version.
    """
    live, asked_now = selectors.get_live_version(live, version), live.definition
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
    live, cleaned, error = newest
    # Of a body that names no version nobody knows which promise its reader was given.
    is_anonymous = live.definition.anonymous or (version is None and asked_now.anonymous)
    return _SentAnswers(live, answers, cleaned, error, is_anonymous)


def _build_response(
    sent: _SentAnswers,
    page_id: int | None,
    language: str,
    at: datetime.datetime | None,
    seconds: int | None,
    is_test: bool,
) -> Response:
    moment = at or timezone.now()
    return Response(
        survey_id=sent.live.survey_id,
        version_id=sent.live.version_id,
        page_id=page_id,
        language=language[:12],
        answers=sent.cleaned,
        created_at=anonymity.round_down(moment) if sent.is_anonymous else moment,
        seconds=None if seconds is None else min(seconds, MAX_SECONDS),
        state=Response.State.TEST if is_test else Response.State.COUNTED,
    )


def _build_attempt(
    response: Response, sent: _SentAnswers, key: str, sender: Sender | None, is_form: bool
) -> ResponseAttempt:
    """Return the attempt to store a response once, under the keys of its request."""
    keys = idempotency_keys.get_header_keys(key, sender)
    if is_form and not key and sent.error is None:
        keys = idempotency_keys.get_submission_keys(_get_form_content(response), sender)
    return ResponseAttempt(keys, sender, response.survey_id, response.page_id, sent.answers)


def _build_anonymous_attempt(
    response: Response, sent: _SentAnswers, key: str, sender: Sender | None, is_form: bool
) -> ResponseAttempt:
    """Return the attempt to store a response without a trace of its sender."""
    where = (response.survey_id, response.page_id, sent.answers)
    if is_form and not key and sent.error is None:
        keys = anonymity.get_submission_keys(_get_form_content(response), sender)
        return anonymity.FormAttempt(keys, None, *where, response)
    return ResponseAttempt(anonymity.get_header_keys(key), None, *where)


def _get_form_content(response: Response) -> list[Any]:
    """Return what is the same for a form that was sent twice."""
    return [response.survey_id, response.version_id, response.page_id, response.answers]


def _find_first(attempt: ResponseAttempt, sent: _SentAnswers) -> Response | None:
    """Return the response that the same request has stored before, where it must be looked for.

    The first response may have filled the survey, or answered an earlier version.
    """
    if sent.error is None and not attempt.keys.before and sent.live.is_open:
        return None
    found: Response | None = attempt.find()
    return found


def _complete_response(response: Response, sent: _SentAnswers, hidden: Any, copy_to: Any) -> None:
    """Add hidden fields and the address for a copy; raises Closed and InvalidInput."""
    open_surveys.require_open(sent.live)
    if sent.error is not None:
        raise sent.error
    definition = sent.live.definition
    response.hidden_fields = hidden_fields.clean_values(definition.hidden_fields, hidden)
    if not sent.is_anonymous:
        response.copy_to = answer_copy.parse_address(definition, copy_to)


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
                kind=_get_activity_kind(kind),
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


def _store_and_announce(
    attempt: ResponseAttempt,
    response: Response,
    live: LiveSurvey,
    reader: ReaderSource,
    kind: str,
    partial: uuid.UUID | None,
) -> Response:
    """Store a response, or return the first one; tell other rooms of one without a reader."""
    announces = reader is None and _is_wanted(response, live, kind)
    with transaction.atomic() if announces else nullcontext():
        first = _store_once(attempt, response, live, reader, kind, partial)
        if announces and first is response:
            _announce_readerless(response, kind)
    return first


def _is_wanted(response: Response, live: LiveSurvey, kind: str) -> bool:
    """Return whether a room may write something for a response. If not, it needs no transaction."""
    detail = get_activity_detail(response, live.definition)
    return signals.is_act_wanted(Response, kind=_get_activity_kind(kind), detail=detail)


def _announce_readerless(response: Response, kind: str) -> None:
    """Tell other rooms of a response that is in no reader's ledger."""
    signals.readerless_response.send(
        Response,
        response_id=response.pk,
        survey_id=response.survey_id,
        page_id=response.page_id,
        kind=_get_activity_kind(kind),
    )


def _get_activity_kind(kind: str) -> str:
    return "response" if kind == Survey.SURVEY else kind


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
    live = open_surveys.get_open_survey(survey_id=survey_id, kind=kind)
    return insert_start(live=live, page_id=page_id, language=language)


def insert_start(*, live: LiveSurvey, page_id: int | None = None, language: str = "") -> Start:
    """Count a start like ``record_start``, for a survey that is known to be open."""
    now = timezone.now()
    if live.definition.anonymous:  # the moment would tell that of the response next to it
        now = anonymity.round_down(now)
    start = Start(survey_id=live.survey_id, page_id=page_id, language=language[:12], created_at=now)
    insert_row(start)
    return start
