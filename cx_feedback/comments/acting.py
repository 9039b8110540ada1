"""From a request to an act on a comment, the same for forms and for REST."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.actors import Actor
from cx_feedback.comments.identity import actor_for_act, actor_of
from cx_feedback.comments.missing_comments import missing_comment, was_taken_away
from cx_feedback.comments.models import Comment
from cx_feedback.comments.policies import Rules, rules_for
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import is_visible


@dataclass(frozen=True)
class Acted:
    """Who acted, and what the service said."""

    actor: Actor
    result: Any
    page_id: int


def vote(
    request: HttpRequest, comment_id: int, value: Any, reaction: Any = None, *, toggle: bool = False
) -> Acted:
    """Vote or react; raises a FeedbackError and then leaves nothing."""
    page_id, rules = _place(request, comment_id)
    choice = services.votes.choice_of(value, reaction, mode=rules.votes, offered=rules.reactions)
    actor = actor_for_act(request)
    tally = services.vote(comment_id=comment_id, actor=actor, choice=choice, toggle=toggle)
    return Acted(actor, tally, page_id)


def flag(request: HttpRequest, comment_id: int, *, reason: Any, text: Any) -> Acted:
    """Flag; raises a FeedbackError and then leaves nothing."""
    page_id, rules = _place(request, comment_id)
    services.flags.check(reason, text)
    actor = actor_for_act(request)
    new = services.flag(
        comment_id=comment_id,
        actor=actor,
        reason=reason,
        text=text,
        flags_to_hide=rules.flags_to_hide,
    )
    return Acted(actor, new, page_id)


def edit(request: HttpRequest, comment_id: int, *, text: Any) -> Acted:
    """Edit one's own comment; raises a FeedbackError and then leaves nothing."""
    page_id, rules = _place(request, comment_id)
    if not isinstance(text, str):
        raise InvalidInput(fields={"text": [_("This must be text.")]})
    actor = actor_of(request)
    comment = services.edit(
        comment_id=comment_id, actor=actor, text=text, minutes=rules.edit_minutes
    )
    return Acted(actor, comment, page_id)


def delete(request: HttpRequest, comment_id: int) -> Acted:
    """Delete one's own comment; raises a FeedbackError and then leaves nothing."""
    page_id, rules = _place(request, comment_id)
    actor = actor_of(request)
    comment = services.delete(comment_id=comment_id, actor=actor, minutes=rules.edit_minutes)
    return Acted(actor, comment, page_id)


def _place(request: HttpRequest, comment_id: int) -> tuple[int, Rules]:
    """Return the page of a comment, if the request may see it, and the rules there."""
    found = (
        Comment.objects.select_related("thread").filter(pk=comment_id).first()
        if comment_id < 2**63
        else None
    )
    if found is None or was_taken_away(found) or not is_visible(found.thread.page_id, request):
        raise missing_comment(found, comment_id, request)
    return found.thread.page_id, rules_for(found.thread.page_id, thread=found.thread)
