"""What is one reader's own: waiting comments, what may still be changed, votes."""

import datetime
from dataclasses import dataclass

from cx_feedback.comments import selectors
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.rendering.reactions import LIKE
from cx_feedback.comments.services.own_comments import may_change
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.policies import load_rules


@dataclass(frozen=True)
class OwnComment:
    """A comment of one's own; ``until`` is the end of the window to change it."""

    comment: Comment
    until: datetime.datetime
    changeable: bool


@dataclass(frozen=True)
class ReaderState:
    """All that is a reader's own on a page."""

    waiting: list[Comment]
    changeable: list[OwnComment]
    #: Comment id to vote; and to reaction, of those that are for the comment.
    votes: dict[int, int]
    reactions: dict[int, str]


def get_own_comments(actor: Actor, page_id: int | None = None) -> list[OwnComment]:
    """Return the actor's comments that wait or may be changed, newest first."""
    minutes: dict[int, int] = {}
    found = []
    for comment in selectors.get_own_comments(actor=actor, page_id=page_id):
        page = comment.thread.page_id
        if page not in minutes:
            minutes[page] = load_rules(page, thread=comment.thread).edit_minutes
        until = comment.created_at + datetime.timedelta(minutes=minutes[page])
        changeable = may_change(comment, minutes=minutes[page])
        if changeable or comment.state != State.PUBLISHED:
            found.append(OwnComment(comment, until, changeable))
    return found


def get_reader_state(actor: Actor, page_id: int) -> ReaderState:
    """Return what the script adds to a page for this reader."""
    mine = get_own_comments(actor, page_id)
    votes = selectors.get_votes(reader=actor.reader, page_id=page_id) if actor.reader else []
    return ReaderState(
        waiting=[own.comment for own in mine if own.comment.state != State.PUBLISHED],
        changeable=[own for own in mine if own.changeable],
        votes={vote.comment_id: vote.value for vote in votes},
        reactions={vote.comment_id: vote.reaction or LIKE for vote in votes if vote.value > 0},
    )
