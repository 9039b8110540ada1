"""Reads of subscriptions and rules."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList, Subscription


def default_list() -> MailingList | None:
    """Return the list of forms that name none: the first that takes subscriptions."""
    found: MailingList | None = MailingList.objects.filter(is_open=True).order_by("pk").first()
    return found


def open_list(list_id: int | None) -> MailingList:
    """Return the list that takes subscriptions; raises InvalidInput naming ``list``."""
    found = (
        default_list()
        if list_id is None
        else MailingList.objects.filter(pk=list_id, is_open=True).first()
    )
    if found is None:
        raise InvalidInput(fields={"list": [_("There is no such list.")]})
    return found


def names_of_rules(ids: list[str]) -> dict[str, str]:
    """Return id to name, for the post office's screens."""
    rows = FollowUpRule.objects.filter(pk__in=[i for i in ids if i.isdigit()])
    return {str(pk): _("Rule: %s") % name for pk, name in rows.values_list("pk", "name")}


def names_of_opt_ins(ids: list[str]) -> dict[str, str]:
    """Return id to name, for the post office's screens."""
    rows = MailingList.objects.filter(pk__in=[i for i in ids if i.isdigit()])
    return {str(pk): _("Confirmation: %s") % name for pk, name in rows.values_list("pk", "name")}


def names_of_issues(ids: list[str]) -> dict[str, str]:
    """Return id to name, for the post office's screens."""
    rows = Issue.objects.filter(pk__in=[i for i in ids if i.isdigit()])
    return {str(pk): _("Issue: %s") % subject for pk, subject in rows.values_list("pk", "subject")}


def export(*, email: str, reader_ids: list[int]) -> list[dict[str, Any]]:
    """Return a person's subscriptions with their proof of consent."""
    whose = Q(reader_id__in=reader_ids)
    if email:
        whose |= Q(email=email)
    rows = Subscription.objects.filter(whose).select_related("mailing_list").order_by("pk")
    return [
        {
            "list": row.mailing_list.name,
            "email": row.email,
            "name": row.name,
            "language": row.language,
            "state": row.state,
            "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
            "unsubscribed_at": row.unsubscribed_at and row.unsubscribed_at.isoformat(),
            "consent": {
                "wording": row.consent_wording,
                "version": row.consent_version,
                "at": row.consent_at.isoformat(),
                "page": row.consent_page_id,
                "how": row.consent_how,
            },
        }
        for row in rows
    ]
