"""Votes and reactions: one per reader and comment, counted in the same transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.comments.models import Comment, CommentSettings, State, Thread, Vote
from cx_feedback.comments.rendering import reactions
from cx_feedback.comments.services.best_first_rank import compute_rank
from cx_feedback.comments.services.counters import touch_threads
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.ban_lookup import refuse_banned_actor
from cx_feedback.core.errors import InvalidInput, NotFound, Refused
from cx_feedback.readers.models import Reader


@dataclass(frozen=True)
class VoteChoice:
    """The vote of a reader: 1, -1 or 0 for none. A vote of 1 can be a named reaction."""

    value: int = 0
    #: "" for a plain vote, which is the same as ``reactions.LIKE``.
    reaction: str = ""
    #: Whether the site offers reactions instead of votes.
    among_reactions: bool = False


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
    somebody who is banned.
    """
    if actor.reader is None:
        raise Refused(_("To vote, use this site's own pages and allow cookies."))
    if choice.value:
        refuse_banned_actor(actor)
    comment = lock_published_comment(comment_id)
    if actor.is_author_of(comment):
        raise Refused(_("You cannot vote on your own comment."))
    before = Vote.objects.filter(comment=comment, reader=actor.reader).first()
    previous = VoteChoice(before.value, before.reaction) if before else VoteChoice()
    chosen = VoteChoice(choice.value, choice.reaction)
    if toggle and previous == chosen:
        chosen = VoteChoice()
    if previous != chosen:
        _store_vote(comment, actor.reader, before, chosen)
        _update_counts(comment, previous, chosen)
        touch_threads([comment.thread_id])
    tally = VoteTally(comment.up, comment.down, chosen.value)
    if not choice.among_reactions:
        return tally
    mine = (chosen.reaction or reactions.LIKE) if chosen.value > 0 else ""
    return replace(tally, reactions=comment.reaction_counts, reaction=mine)


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


def _store_vote(comment: Comment, reader: Reader, before: Vote | None, chosen: VoteChoice) -> None:
    values = {"value": chosen.value, "reaction": chosen.reaction}
    if before is None:
        Vote.objects.create(comment=comment, reader=reader, **values)
    elif chosen.value:
        Vote.objects.filter(pk=before.pk).update(**values)
    else:
        before.delete()


def _update_counts(comment: Comment, previous: VoteChoice, now: VoteChoice) -> None:
    """Update the counters of a locked comment, in the object and in the database."""
    comment.up += (now.value == 1) - (previous.value == 1)
    comment.down += (now.value == -1) - (previous.value == -1)
    named = Counter(comment.reactions)
    named.subtract([previous.reaction] if previous.reaction else [])
    named.update([now.reaction] if now.reaction else [])
    comment.reactions = {key: n for key, n in named.items() if n > 0}
    comment.rank = compute_rank(comment.up, comment.down)
    comment.save(update_fields=["up", "down", "reactions", "rank"])


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
    votes = list(Vote.objects.filter(reader__in=reader_ids).select_related("comment"))
    thread_ids = {vote.comment.thread_id for vote in votes}
    list(Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids).order_by("pk"))
    for vote in votes:
        gone, _by_model = Vote.objects.filter(pk=vote.pk).delete()
        comment = Comment.objects.filter(pk=vote.comment_id).first()
        if gone and comment is not None:
            _update_counts(comment, VoteChoice(vote.value, vote.reaction), VoteChoice())
    touch_threads(thread_ids)
    return len(votes)
