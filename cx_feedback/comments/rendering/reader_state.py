"""The state of a page for one reader: own comments that wait or can be changed, and votes."""

import datetime
from dataclasses import dataclass

from cx_feedback.comments import selectors
from cx_feedback.comments.models import Comment, CommentSettings, State, Vote
from cx_feedback.comments.objections.own_refusals import OwnRefusal, get_own_refusals
from cx_feedback.comments.rendering.reactions import LIKE
from cx_feedback.comments.services.own_comments import get_edit_end, may_change
from cx_feedback.comments.services.revisions import get_proposed_revisions
from cx_feedback.comments.services.votes import VoteTally, build_tally
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.page_rules import load_rules


@dataclass(frozen=True)
class OwnComment:
    """A reader's own comment. It can be changed until ``until``."""

    comment: Comment
    until: datetime.datetime
    changeable: bool
    #: The edit that waits, as HTML; the text of ``comment`` stays public meanwhile.
    edit: str = ""


@dataclass(frozen=True)
class ReaderState:
    """The comments and votes of a reader on one page."""

    waiting: list[Comment]
    changeable: list[OwnComment]
    #: Edits that wait, as HTML by comment ID.
    edits: dict[int, str]
    #: Votes and reactions by comment ID. Reactions include plain votes for a comment.
    votes: dict[int, int]
    reactions: dict[int, str]
    #: Tallies that differ for this reader from those of the page, by comment ID.
    tallies: dict[int, VoteTally]
    #: Refusals with a reason, which the reader may object to.
    refused: list[OwnRefusal]


def get_own_comments(actor: Actor, page_id: int | None = None) -> list[OwnComment]:
    """Return the actor's comments that wait or can be changed, newest first."""
    minutes: dict[int, int] = {}
    found = []
    comments = selectors.get_own_comments(actor=actor, page_id=page_id)
    proposals = get_proposed_revisions(comments)
    for comment in comments:
        page = comment.thread.page_id
        if page not in minutes:
            minutes[page] = load_rules(page, thread=comment.thread).edit_minutes
        until = get_edit_end(comment, minutes=minutes[page])
        changeable = may_change(comment, minutes=minutes[page])
        edit = proposals[comment.pk].html if comment.pk in proposals else ""
        if changeable or edit or comment.state != State.PUBLISHED:
            found.append(OwnComment(comment, until, changeable, edit))
    return found


def get_reader_state(actor: Actor, page_id: int) -> ReaderState:
    """Return the state that the script adds to a page for this reader."""
    mine = get_own_comments(actor, page_id)
    votes = selectors.get_votes(reader=actor.reader, page_id=page_id) if actor.reader else []
    return ReaderState(
        waiting=[own.comment for own in mine if own.comment.state != State.PUBLISHED],
        changeable=[own for own in mine if own.changeable],
        edits={own.comment.pk: own.edit for own in mine if own.edit},
        votes={vote.comment_id: vote.value for vote in votes},
        reactions={vote.comment_id: vote.reaction or LIKE for vote in votes if vote.value > 0},
        tallies=_get_own_tallies(votes, page_id),
        refused=get_own_refusals(actor, page_id),
    )


def _get_own_tallies(votes: list[Vote], page_id: int) -> dict[int, VoteTally]:
    """Return the tallies with votes under a shadow ban, which the page doesn't count."""
    uncounted = {vote.comment_id: vote for vote in votes if not vote.counted}
    if not uncounted:
        return {}
    is_reactions = load_rules(page_id).votes == CommentSettings.Votes.REACTIONS
    return {
        pk: build_tally(comment, uncounted[pk], among_reactions=is_reactions)
        for pk, comment in Comment.objects.in_bulk(uncounted).items()
    }
