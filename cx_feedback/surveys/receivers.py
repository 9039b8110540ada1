"""Receivers of signals of Wagtail, Django and other rooms.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

from typing import Any

from django.db.models.signals import pre_delete
from wagtail.signals import published, unpublished

from cx_feedback.core import signals
from cx_feedback.core.rooms.response_descriptions import ResponseDescription
from cx_feedback.core.rooms.titles import Name, Offer, get_admin_url
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.responses import missing_surveys


def connect() -> None:
    """Connect the receivers; called when Django is ready."""
    published.connect(freeze_published, dispatch_uid="cx_feedback.surveys.freeze")
    unpublished.connect(forget_unpublished, dispatch_uid="cx_feedback.surveys.forget")
    pre_delete.connect(
        missing_surveys.keep_tombstone, sender=Survey, dispatch_uid="cx_feedback.surveys.tombstone"
    )
    signals.things_named.connect(name_surveys, dispatch_uid="cx_feedback.surveys.names")
    signals.answers_offered.connect(offer_answers, dispatch_uid="cx_feedback.surveys.offered")
    signals.texts_asked.connect(give_texts, dispatch_uid="cx_feedback.surveys.texts")
    signals.answers_given.connect(give_answers, dispatch_uid="cx_feedback.surveys.given")
    signals.response_described.connect(
        describe_response, dispatch_uid="cx_feedback.surveys.described"
    )


def freeze_published(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Freeze a version when a survey, or a model that extends it, is published."""
    if isinstance(instance, Survey):
        from cx_feedback.surveys import selectors, services
        from cx_feedback.surveys.placement import page_matching

        services.freeze_version(survey=instance)
        selectors.forget_live_survey(instance)
        page_matching.clear_placements()


def forget_unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Clear the caches when a survey is unpublished, so that it is neither shown nor answered."""
    if isinstance(instance, Survey):
        from cx_feedback.surveys import selectors
        from cx_feedback.surveys.placement import page_matching

        selectors.forget_live_survey(instance)
        page_matching.clear_placements()


def name_surveys(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Return the names of surveys; rooms that extend Survey name their own."""
    if kind != "survey":
        return None
    rows = Survey.objects.filter(pk__in=ids, kind=Survey.SURVEY).values_list("pk", "title")
    results = "wagtailsnippets_cx_feedback_surveys_survey:results"
    return {pk: Name(title, get_admin_url(results, pk)) for pk, title in rows}


def give_texts(
    sender: Any, *, kind: str, object_id: int, user: Any, **kwargs: Any
) -> dict[str, Any] | None:
    """Return the answers of a response that an account may read."""
    if kind != "response":
        return None
    from cx_feedback.surveys.responses import visible_answers

    answers = visible_answers.get_answers_for(user, object_id)
    return None if answers is None else {"answers": answers}


def offer_answers(sender: Any, **kwargs: Any) -> list[Offer]:
    from cx_feedback.surveys.results import answer_triggers

    return answer_triggers.list_answer_triggers()


def give_answers(sender: Any, *, object_ids: set[int], **kwargs: Any) -> dict[int, set[str]]:
    from cx_feedback.surveys.results import answer_triggers

    return answer_triggers.get_given_triggers(object_ids)


def describe_response(sender: Any, *, object_id: int, **kwargs: Any) -> ResponseDescription | None:
    from cx_feedback.surveys.responses import response_description

    return response_description.describe_response(object_id)
