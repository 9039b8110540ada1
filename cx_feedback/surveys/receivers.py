"""Receivers of signals of Wagtail, Django and other rooms.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

from typing import Any

from django.db.models.signals import pre_delete
from wagtail.signals import published, unpublished

from cx_feedback.core import signals
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
    signals.person_exported.connect(export_person, dispatch_uid="cx_feedback.surveys.export")
    signals.person_exported.connect(
        export_partials, dispatch_uid="cx_feedback.surveys.export_partials"
    )
    signals.person_erased.connect(erase_partials, dispatch_uid="cx_feedback.surveys.erase_partials")
    signals.person_erased.connect(erase_person, dispatch_uid="cx_feedback.surveys.erase")
    signals.address_sought.connect(seek_address, dispatch_uid="cx_feedback.surveys.sought")
    signals.addresses_asked.connect(tell_addresses, dispatch_uid="cx_feedback.surveys.addresses")
    signals.things_named.connect(name_surveys, dispatch_uid="cx_feedback.surveys.names")
    signals.answers_offered.connect(offer_answers, dispatch_uid="cx_feedback.surveys.offered")
    signals.answers_given.connect(give_answers, dispatch_uid="cx_feedback.surveys.given")


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


def export_person(
    sender: Any, *, reader_ids: list[int], email: str = "", **kwargs: Any
) -> tuple[str, Any]:
    from cx_feedback.surveys import personal

    return "responses", personal.get_responses(reader_ids=reader_ids, email=email)


def erase_person(
    sender: Any, *, reader_ids: list[int], email: str = "", **kwargs: Any
) -> tuple[str, int]:
    from cx_feedback.surveys import personal

    return "responses", personal.erase_responses(reader_ids=reader_ids, email=email)


def export_partials(
    sender: Any, *, reader_ids: list[int], email: str = "", **kwargs: Any
) -> tuple[str, Any]:
    from cx_feedback.surveys import personal

    return "unfinished_responses", personal.get_partials(reader_ids=reader_ids, email=email)


def erase_partials(
    sender: Any, *, reader_ids: list[int], email: str = "", **kwargs: Any
) -> tuple[str, int]:
    from cx_feedback.surveys import personal

    count = personal.erase_partials(reader_ids=reader_ids, email=email)
    return "unfinished_responses", count


def seek_address(sender: Any, *, email: str, **kwargs: Any) -> set[int]:
    from cx_feedback.surveys import personal

    return personal.find_readers(email)


def tell_addresses(sender: Any, *, reader_ids: list[int], **kwargs: Any) -> dict[int, set[str]]:
    from cx_feedback.surveys import personal

    return personal.get_addresses(reader_ids)


def name_surveys(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Return the names of surveys; rooms that extend Survey name their own."""
    if kind != "survey":
        return None
    rows = Survey.objects.filter(pk__in=ids, kind=Survey.SURVEY).values_list("pk", "title")
    results = "wagtailsnippets_cx_feedback_surveys_survey:results"
    return {pk: Name(title, get_admin_url(results, pk)) for pk, title in rows}


def offer_answers(sender: Any, **kwargs: Any) -> list[Offer]:
    from cx_feedback.surveys.results import answer_triggers

    return answer_triggers.list_answer_triggers()


def give_answers(sender: Any, *, object_ids: set[int], **kwargs: Any) -> dict[int, set[str]]:
    from cx_feedback.surveys.results import answer_triggers

    return answer_triggers.get_given_triggers(object_ids)
