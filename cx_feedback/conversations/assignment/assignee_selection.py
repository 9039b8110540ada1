"""The selection of an account for a new conversation.

First comes whom the conversation is to, or whom the rule that began it names. If there is nobody,
or they are away or may not answer it, the first assignment rule that fits selects.
"""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db.models import Count, Q, QuerySet

from cx_feedback.conversations import permissions
from cx_feedback.conversations.assignment.absences import find_absences
from cx_feedback.conversations.models import AssignmentRule, AssignmentTurn, Conversation
from cx_feedback.conversations.models.conversation_filters import ConversationFacts
from cx_feedback.core.people.account_ids import format_account_id

#: Members of a group who take turns at most.
MOST_MEMBERS = 200
Target = AssignmentRule.Target


@dataclass(frozen=True)
class _PageFacts:
    """The tree path and the owner of a page, "" and None without one."""

    path: str = ""
    owner_id: Any = None


def assign_new_conversation(
    conversation: Conversation, *, assignee_id: Any = None
) -> dict[str, Any]:
    """Set the assignee of a new conversation, and return what its log says about that.

    ``assignee_id`` is the account that the rule which began it names. Call it in the transaction
    in which the caller saves the conversation.
    """
    page = _get_page_facts(conversation.page_id)
    wanted = page.owner_id if conversation.to_author else assignee_id
    conversation.assignee = _get_present(wanted, page)
    if conversation.assignee is not None:
        return {"assignee": format_account_id(conversation.assignee.pk)}
    rule = _find_rule(conversation, page)
    if rule is None:
        return {}
    conversation.assignee = _select_by_rule(rule, page)
    assignee = conversation.assignee
    return {"rule": rule.pk, "assignee": format_account_id(assignee and assignee.pk)}


def _get_page_facts(page_id: int | None) -> _PageFacts:
    if page_id is None:
        return _PageFacts()
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page_id)
    found = pages.values_list("path", "owner").first()
    return _PageFacts(*found) if found else _PageFacts()


def _find_rule(conversation: Conversation, page: _PageFacts) -> AssignmentRule | None:
    """Return the first active rule that fits; one whose account or group is gone doesn't."""
    gone = Q(target=Target.ACCOUNT, account=None, group=None) | Q(target=Target.GROUP, group=None)
    rules = AssignmentRule.objects.filter(active=True).exclude(gone).select_related("section")
    return next((rule for rule in rules if _fits(rule, conversation, page)), None)


def _fits(rule: AssignmentRule, conversation: Conversation, page: _PageFacts) -> bool:
    facts = ConversationFacts(conversation.kind, conversation.reader.tier, page.path)
    if not rule.fits(facts):
        return False
    # "es" is for "es-mx" too.
    if rule.language and not f"{conversation.language}-".startswith(f"{rule.language}-"):
        return False
    return rule.author_id is None or bool(rule.author_id == page.owner_id)


def _select_by_rule(rule: AssignmentRule, page: _PageFacts) -> Any:
    named = {Target.ACCOUNT: rule.account_id, Target.AUTHOR: page.owner_id}
    account = _get_present(named.get(Target(rule.target)), page)
    return account or (_select_in_turn(rule.group_id, page) if rule.group_id else None)


def _get_present(user_id: Any, page: _PageFacts) -> Any:
    """Return the account if it is there and may answer about the page, otherwise None."""
    user = None if user_id is None else _get_present_editors().filter(pk=user_id).first()
    return user if user and _may_answer(user, page) else None


def _get_present_editors() -> QuerySet[Any]:
    return permissions.get_editors().exclude(pk__in=find_absences().values("account"))


def _may_answer(user: Any, page: _PageFacts) -> bool:
    # The empty path is only in the scope of those who answer everywhere.
    return permissions.get_scope(user).holds(page.path)


def _select_in_turn(group_id: int, page: _PageFacts) -> Any:
    """Return the member with the fewest open conversations; among equals, the next in turn.

    The row of the turn stays locked until the conversation is stored, so that the next one counts
    it.
    """
    locked = AssignmentTurn.objects.select_for_update(no_key=True)
    turn, _is_new = locked.get_or_create(group_id=group_id)
    members = list(_get_present_editors().filter(groups=group_id)[:MOST_MEMBERS])
    counts = _count_open(members)
    last = turn.last_account_id

    def get_rank(user: Any) -> tuple[int, bool, Any]:
        return counts.get(user.pk, 0), last is not None and user.pk <= last, user.pk

    ranked = sorted(members, key=get_rank)
    selected = next((user for user in ranked if _may_answer(user, page)), None)
    if selected is not None:
        turn.last_account = selected
        turn.save(update_fields=["last_account"])
    return selected


def _count_open(users: list[Any]) -> dict[Any, int]:
    rows = Conversation.objects.open().filter(assignee__in=[user.pk for user in users])
    return dict(rows.order_by().values_list("assignee").annotate(number=Count("pk")))
