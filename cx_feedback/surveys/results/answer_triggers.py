"""Answers that can trigger follow-up emails: those on offer, and those that were given.

The name of an answer is ``"<translation key>:<question key>:<value>"``, which is the same in every
language of a survey; ``"<translation key>::"`` stands for any response to the survey.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import pgettext

from cx_feedback.core.rooms.titles import Offer
from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses import form_keys
from cx_feedback.surveys.selectors import LiveSurvey, get_definitions, list_live_surveys

#: The number of newest surveys whose answers are offered.
MAX_SURVEYS = 100


def list_answer_triggers() -> list[Offer]:
    """Return the answers of closed questions of the newest published surveys, in two queries.

    Anonymous surveys are left out: nobody knows whom to write to.
    """
    offers: list[Offer] = []
    for kind, view in ((Survey.SURVEY, "survey"), (Survey.NPS, "nps")):
        named = [live for live in list_live_surveys(kind) if not live.definition.anonymous]
        newest = named[-MAX_SURVEYS:]
        # Labels are those of the first language of a survey.
        families = {survey.family: survey for survey in reversed(newest)}
        for family, survey in families.items():
            form = reverse(f"cx_feedback:{view}-ask", args=[survey.survey_id])
            offers += _build_offers(str(family), survey, form)
    return offers


def _build_offers(family: str, live: LiveSurvey, form: str) -> Iterator[Offer]:
    definition = live.definition
    title, more = (
        definition.title,
        {"version": live.number, "key": form_keys.sign_form_key(live.survey_id)},
    )
    yield Offer(f"{family}::", pgettext("survey", "%s: any answer") % title, title)
    for question in definition.questions:
        kind = questions.get(question.type)
        if not kind.asks:
            continue
        for row in kind.build_result(question, {}).rows:
            if row.value and not row.retired:
                label = f"{question.label}: {row.label}"
                url = f"{form}?{urlencode({'q': question.key, 'v': row.value, **more})}"
                yield Offer(f"{family}:{question.key}:{row.value}", label, title, url)


def get_given_triggers(object_ids: set[int]) -> dict[int, set[str]]:
    """Return the names of the answers by response id, in two queries.

    Tests and spam trigger nothing.
    """
    rows = (
        Response.objects.counted()
        .filter(pk__in=object_ids)
        .annotate(family=F("survey__translation_key"))
    )
    responses = list(rows.only("pk", "answers", "version_id"))
    definitions = get_definitions({response.version_id for response in responses})
    return {
        r.pk: _get_trigger_names(str(r.family), r, definitions[r.version_id]) for r in responses
    }


def _get_trigger_names(survey: str, response: Response, definition: Definition) -> set[str]:
    words = {f"{survey}::"}
    for question in definition.questions:
        if question.key in response.answers:
            kind = questions.get(question.type)
            for value in kind.get_tally_values(question, response.answers[question.key]):
                words.add(f"{survey}:{question.key}:{value}")
    return words
