"""Writes this package's own file format: JSON, as a stream.

The document has ``format``, ``version``, ``source`` and ``exported_at``, then ``records``, in
which each page comes before its comments. docs/how-to/moving-in.md describes every field.
"""

import datetime
import json
from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone

from cx_feedback.comments.exports import vote_records
from cx_feedback.comments.imports.records import COMMENT
from cx_feedback.comments.models import Comment, Mention, Thread

FORMAT = "cx_feedback.comments"
VERSION = 1


def export_comments(out: IO[str], *, source: str, threads: QuerySet[Thread]) -> int:
    """Write ``threads`` with comments, votes, flags and mentions and return the number of comments.

    Comments in all states are written, with names and email addresses, so the file needs the same
    protection as the database.
    """
    head = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "exported_at": timezone.now().isoformat(),
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "records": [')
    lead, count = "\n", 0
    for record in _iterate_records(threads):
        out.write(lead + json.dumps(record, ensure_ascii=False))
        lead = ",\n"
        count += record["type"] == COMMENT
    out.write("\n]}\n")
    return count


def _iterate_records(threads: QuerySet[Thread]) -> Iterator[dict[str, Any]]:
    for thread in threads.select_related("page__locale").order_by("pk").iterator(chunk_size=200):
        yield _build_page_record(thread)
        # One statement for each thread, so that no reply is read without its parent.
        comments = Comment.objects.filter(thread=thread).order_by("key")
        rows = comments.select_related("parent").only(*_COMMENT_FIELDS, "parent__key")
        for comment in rows.iterator(chunk_size=1000):
            yield _build_comment_record(comment)
        yield from vote_records.iterate_vote_records(thread)
        for mention in Mention.objects.filter(thread=thread).order_by("pk").iterator():
            yield _build_mention_record(mention)


_COMMENT_FIELDS = (
    "thread_id", "parent_id", "key", "author_name", "author_email", "text", "markup", "state",
    "language", "created_at", "published_at", "decided_at", "edited_at", "pinned_at", "picked",
    "by_staff", "source", "external_id",
)  # fmt: skip


def _build_page_record(thread: Thread) -> dict[str, Any]:
    page = thread.page
    return {
        "type": "page",
        "id": str(page.pk),
        "title": page.title,
        "slug": page.slug,
        "url": page.full_url or "",
        "language": page.locale.language_code,
        "translation_key": str(page.translation_key),
        "closed": thread.closed,
        "begun_at": _format_datetime(thread.created_at),
    }


def _build_comment_record(comment: Comment) -> dict[str, Any]:
    return {
        "type": COMMENT,
        "key": comment.key,
        "parent": comment.parent.key if comment.parent else None,
        "name": comment.author_name,
        "email": comment.author_email,
        "text": comment.text,
        "markup": comment.markup,
        "state": comment.state,
        "language": comment.language,
        "written_at": _format_datetime(comment.created_at),
        "published_at": _format_datetime(comment.published_at),
        "decided_at": _format_datetime(comment.decided_at),
        "edited_at": _format_datetime(comment.edited_at),
        "pinned_at": _format_datetime(comment.pinned_at),
        "picked": comment.picked,
        "staff": comment.by_staff,
        "source": comment.source,
        "external_id": comment.external_id,
    }


def _build_mention_record(mention: Mention) -> dict[str, Any]:
    return {
        "type": mention.kind,
        "title": mention.title,
        "url": mention.url,
        "text": mention.text,
        "state": mention.state,
        "written_at": _format_datetime(mention.created_at),
        "source": mention.source,
        "external_id": mention.external_id,
    }


def _format_datetime(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
