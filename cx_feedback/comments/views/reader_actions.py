"""Actions on comments by request, shared by forms and REST."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cx_feedback.comments import services
from cx_feedback.comments.missing_comments import get_missing_comment_error, was_taken_away
from cx_feedback.comments.models import Comment
from cx_feedback.comments.submission.author import (
    Actor,
    get_account,
    get_actor,
    get_or_create_actor,
)
from cx_feedback.comments.submission.comment_input import EditSerializer
from cx_feedback.comments.submission.flag_input import FlagSerializer
from cx_feedback.comments.submission.page_rules import Rules, load_rules
from cx_feedback.comments.submission.vote_input import VoteSerializer
from cx_feedback.core.pages.page_access import is_visible
from cx_feedback.readers.acts.idempotent_actions import run_once
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class ActionResult:
    """The actor of an action and the result of the service."""

    actor: Actor
    result: Any
    page_id: int


def cast_vote(
    request: HttpRequest,
    comment_id: int,
    data: Mapping[str, Any],
    *,
    is_form: bool = False,
    toggle: bool = False,
) -> ActionResult:
    """Vote or react, or raise a FeedbackError and store nothing.

    The result is the tally as JSON.
    """
    page_id, rules = _get_page_and_rules(request, comment_id)
    vote = VoteSerializer.read(data)
    choice = services.votes.parse_vote(**vote, mode=rules.votes, offered=rules.reactions)

    def act(actor: Actor) -> dict[str, Any]:
        tally = services.cast_vote(comment_id=comment_id, actor=actor, choice=choice, toggle=toggle)
        return tally.as_dict()

    request_key = ["vote", comment_id, vote["value"], vote["reaction"]]
    return _perform_once(request, request_key, act, page_id, is_form=is_form)


def flag_comment(
    request: HttpRequest, comment_id: int, data: Mapping[str, Any], *, is_form: bool = False
) -> ActionResult:
    """Report a comment, or raise a FeedbackError. The result tells whether the report is new."""
    page_id, rules = _get_page_and_rules(request, comment_id)
    report = FlagSerializer.read(data)

    def act(actor: Actor) -> bool:
        return services.flag_comment(
            comment_id=comment_id,
            actor=actor,
            **report,
            flags_to_hide=rules.flags_to_hide,
        )

    request_key = ["flag", comment_id, report["reason"], report["text"]]
    return _perform_once(request, request_key, act, page_id, is_form=is_form)


def _perform_once(
    request: HttpRequest,
    request_key: list[Any],
    act: Callable[[Actor], Any],
    page_id: int,
    *,
    is_form: bool,
) -> ActionResult:
    """Call ``act`` once for repeated requests. A repeated request sets no cookie."""
    actors: list[Actor] = []

    def acted() -> tuple[Any, Reader | None]:
        actors[:] = [get_or_create_actor(request)]
        return act(actors[0]), actors[0].reader

    result = run_once(request, request_key, acted, is_form=is_form, account=get_account(request))
    return ActionResult(actors[0] if actors else Actor(), result, page_id)


def edit_comment(request: HttpRequest, comment_id: int, data: Mapping[str, Any]) -> ActionResult:
    """Edit one's own comment, or raise a FeedbackError and change nothing."""
    page_id, rules = _get_page_and_rules(request, comment_id)
    text = EditSerializer.read(data)["text"]
    actor = get_actor(request)
    comment = services.edit_comment(
        comment_id=comment_id, actor=actor, text=text, minutes=rules.edit_minutes
    )
    return ActionResult(actor, comment, page_id)


def preview_edit(request: HttpRequest, comment_id: int, data: Mapping[str, Any]) -> str:
    """Return the HTML of a new text of one's own comment, or raise a FeedbackError."""
    _page_id, rules = _get_page_and_rules(request, comment_id)
    text = EditSerializer.read(data)["text"]
    return services.preview_edit(
        comment_id=comment_id, actor=get_actor(request), text=text, minutes=rules.edit_minutes
    )


def delete_comment(request: HttpRequest, comment_id: int) -> ActionResult:
    """Delete one's own comment, or raise a FeedbackError and change nothing."""
    page_id, rules = _get_page_and_rules(request, comment_id)
    actor = get_actor(request)
    comment = services.delete_comment(
        comment_id=comment_id, actor=actor, minutes=rules.edit_minutes
    )
    return ActionResult(actor, comment, page_id)


def _get_page_and_rules(request: HttpRequest, comment_id: int) -> tuple[int, Rules]:
    """Return the page of a comment and its rules. Raises an error if the request may not see it."""
    found = (
        Comment.objects.select_related("thread").filter(pk=comment_id).first()
        if comment_id < 2**63
        else None
    )
    if found is None or was_taken_away(found) or not is_visible(found.thread.page_id, request):
        raise get_missing_comment_error(found, comment_id, request)
    return found.thread.page_id, load_rules(found.thread.page_id, thread=found.thread)
