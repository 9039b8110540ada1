"""Votes and reactions: one per reader and comment, counted in the same transaction."""

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, CommentSettings, State, Thread, Vote
from cx_feedback.comments.rendering import reactions
from cx_feedback.comments.services.best_first_rank import compute_rank
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.services.uncounted_votes import lock_ban_of_vote
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.ban_lookup import refuse_banned_actor
from cx_feedback.core.errors import InvalidInput, NotFound, Refused


@dataclass(frozen=True)
class VoteChoice:
    """The vote of a reader: 1, -1 or 0 for none. A vote of 1 can be a named reaction."""

    value: int = 0
    #: "" for a plain vote, which is the same as ``reactions.LIKE``.
    reaction: str = ""
    #: Whether the site offers reactions instead of votes.
    among_reactions: bool = False

    @classmethod
    def from_vote(cls, vote: Vote | None) -> "VoteChoice":
        """Return the choice that was stored, none for None."""
        return cls(vote.value, vote.reaction) if vote else cls()


@dataclass(frozen=True)
class VoteTally:
    """The votes of a comment. ``mine`` is the reader's own vote: 1, -1 or 0."""

    up: int
    down: int
    mine: int
    #: Counts of reactions and the reader's own reaction; None on a site with plain votes.
    reactions: dict[str, int] | None = None
    reaction: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@transaction.atomic
def cast_vote(
    *, comment_id: int, actor: Actor, choice: VoteChoice, toggle: bool = False
) -> VoteTally:
    """Set the actor's one vote to ``choice``; a repeat changes nothing.

    With ``toggle``, repeating the present vote removes it. Raises NotFound for an unpublished
    comment, Refused for the actor's own comment, for a request without a reader and for a vote of
    somebody who is banned. A vote under a shadow ban counts only in what its reader is shown.
    """
    if actor.reader is None:
        raise Refused(_("To vote, use this site's own pages and allow cookies."))
    banned = bool(choice.value) and refuse_banned_actor(actor) is not None
    comment = lock_published_comment(comment_id)
    ban = lock_ban_of_vote(actor) if banned else None
    if actor.is_author_of(comment):
        raise Refused(_("You cannot vote on your own comment."))
    before = Vote.objects.filter(comment=comment, reader=actor.reader).first()
    previous = VoteChoice.from_vote(before)
    chosen = VoteChoice(choice.value, choice.reaction)
    if toggle and previous == chosen:
        chosen = VoteChoice()
    if previous != chosen:
        counted = VoteChoice.from_vote(before if before and before.counted else None)
        now_counted = chosen if ban is None else VoteChoice()
        vote = before or Vote(comment=comment, reader=actor.reader)
        vote.counted, vote.ban = ban is None, ban
        _store_choice(vote, chosen)
        if counted != now_counted:
            _update_counts(comment, counted, now_counted)
            touch_threads([comment.thread_id])
        before = vote if chosen.value else None
    return build_tally(comment, before, among_reactions=choice.among_reactions)


def build_tally(comment: Comment, vote: Vote | None, *, among_reactions: bool) -> VoteTally:
    """Return the votes of ``comment`` as the reader of ``vote`` is shown them."""
    mine = VoteChoice.from_vote(vote)
    if vote is not None and not vote.counted:
        comment = copy(comment)
        _add_to_counts(comment, VoteChoice(), mine)
    tally = VoteTally(comment.up, comment.down, mine.value)
    if not among_reactions:
        return tally
    own = (mine.reaction or reactions.LIKE) if mine.value > 0 else ""
    return replace(tally, reactions=comment.reaction_counts, reaction=own)


def parse_vote(value: Any, reaction: Any, *, mode: str, offered: Sequence[str]) -> VoteChoice:
    """Return the vote of a request. ``mode`` and ``offered`` are the site's votes and reactions.

    Raises InvalidInput naming ``value`` or ``reaction``, Refused on a site without votes.
    """
    votes = CommentSettings.Votes
    if mode == votes.NONE:
        raise Refused(_("Voting is not available here."))
    if mode == votes.REACTIONS and reaction is None and value == 1:
        reaction = reactions.LIKE
    if reaction is not None:
        if not isinstance(reaction, str) or reaction not in offered:
            message = (
                _("Must be one of: %s.") % ", ".join(offered)
                if offered
                else _("Vote instead of reacting.")
            )
            raise InvalidInput(fields={"reaction": [message]})
        return VoteChoice(1, "" if reaction == reactions.LIKE else reaction, among_reactions=True)
    allowed = {votes.BOTH: (0, 1, -1), votes.UP: (0, 1)}.get(votes(mode), (0,))
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        named = ", ".join(map(str, allowed))
        raise InvalidInput(fields={"value": [_("Must be one of: %s.") % named]})
    return VoteChoice(value, among_reactions=mode == votes.REACTIONS)


def _store_choice(vote: Vote, chosen: VoteChoice) -> None:
    vote.value, vote.reaction = chosen.value, chosen.reaction
    if chosen.value:
        vote.save()
    else:
        vote.delete()


def _update_counts(comment: Comment, previous: VoteChoice, now: VoteChoice) -> None:
    """Update the counters of a locked comment, in the object and in the database."""
    _add_to_counts(comment, previous, now)
    comment.save(update_fields=["up", "down", "reactions", "rank"])


def _add_to_counts(comment: Comment, previous: VoteChoice, now: VoteChoice) -> None:
    comment.up += (now.value == 1) - (previous.value == 1)
    comment.down += (now.value == -1) - (previous.value == -1)
    named = Counter(comment.reactions)
    named.subtract([previous.reaction] if previous.reaction else [])
    named.update([now.reaction] if now.reaction else [])
    comment.reactions = {key: n for key, n in named.items() if n > 0}
    comment.rank = compute_rank(comment.up, comment.down)


def lock_published_comment(comment_id: int) -> Comment:
    """Lock and return a published comment after its thread. Raises NotFound."""
    thread_id = Comment.objects.filter(pk=comment_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise NotFound
    Thread.objects.select_for_update(no_key=True).filter(pk=thread_id).first()
    comment = (
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thread")
        .filter(pk=comment_id, state=State.PUBLISHED)
        .first()
    )
    if comment is None:
        raise NotFound
    return comment


@transaction.atomic
def erase_votes(*, reader_ids: list[int]) -> int:
    """Delete all votes of these readers and return their number."""
    found = Vote.objects.filter(reader__in=reader_ids)
    thread_ids = set(found.values_list("comment__thread", flat=True))
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids).order_by("pk"))
    # Read after the lock: a vote may have been counted, or changed, until then.
    votes = list(found.filter(comment__thread__in=thread_ids))
    for vote in votes:
        gone, _by_model = Vote.objects.filter(pk=vote.pk).delete()
        comment = Comment.objects.filter(pk=vote.comment_id).first()
        if gone and comment is not None and vote.counted:
            _update_counts(comment, VoteChoice.from_vote(vote), VoteChoice())
    touch_threads(thread_ids)
    return len(votes)
