"""Stores the comments of a file, a batch a transaction, with paths and counters right after each.

Nothing else happens: no mail, no activity of readers, no decision of a moderator. An import that
was killed is simply run again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import DataError, IntegrityError, reset_queries, transaction

from cx_feedback.comments.imports import vote_archive
from cx_feedback.comments.imports.comment_matching import Identity
from cx_feedback.comments.imports.records import COMMENT, Entry
from cx_feedback.comments.imports.report import Report
from cx_feedback.comments.models import NAME_LENGTH, Comment, Markup, Mention, State, Thread, paths
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.messages.rendering import clean_address

#: Comments of one transaction.
BATCH = 1000

#: A thread's id and what goes into it.
Placed = tuple[int, Entry]


@dataclass
class Stored:
    """What a batch came to; it counts only once its transaction is through."""

    comments: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    known: int = 0
    remarks: list[tuple[str, Entry]] = field(default_factory=list)


def write(
    entries: Iterable[Placed],
    *,
    identity: Identity,
    report: Report,
    progress: Callable[[int], None],
) -> None:
    """Store ``entries``, of which every answer comes after what it answers.

    What is stored already stays as it is. ``progress`` is called with the number done so far.
    """
    left, done = iter(entries), 0
    while batch := list(islice(left, BATCH)):
        for stored in _stored(batch, identity):
            report.comments.update(stored.comments)
            report.mentions.update(stored.mentions)
            report.acts.update(stored.acts)
            report.known += stored.known
            for code, entry in stored.remarks:
                report.remark(code, entry.kind, entry.id, entry.line)
        done += len(batch)
        progress(done)
        reset_queries()  # which Django keeps while DEBUG is on


def _stored(batch: list[Placed], identity: Identity) -> Iterator[Stored]:
    """Store a batch; where the database refuses it, store its halves, down to the one to blame.

    Another import of the same file at the same time ends here too: what it was quicker with is
    known at the second look.
    """
    try:
        with transaction.atomic():
            stored = _store(batch, identity)
        yield stored
    except (IntegrityError, DataError):
        if len(batch) == 1:
            yield Stored(remarks=[("not-stored", batch[0][1])])
            return
        middle = len(batch) // 2
        yield from _stored(batch[:middle], identity)
        yield from _stored(batch[middle:], identity)


def _store(batch: list[Placed], identity: Identity) -> Stored:
    thread_ids = {thread_id for thread_id, _entry in batch}
    locked = Thread.objects.select_for_update(no_key=True).filter(pk__in=thread_ids)
    list(locked.order_by("pk").values_list("pk"))
    stored = Stored()
    comments = [placed for placed in batch if placed[1].kind == COMMENT]
    _store_comments(comments, identity, stored)
    mentions = [placed for placed in batch if placed[1].kind in Mention.Kind.values]
    _store_mentions(mentions, identity, stored)
    if on_comments := [placed for placed in batch if placed[1].kind in vote_archive.KINDS]:
        vote_archive.store(on_comments, identity, stored)
    return stored


def _store_comments(batch: list[Placed], identity: Identity, stored: Stored) -> None:
    """Store level by level: an answer needs the number of what it answers."""
    found = identity.stored({thread_id for thread_id, _ in batch}, (entry for _, entry in batch))
    new = [placed for placed in batch if placed[1].id not in found]
    stored.known += len(batch) - len(new)
    made: list[Comment] = []
    for level in _levels(new):
        rows = {}
        for thread_id, entry in level:
            parent = found.get(entry.parent) if entry.parent else None
            if parent is not None and parent.thread_id != thread_id:
                parent = None
            if entry.parent and parent is None:
                stored.remarks.append(("parent-missing", entry))
            rows[entry.id] = _comment(entry, thread_id, parent, identity, stored)
        Comment.objects.bulk_create(rows.values())
        found.update(rows)
        made.extend(rows.values())
    update_counters(StateChange(comment, "", State(comment.state)) for comment in made)
    stored.comments.update(comment.state for comment in made)


def _levels(batch: list[Placed]) -> list[list[Placed]]:
    """Part a batch so that nothing answers what stands in its own part or a later one."""
    levels: list[list[Placed]] = []
    level_of: dict[str, int] = {}
    for placed in batch:
        level = level_of[placed[1].id] = level_of.get(placed[1].parent, -1) + 1
        if level == len(levels):
            levels.append([])
        levels[level].append(placed)
    return levels


def _comment(
    entry: Entry, thread_id: int, parent: Comment | None, identity: Identity, stored: Stored
) -> Comment:
    own = identity.key(entry)
    source, external_id = identity.origin(entry)
    erased = entry.state == State.ERASED
    name, text = ("", "") if erased else _words(entry, stored)
    clean = text_cleaning.render_html if entry.markup == Markup.HTML else text_cleaning.render_text
    return Comment(
        thread_id=thread_id,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        key=own,
        path=paths.path_below(parent.path, own) if parent else own,
        depth=parent.depth + 1 if parent else 0,
        author_name=name,
        author_email="" if erased else _address(entry, stored),
        text=text,
        markup=entry.markup,
        html=clean(text),
        state=entry.state,
        language=entry.language[:12],
        created_at=entry.written,
        decided_at=entry.decided,
        published_at=entry.published or (entry.written if _is_published(entry) else None),
        edited_at=entry.edited,
        # Only a first-level comment stands first: its parent may not have come over.
        pinned_at=None if parent else entry.pinned,
        picked=entry.picked,
        by_staff=entry.by_staff,
        source=source,
        external_id=external_id,
    )


def _is_published(entry: Entry) -> bool:
    return entry.state == State.PUBLISHED


def _words(entry: Entry, stored: Stored) -> tuple[str, str]:
    """Return name and text as they can be stored."""
    name = text_cleaning.clean_text(entry.name, one_line=True)
    if len(name) > NAME_LENGTH:
        stored.remarks.append(("shortened", entry))
        name = name[: NAME_LENGTH - 1] + "…"
    return name, text_cleaning.clean_text(entry.text)


def _address(entry: Entry, stored: Stored) -> str:
    """Return the address, if it is one and if this site keeps addresses of who comments."""
    if not entry.email or conf.get("COMMENTS_EMAIL") == "no":
        return ""
    try:
        return clean_address(entry.email)
    except InvalidInput:
        stored.remarks.append(("no-email", entry))
        return ""


def _store_mentions(batch: list[Placed], identity: Identity, stored: Stored) -> None:
    rows = [_mention(entry, thread_id, identity.source) for thread_id, entry in batch]
    known = set(
        Mention.objects.filter(
            source__in={row.source for row in rows}, external_id__in=[r.external_id for r in rows]
        ).values_list("source", "external_id")
    )
    new = [row for row in rows if (row.source, row.external_id) not in known]
    Mention.objects.bulk_create(new)
    stored.known += len(rows) - len(new)
    stored.mentions.update(row.kind for row in new)


def _mention(entry: Entry, thread_id: int, source: str) -> Mention:
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
