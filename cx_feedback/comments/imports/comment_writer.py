"""Stores the comments of a file in batches of one transaction each, with paths and counters.

An import sends no email and records no activity and no decisions. One that was killed can be run
again.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import DataError, IntegrityError, reset_queries, transaction

from cx_feedback.comments.imports import vote_writer
from cx_feedback.comments.imports.batch_result import BatchResult, PlacedEntry
from cx_feedback.comments.imports.comment_matching import CommentMatcher
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import COMMENT, Entry
from cx_feedback.comments.models import (
    NAME_LENGTH,
    Comment,
    Markup,
    Mention,
    State,
    Thread,
    thread_paths,
)
from cx_feedback.comments.rendering import imported_html
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.text_shingles import compute_min_shingles
from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import text_cleaning
from cx_feedback.core.text.email_addresses import clean_address

#: Comments of one transaction.
BATCH_SIZE = 1000


def store_entries(
    entries: Iterable[PlacedEntry],
    *,
    matcher: CommentMatcher,
    report: ImportReport,
    progress: Callable[[int], None],
) -> None:
    """Store ``entries``, in which parents come before their replies.

    Comments that are stored already aren't changed. ``progress`` is called with the number of
    entries done so far.
    """
    left, done = iter(entries), 0
    while batch := list(islice(left, BATCH_SIZE)):
        for stored in _store_in_parts(batch, matcher):
            report.comments.update(stored.comments)
            report.mentions.update(stored.mentions)
            report.votes.update(stored.votes)
            report.known += stored.known
            for code, entry in stored.remarks:
                report.add_remark(code, entry.kind, entry.id, entry.line)
        done += len(batch)
        progress(done)
        reset_queries()  # Django keeps all queries while DEBUG is on.


def _store_in_parts(batch: list[PlacedEntry], matcher: CommentMatcher) -> Iterator[BatchResult]:
    """Store a batch. If the database refuses it, store its halves, down to the entry at fault.

    This also happens when another import stores the same entries at the same time. The second try
    finds them.
    """
    try:
        with transaction.atomic():
            stored = _store_batch(batch, matcher)
        yield stored
    except (IntegrityError, DataError):
        if len(batch) == 1:
            yield BatchResult(remarks=[("not-stored", batch[0][1])])
            return
        middle = len(batch) // 2
        yield from _store_in_parts(batch[:middle], matcher)
        yield from _store_in_parts(batch[middle:], matcher)


def _store_batch(batch: list[PlacedEntry], matcher: CommentMatcher) -> BatchResult:
    thread_ids = {thread_id for thread_id, _entry in batch}
    locked = Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids)
    list(locked.order_by("pk").values_list("pk"))
    stored = BatchResult()
    comments = [placed for placed in batch if placed[1].kind == COMMENT]
    _store_comments(comments, matcher, stored)
    mentions = [placed for placed in batch if placed[1].kind in Mention.Kind.values]
    _store_mentions(mentions, matcher, stored)
    if on_comments := [placed for placed in batch if placed[1].kind in vote_writer.KINDS]:
        vote_writer.store_votes(on_comments, matcher, stored)
    return stored


def _store_comments(batch: list[PlacedEntry], matcher: CommentMatcher, stored: BatchResult) -> None:
    """Store level by level, since a reply needs the ID of its parent."""
    found = matcher.find_stored(
        {thread_id for thread_id, _ in batch}, (entry for _, entry in batch)
    )
    new = [placed for placed in batch if placed[1].id not in found]
    stored.known += len(batch) - len(new)
    made: list[Comment] = []
    for level in _split_levels(new):
        rows = {}
        for thread_id, entry in level:
            parent = found.get(entry.parent) if entry.parent else None
            if parent is not None and parent.thread_id != thread_id:
                parent = None
            if entry.parent and parent is None:
                stored.remarks.append(("parent-missing", entry))
            rows[entry.id] = _build_comment(entry, thread_id, parent, matcher, stored)
        Comment.objects.bulk_create(rows.values())
        found.update(rows)
        made.extend(rows.values())
    update_counters(StateChange(comment, "", State(comment.state)) for comment in made)
    stored.comments.update(comment.state for comment in made)


def _split_levels(batch: list[PlacedEntry]) -> list[list[PlacedEntry]]:
    """Split a batch by depth, so that each part comes after the parents of its entries."""
    levels: list[list[PlacedEntry]] = []
    level_of: dict[str, int] = {}
    for placed in batch:
        level = level_of[placed[1].id] = level_of.get(placed[1].parent, -1) + 1
        if level == len(levels):
            levels.append([])
        levels[level].append(placed)
    return levels


def _build_comment(
    entry: Entry,
    thread_id: int,
    parent: Comment | None,
    matcher: CommentMatcher,
    stored: BatchResult,
) -> Comment:
    source, external_id = matcher.get_source(entry)
    erased = entry.state == State.ERASED
    name, text = ("", "") if erased else _clean_name_and_text(entry, stored)
    render = imported_html.render_html if entry.markup == Markup.HTML else render_markdown
    comment = Comment(
        thread_id=thread_id,
        **thread_paths.build_position(parent, matcher.get_key(entry)),
        author_name=name,
        author_email="" if erased else _clean_email(entry, stored),
        text=text,
        markup=entry.markup,
        html=render(text),
        state=entry.state,
        language=entry.language[:12],
        created_at=entry.written,
        decided_at=entry.decided,
        published_at=entry.published or (entry.written if _is_published(entry) else None),
        edited_at=entry.edited,
        # Only first-level comments can be pinned, and the parent may have been left out.
        pinned_at=None if parent else entry.pinned,
        picked=entry.picked,
        by_staff=entry.by_staff,
        source=source,
        external_id=external_id,
    )
    if entry.state == State.PENDING:
        found = compute_min_shingles(comment.plain_text)
        comment.shingle_first, comment.shingle_second = found
    return comment


def _is_published(entry: Entry) -> bool:
    return entry.state == State.PUBLISHED


def _clean_name_and_text(entry: Entry, stored: BatchResult) -> tuple[str, str]:
    """Return name and text cleaned for storage."""
    name = text_cleaning.clean_text(entry.name, one_line=True)
    if len(name) > NAME_LENGTH:
        stored.remarks.append(("shortened", entry))
        name = name[: NAME_LENGTH - 1] + "…"
    return name, text_cleaning.clean_text(entry.text)


def _clean_email(entry: Entry, stored: BatchResult) -> str:
    """Return the email address, "" if it isn't valid or this site doesn't store addresses."""
    if not entry.email or conf.get("COMMENTS_EMAIL") == "no":
        return ""
    try:
        return clean_address(entry.email)
    except InvalidInput:
        stored.remarks.append(("no-email", entry))
        return ""


def _store_mentions(batch: list[PlacedEntry], matcher: CommentMatcher, stored: BatchResult) -> None:
    rows = [_build_mention(entry, thread_id, matcher.source) for thread_id, entry in batch]
    known = set(
        Mention.objects.filter(
            source__in={row.source for row in rows}, external_id__in=[r.external_id for r in rows]
        ).values_list("source", "external_id")
    )
    new = [row for row in rows if (row.source, row.external_id) not in known]
    Mention.objects.bulk_create(new)
    stored.known += len(rows) - len(new)
    stored.mentions.update(row.kind for row in new)


def _build_mention(entry: Entry, thread_id: int, source: str) -> Mention:
    url = text_cleaning.clean_text(entry.url, one_line=True)
    return Mention(
        thread_id=thread_id,
        kind=entry.kind,
        title=text_cleaning.clean_text(entry.name, one_line=True)[:200],
        url=url[:500] if url.lower().startswith(("http://", "https://")) else "",
        text=text_cleaning.clean_text(text_cleaning.html_to_text(entry.text)),
        state=entry.state,
        created_at=entry.written,
        source=entry.source or source,
        external_id=entry.external_id or entry.id,
    )
