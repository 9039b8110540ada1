"""Receivers of the signals of other rooms.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

import datetime
from typing import Any

from django.db.models.signals import pre_delete

from cx_feedback.core import signals
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.mail import mailing_kinds
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList
from cx_feedback.newsletter.subscribing import missing_lists


def connect_receivers() -> None:
    for signal, receiver in (
        (signals.act_wanted, is_act_wanted),
        (signals.reader_acted, handle_reader_acted),
        (signals.reader_fell_silent, handle_reader_fell_silent),
        (signals.reader_won_back, handle_reader_won_back),
        (signals.reader_left_in_peace, handle_reader_left_in_peace),
        (signals.absence_form_asked, get_absence_form_url),
        (signals.mail_about_to_send, check_deliveries),
        (signals.mail_reported, handle_mail_reported),
        (signals.scoring_refused, handle_scoring_refused),
        (signals.things_named, name_objects),
    ):
        signal.connect(receiver, dispatch_uid=f"cx_feedback.newsletter.{receiver.__name__}")
    pre_delete.connect(
        missing_lists.keep_tombstone_of_list, sender=MailingList, dispatch_uid="cx_list_tombstone"
    )
    pre_delete.connect(
        missing_lists.keep_tombstone_of_issue, sender=Issue, dispatch_uid="cx_issue_tombstone"
    )
    mailing_kinds.register_mailing_kind("rule", get_rule_names)
    mailing_kinds.register_mailing_kind("issue", get_issue_names, on_start_now=send_rest_now)
    mailing_kinds.register_mailing_kind("issue-test", get_issue_names)
    mailing_kinds.register_mailing_kind("opt-in", get_opt_in_names)
    mailing_kinds.register_mailing_kind("guide", get_guide_names)
    mailing_kinds.register_mailing_kind("preferences", get_preferences_names)


def get_rule_names(ids: list[str]) -> dict[str, str]:
    from cx_feedback.newsletter import selectors

    return selectors.get_rule_names(ids)


def get_issue_names(ids: list[str]) -> dict[str, str]:
    from cx_feedback.newsletter import selectors

    return selectors.get_issue_names(ids)


def get_opt_in_names(ids: list[str]) -> dict[str, str]:
    from cx_feedback.newsletter import selectors

    return selectors.get_opt_in_names(ids)


def get_guide_names(ids: list[str]) -> dict[str, str]:
    from cx_feedback.newsletter.guides import services as guides

    return guides.get_guide_names(ids)


def get_preferences_names(ids: list[str]) -> dict[str, str]:
    from cx_feedback.newsletter import selectors

    return selectors.get_preferences_names(ids)


def is_act_wanted(sender: Any, kind: str, detail: dict[str, Any], **kwargs: Any) -> bool:
    """Return whether an activity of this kind and detail triggers a rule."""
    from cx_feedback.newsletter import services

    return services.is_activity_wanted(kind=kind, detail=detail)


def handle_reader_acted(
    sender: Any,
    activity_id: int,
    reader_id: int,
    kind: str,
    detail: dict[str, Any],
    **kwargs: Any,
) -> None:
    from cx_feedback.newsletter import services

    services.create_follow_ups_for_activity(
        activity_id=activity_id, reader_id=reader_id, kind=kind, detail=detail
    )


def handle_reader_fell_silent(sender: Any, reader_id: int, silence_id: int, **kwargs: Any) -> None:
    from cx_feedback.newsletter import services

    services.create_follow_ups(
        trigger=FollowUpRule.Trigger.SILENT, reader_id=reader_id, key=f"silence:{silence_id}"
    )


def handle_reader_won_back(sender: Any, reader_id: int, silence_id: int, **kwargs: Any) -> None:
    from cx_feedback.newsletter import services

    services.create_follow_ups(
        trigger=FollowUpRule.Trigger.WON_BACK, reader_id=reader_id, key=f"return:{silence_id}"
    )


def handle_reader_left_in_peace(sender: Any, reader_id: int, **kwargs: Any) -> None:
    from cx_feedback.newsletter import services

    services.cancel_absence_follow_ups(reader_id=reader_id)


def get_absence_form_url(sender: Any, user: Any, **kwargs: Any) -> str | None:
    """Return the form of a new rule for readers who stop visiting."""
    from cx_feedback.newsletter import permissions

    if not permissions.FOLLOW_UP_RULES.add.is_granted_to(user):
        return None
    url = get_admin_url("wagtailsnippets_cx_feedback_newsletter_followuprule:add")
    return url and f"{url}?trigger={FollowUpRule.Trigger.SILENT.value}&hold_back=10"


def handle_scoring_refused(sender: Any, reader_ids: list[int], **kwargs: Any) -> None:
    from cx_feedback.newsletter import services

    services.cancel_scored_follow_ups(reader_ids=reader_ids)


def check_deliveries(
    sender: Any, deliveries: list[Delivery], **kwargs: Any
) -> dict[int, str | datetime.datetime]:
    from cx_feedback.newsletter.services import delivery_eligibility

    return delivery_eligibility.find_obstacles(deliveries)


def handle_mail_reported(
    sender: Any, mailing: str, recipient_key: str, event: str, **kwargs: Any
) -> None:
    """End a subscription after a complaint, or an unsubscribe at the mailbox provider."""
    from cx_feedback.newsletter import services
    from cx_feedback.newsletter.rendering import mail_renderer

    if event == "bounced" or not mailing.startswith((mail_renderer.RULE, mail_renderer.ISSUE)):
        return
    key = recipient_key.partition(":")[0]
    if key.isdigit():
        services.unsubscribe_if_active(int(key))


def send_rest_now(issue_id: str) -> None:
    """Finish the subject test of an issue with the clicks so far."""
    from cx_feedback.newsletter import services

    if issue_id.isdigit():
        services.finish_subject_test(issue_id=int(issue_id))


def name_objects(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Name follow-up rules and mailing lists."""
    models: dict[str, Any] = {"rule": FollowUpRule, "mailing_list": MailingList}
    if kind not in models:
        return None
    edit = f"wagtailsnippets_cx_feedback_newsletter_{models[kind]._meta.model_name}:edit"
    rows = models[kind]._default_manager.filter(pk__in=ids).values_list("pk", "name")
    return {pk: Name(name, get_admin_url(edit, pk)) for pk, name in rows}
