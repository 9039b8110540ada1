"""The log of a conversation in words: to whom it was assigned, and by which rule."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from cx_feedback.conversations.models import AssignmentRule, ConversationEvent
from cx_feedback.core.people.account_ids import format_account_id
from cx_feedback.core.people.account_names import admin_name


def describe_assignments(events: list[ConversationEvent]) -> list[tuple[ConversationEvent, str]]:
    """Return the events, each with a sentence on its assignment, "" if it assigned nobody anew."""
    rules = AssignmentRule.objects.in_bulk(_find_ids(events, "rule"))
    found = get_user_model()._default_manager.in_bulk(_find_ids(events, "assignee"))
    accounts = {format_account_id(pk): account for pk, account in found.items()}
    return [(event, _describe(event.detail, rules, accounts)) for event in events]


def _find_ids(events: list[ConversationEvent], name: str) -> list[Any]:
    found = {event.detail.get(name) for event in events}
    return sorted(found - {None})


def _describe(detail: dict[str, Any], rules: dict[Any, Any], accounts: dict[Any, Any]) -> str:
    if "rule" not in detail and "assignee" not in detail:
        return ""
    account = accounts.get(detail.get("assignee"))
    if account is None and detail.get("assignee") is not None:
        name = _("an account that is deleted")
    else:
        name = admin_name(account) if account else _("nobody")
    if "rule" not in detail:
        return _("Assigned to: %s.") % name
    rule = rules.get(detail["rule"])
    if rule is None:
        return _("Assigned by a rule that is deleted, to: %s.") % name
    return _("Assigned by the rule “%(rule)s”, to: %(name)s.") % {"rule": rule.name, "name": name}
