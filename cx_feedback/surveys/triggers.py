"""What rooms that write to readers can know of answers: which there are, which were given.

An answer is named ``"<translation key>:<question key>:<value>"``, so that it is the same in every
language of a survey; ``"<translation key>::"`` is any answer to the survey at all.
"""

from collections.abc import Iterator

from django.db.models import F
from django.utils.translation import gettext as _

from cx_feedback.core.naming import Offer
from cx_feedback.surveys import questions
from cx_feedback.surveys.definitions import Definition
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.selectors import definitions_of, live_surveys

#: Surveys whose answers are offered; nobody looks further down a list.
MOST_SURVEYS = 100


def offered() -> list[Offer]:
    """Return the answers of closed questions of the newest published surveys, in two queries."""
    live = [survey for kind in (Survey.SURVEY, Survey.NPS) for survey in live_surveys(kind)[::-1]]
    families = {survey.family: survey for survey in reversed(live[:MOST_SURVEYS])}
    return [
        offer
        for family, survey in reversed(families.items())
        for offer in _offers_of(str(family), survey.definition)
    ]


def _offers_of(survey: str, definition: Definition) -> Iterator[Offer]:
    title = definition.title
    yield Offer(f"{survey}::", _("%s: any answer") % title, title)
    for question in definition.questions:
        kind = questions.get(question.type)
        if not kind.asks:
            continue
        for row in kind.result(question, {}).rows:
            if row.value and not row.retired:
                label = f"{question.label}: {row.label}"
                yield Offer(f"{survey}:{question.key}:{row.value}", label, title)


def given(object_ids: set[int]) -> dict[int, set[str]]:
    """Return response id to the words of what was answered, in two queries."""
    rows = Response.objects.filter(pk__in=object_ids).annotate(family=F("survey__translation_key"))
    responses = list(rows.only("pk", "answers", "version_id"))
    definitions = definitions_of({response.version_id for response in responses})
    return {r.pk: _words(str(r.family), r, definitions[r.version_id]) for r in responses}  # type: ignore[attr-defined]


def _words(survey: str, response: Response, definition: Definition) -> set[str]:
    words = {f"{survey}::"}
    for question in definition.questions:
        if question.key in response.answers:
            kind = questions.get(question.type)
            for value in kind.tally(question, response.answers[question.key]):
                words.add(f"{survey}:{question.key}:{value}")
    return words
