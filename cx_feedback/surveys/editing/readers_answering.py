"""The readers who are answering a survey while an editor is about to publish it."""

import datetime

from django.utils import timezone

from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import PartialResponse, Response, Start, Survey
from cx_feedback.surveys.responses import anonymity

#: Minutes after which a reader who began is taken to have left: ten times what most surveys take.
MINUTES = 30


def count_readers_answering(survey: Survey) -> int:
    """Return about how many readers of a survey and its translations have begun and not sent.

    These are the starts of the last ``MINUTES`` less the responses, at least those whose answered
    pages are kept: programs that send responses without a start would hide them; three queries.
    Those who have only opened the page are unknown, and those who left it count until the time is
    over.
    """
    since = timezone.now() - datetime.timedelta(minutes=MINUTES)
    if survey.anonymous:  # of its responses only the hour is known
        since = anonymity.round_down(since)
    family = selectors.get_family_ids(survey)
    begun, sent = (
        model.objects.filter(survey_id__in=family, created_at__gte=since).count()
        for model in (Start, Response)
    )
    kept = PartialResponse.objects.filter(survey_id__in=family, sent=False, updated_at__gte=since)
    return max(begun - sent, kept.count())
