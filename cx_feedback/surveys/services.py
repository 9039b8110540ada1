"""Every write about surveys: freezing what is published, storing answers, erasing people."""

import datetime
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.utils import timezone

from cx_feedback.core.database import replicas
from cx_feedback.core.database.fast_insert import insert_row, is_single_statement
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import repeats
from cx_feedback.core.http.repeats import Sender
from cx_feedback.core.tasks import nudge
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import Speaker, record_act
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import piping, quotas
from cx_feedback.surveys.flow.routing import find_ending
from cx_feedback.surveys.models import Response, Start, Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.replays import ResponseAttempt
from cx_feedback.surveys.selectors import LiveSurvey

#: A reader, nobody, somebody who is looked up with storing, or a function that finds the reader
#: inside the transaction. One who has no row yet is stored with the response, so that a refused
#: answer leaves no reader behind.
ReaderSource = Reader | Speaker | None | Callable[[], Reader | None]

#: Seconds between two nudges of the folding task.
FOLD_INTERVAL = 5
#: The longest that answering is taken to last.
MAX_SECONDS = 86_400


@transaction.atomic
def freeze_version(*, survey: Survey) -> SurveyVersion:
    """Make what ``survey`` asks its current version; nothing new when it is asked already.

    Called when Wagtail publishes. Two publishings at once follow one another, those of
    translations too: they share their places, and must not give one key two meanings.
    """
    family = Survey.objects.filter(translation_key=survey.translation_key)
    list(family.select_for_update().order_by("pk").values_list("pk"))
    before = SurveyVersion.objects.filter(survey_id=survey.pk, current=True).first()
    definition = survey.definition().following(
        Definition.from_json(before.definition) if before else None,
        questions,
        selectors.get_sibling_definitions(survey),
    )
    quotas.set_up_quotas(family=survey.translation_key, limits=definition.limits)
    if before is None or before.digest != definition.digest:
        version = _create_version(survey, before, definition)
    else:
        version = before
    quotas.update_full_places(survey.translation_key)
    version.refresh_from_db(fields=["full"])
    return version


def _create_version(
    survey: Survey, before: SurveyVersion | None, definition: Definition
) -> SurveyVersion:
    SurveyVersion.objects.filter(survey_id=survey.pk, current=True).update(current=False)
    return SurveyVersion.objects.create(
        survey_id=survey.pk,
        number=before.number + 1 if before else 1,
        definition=definition.as_json(),
        digest=definition.digest,
    )


@replicas.read_from_primary()
def publish_survey(*, survey: Survey) -> Survey:
    """Save ``survey`` with a revision and publish it, as the editor's button does."""
    if survey.pk is None:
        survey.live = False
        survey.save()
    survey.save_revision().publish()
    survey.refresh_from_db()
    return survey


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
) -> Response:
    """Store one reader's answers (question key to value) to the live version of a survey.

    Raises NotFound (no such survey, or not published), Closed, and InvalidInput that names
    ``answers.<key>``; nothing is stored then. A known ``idempotency_key`` of ``sender`` gives the
    first response again, with ``repeated`` set, and raises KeyReused where this one says something
    else; of a form that brings none (``is_form``), the same by the same sender within seconds is
    the same press. Writes the activity of a reader, if there is one. ``at`` (aware, now by
    default) is for what comes from elsewhere: imports, demos. ``seconds`` is how long it took, as
    the reader's page tells; more than a day counts as a day.
    """
    live = selectors.get_live_survey(survey_id=survey_id, kind=kind)
    keys = repeats.get_header_keys(idempotency_key, sender)
    cleaned, wrong = _clean_answers(live.definition, answers)
    if is_form and not idempotency_key and wrong is None:
        keys = repeats.get_submission_keys([survey_id, live.version_id, page_id, cleaned], sender)
    attempt = ResponseAttempt(keys, sender, survey_id, page_id, answers)
    # The first of them may have filled the survey, or been asked by a version before this one.
    must_look = wrong is not None or keys.before or not live.is_open
    response = attempt.find() if must_look else None
    if response is not None:
        response.repeated = True
        return _add_thanks(response, live)
    selectors.require_open(live)
    if wrong is not None:
        raise wrong
    made = Response(
        survey_id=survey_id,
        version_id=live.version_id,
        page_id=page_id,
        language=language[:12],
        answers=cleaned,
        created_at=at or timezone.now(),
        seconds=None if seconds is None else min(seconds, MAX_SECONDS),
    )

    def store(key: str) -> Response:
        made.idempotency_key = key
        _store_response(made, live, reader, kind)
        return made

    stored, first = attempt.store(store)
    response = stored or first
    response.repeated = stored is None
    return _add_thanks(response, live)


def _clean_answers(
    definition: Definition, answers: Any
) -> tuple[dict[str, Any], InvalidInput | None]:
    """Return the answers to store, or what is wrong with them."""
    try:
        return questions.clean_answers(definition, answers), None
    except InvalidInput as wrong:
        return {}, wrong


def _add_thanks(response: Response, live: LiveSurvey) -> Response:
    """Return ``response`` with the ending that was reached and the words to thank with."""
    definition = live.definition
    if response.version_id != live.version_id:  # a repeat is thanked as the first was
        definition = selectors.get_definitions([response.version_id])[response.version_id]
    response.ending = find_ending(definition.questions, response.answers)
    thanks = response.ending.help if response.ending else ""
    response.thanks = piping.pipe_text(
        thanks or definition.thanks, questions.said(definition, response.answers)
    )
    return response


def record_start(
    *, survey_id: int, page_id: int | None = None, language: str = "", kind: str = Survey.SURVEY
) -> Start:
    """Note that somebody began to answer; nothing about who. Raises NotFound or Closed."""
    selectors.get_open_survey(survey_id=survey_id, kind=kind)
    return insert_start(survey_id=survey_id, page_id=page_id, language=language)


def insert_start(*, survey_id: int, page_id: int | None = None, language: str = "") -> Start:
    """Note what ``record_start`` does of a survey that was open when it was looked at."""
    begun = Start(survey_id=survey_id, page_id=page_id, language=language[:12])
    insert_row(begun)
    return begun


def _store_response(response: Response, live: LiveSurvey, reader: ReaderSource, kind: str) -> None:
    # Without places to take, reader, response and act are one statement, if the database can.
    alone = is_single_statement(Response) and not quotas.has_limits(live)
    with nullcontext() if alone else transaction.atomic():
        who = reader() if callable(reader) else reader
        if who is None:
            insert_row(response)
        else:
            record_act(
                reader=who,
                kind="response" if kind == Survey.SURVEY else kind,
                page_id=response.page_id,
                detail=_get_activity_detail(response, live.definition),
                at=response.created_at,
                row=response,
            )
        quotas.take_places(live=live, response=response)
        nudge("cx_feedback.surveys.tasks.fold", every=FOLD_INTERVAL)


def _get_activity_detail(response: Response, definition: Definition) -> dict[str, Any]:
    detail: dict[str, Any] = {"survey": response.survey_id}
    for question in definition.questions:
        if question.key in response.answers:
            kind = questions.get(question.type)
            detail.update(kind.get_activity_detail(question, response.answers[question.key]))
    return detail
