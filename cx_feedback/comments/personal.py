"""Personal data in comments, for a person's export and erasure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from cx_feedback.comments.models import AuthorNote, Ban, Comment, Flag, Follow, Vote
from cx_feedback.comments.selectors import get_comments_of_person, get_follows_of_person
from cx_feedback.comments.submission.author_key import get_author_key


def export_comments(*, reader_ids: list[int], email: str) -> list[dict[str, Any]]:
    """Return a person's comments with the decisions on them and their reasons."""
    rows = get_comments_of_person(reader_ids=reader_ids, email=email)
    return [
        {
            "page": comment.thread.page_id,
            "name": comment.author_name,
            "email": comment.author_email,
            "text": comment.text,
            "earlier_texts": [
                {"text": revision.text, "created_at": revision.created_at.isoformat()}
                for revision in comment.revisions.all()
                if revision.number != comment.revision and not revision.by_site
            ],
            "state": comment.state,
            "written_at": comment.created_at.isoformat(),
            "in_reply_to": comment.parent_id,
            "spam_score": comment.spam_score,
            "moderation": [
                {
                    "action": event.action,
                    "from": event.from_state,
                    "to": event.to_state,
                    "reason": event.reason,
                    "created_at": event.created_at.isoformat(),
                }
                for event in comment.events.all()
            ],
            "objections": [
                {
                    "text": objection.text,
                    "state": objection.state,
                    "answer": objection.answer,
                    "created_at": objection.created_at.isoformat(),
                }
                for objection in comment.objections.all()
            ],
        }
        for comment in rows.select_related("thread")
        .prefetch_related("events", "revisions", "objections")
        .order_by("pk")
    ]


def export_actions(*, reader_ids: list[int], email: str) -> list[dict[str, Any]]:
    """Return a person's votes, flags and follows, each with its kind."""
    votes = Vote.objects.filter(reader__in=reader_ids).order_by("pk")
    flags = Flag.objects.filter(reader__in=reader_ids).order_by("pk")
    follows = get_follows_of_person(email=email, reader_ids=reader_ids).order_by("pk")
    rows: list[dict[str, Any]] = [
        {
            "kind": "vote",
            "comment": v.comment_id,
            "value": v.value,
            "reaction": v.reaction,
            "created_at": v.created_at.isoformat(),
        }
        for v in votes
    ]
    rows += [
        {
            "kind": "flag",
            "comment": f.comment_id,
            "reason": f.reason,
            "text": f.text,
            "state": f.state,
            "created_at": f.created_at.isoformat(),
        }
        for f in flags
    ]
    rows += [
        {
            "kind": "follow",
            "page": f.thread.page_id,
            "comment": f.comment_id,
            "email": f.email,
            "language": f.language,
            "asked_at": f.asked_at.isoformat(),
            "confirmed_at": f.confirmed_at and f.confirmed_at.isoformat(),
            "ended_at": f.ended_at and f.ended_at.isoformat(),
            "earlier_requests": f.earlier_requests,
        }
        for f in follows.select_related("thread")
    ]
    return rows


def get_bans_of_person(
    *, reader_ids: list[int], email: str, comment_ids: list[int]
) -> QuerySet[Ban]:
    """Return a person's present and past bans, by comment, address, account or browser."""
    whose = Q(comment__in=comment_ids)
    whose |= Q(kind=Ban.Kind.READER, key__in=[str(pk) for pk in reader_ids])
    if email:
        whose |= Q(kind=Ban.Kind.AUTHOR, key=get_author_key(email=email))
    return Ban.objects.filter(whose)


def export_bans(*, reader_ids: list[int], email: str) -> list[dict[str, Any]]:
    """Return a person's bans. An export is complete, so it includes shadow bans."""
    written = get_comments_of_person(reader_ids=reader_ids, email=email).values_list(
        "pk", flat=True
    )
    found = get_bans_of_person(reader_ids=reader_ids, email=email, comment_ids=list(written))
    return [
        {
            "kind": ban.kind,
            "comment": ban.comment_id,
            "shadow": ban.shadow,
            "reason": ban.reason,
            "message": ban.message,
            "since": ban.created_at.isoformat(),
            "until": ban.until and ban.until.isoformat(),
            "lifted_at": ban.lifted_at and ban.lifted_at.isoformat(),
        }
        for ban in found.order_by("pk")
    ]


def get_notes_on_person(
    *, reader_ids: list[int], email: str, author_keys: Iterable[str] = ()
) -> QuerySet[AuthorNote]:
    """Return moderators' notes on a person, by address, account or reader."""
    keys = {*author_keys, *([get_author_key(email=email)] if email else [])} - {""}
    return AuthorNote.objects.filter(Q(author_key__in=keys) | Q(reader__in=reader_ids))


def export_notes(*, reader_ids: list[int], email: str) -> list[dict[str, Any]]:
    """Return moderators' notes on a person."""
    written = get_comments_of_person(reader_ids=reader_ids, email=email)
    keys = written.order_by().values_list("author_key", flat=True).distinct()
    found = get_notes_on_person(reader_ids=reader_ids, email=email, author_keys=list(keys))
    return [
        {"text": note.text, "created_at": note.created_at.isoformat()}
        for note in found.order_by("pk")
    ]


def find_readers_by_email(email: str) -> set[int]:
    """Return the IDs of readers who used this address to comment or follow, verified or not."""
    wrote = Comment.objects.filter(author_email=email, reader__isnull=False)
    asked = Follow.objects.filter(email=email, reader__isnull=False)
    return {*wrote.values_list("reader_id", flat=True), *asked.values_list("reader_id", flat=True)}


def get_addresses(reader_ids: list[int]) -> dict[int, set[str]]:
    """Return the addresses that these readers used to comment or follow, by reader ID."""
    wrote = Comment.objects.filter(reader__in=reader_ids).exclude(author_email="")
    asked = Follow.objects.filter(reader__in=reader_ids)
    found: dict[int, set[str]] = defaultdict(set)
    for reader_id, email in (
        *wrote.values_list("reader_id", "author_email"),
        *asked.values_list("reader_id", "email"),
    ):
        found[reader_id].add(email)
    return found
