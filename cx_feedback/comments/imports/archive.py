"""This package's own file of comments: JSON, written and read as a stream.

One document: ``format``, ``version``, ``origin`` and ``exported_at``, then ``records``, in which
each page stands before its comments. docs/moving-in.md describes every field.
"""

import datetime
import io
import json
from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cx_feedback.comments.imports import vote_archive
from cx_feedback.comments.imports.comment_matching import ByKey
from cx_feedback.comments.imports.records import COMMENT, Entry, Post
from cx_feedback.comments.imports.report import Report
from cx_feedback.comments.imports.xml import UnreadableFile
from cx_feedback.comments.models import Comment, Markup, Mention, State, Thread
from cx_feedback.comments.models.paths import is_key
from cx_feedback.comments.rendering import text_cleaning

FORMAT = "cx_feedback.comments"
VERSION = 1
#: Characters read at once, and the most that one record may have.
CHUNK = 1 << 16
LONGEST_RECORD = 1 << 20
LONGEST = 65_536


def export(out: IO[str], *, origin: str, threads: QuerySet[Thread]) -> int:
    """Write ``threads`` with comments, votes, flags and mentions; return how many comments.

    Every state is written, with names and e-mail addresses: keep the file as you keep the
    database.
    """
    head = {
        "format": FORMAT,
        "version": VERSION,
        "origin": origin,
        "exported_at": timezone.now().isoformat(),
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "records": [')
    lead, count = "\n", 0
    for record in _exported(threads):
        out.write(lead + json.dumps(record, ensure_ascii=False))
        lead = ",\n"
        count += record["type"] == COMMENT
    out.write("\n]}\n")
    return count


def _exported(threads: QuerySet[Thread]) -> Iterator[dict[str, Any]]:
    for thread in threads.select_related("page__locale").order_by("pk").iterator(chunk_size=200):
        yield _page_record(thread)
        # One statement a thread: an answer is never seen without what it answers.
        comments = Comment.objects.filter(thread=thread).order_by("key")
        rows = comments.select_related("parent").only(*_COMMENT_FIELDS, "parent__key")
        for comment in rows.iterator(chunk_size=1000):
            yield _comment_record(comment)
        yield from vote_archive.exported(thread)
        for mention in Mention.objects.filter(thread=thread).order_by("pk").iterator():
            yield _mention_record(mention)


_COMMENT_FIELDS = (
    "thread_id", "parent_id", "key", "author_name", "author_email", "text", "markup", "state",
    "language", "created_at", "published_at", "decided_at", "edited_at", "pinned_at", "picked",
    "by_staff", "source", "external_id",
)  # fmt: skip


def _page_record(thread: Thread) -> dict[str, Any]:
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
        "begun_at": _said(thread.created_at),
    }


def _comment_record(comment: Comment) -> dict[str, Any]:
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
        "written_at": _said(comment.created_at),
        "published_at": _said(comment.published_at),
        "decided_at": _said(comment.decided_at),
        "edited_at": _said(comment.edited_at),
        "pinned_at": _said(comment.pinned_at),
        "picked": comment.picked,
        "staff": comment.by_staff,
        "source": comment.source,
        "external_id": comment.external_id,
    }


def _mention_record(mention: Mention) -> dict[str, Any]:
    return {
        "type": mention.kind,
        "title": mention.title,
        "url": mention.url,
        "text": mention.text,
        "state": mention.state,
        "written_at": _said(mention.created_at),
        "source": mention.source,
        "external_id": mention.external_id,
    }


def _said(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


class ArchiveFile:
    """The pages and comments of a file that ``export`` wrote, whoever formatted it since."""

    def __init__(self, file: IO[bytes], report: Report, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.stream = _JSONStream(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace"))

    def identity(self) -> ByKey:
        """Know comments by their keys, which are the same wherever they go."""
        origin = self._source or str(self.stream.head.get("origin", ""))
        return ByKey(f"cx:{origin.rpartition('://')[2].rstrip('/')}"[:200])

    def __iter__(self) -> Iterator[Post | Entry]:
        page = ""
        for record in self.stream:
            self._check_head()
            line, what = self.stream.line, record.get("type")
            found: Post | Entry | None = None
            if what == "page":
                page, found = self._page(record, line)
            elif what in (COMMENT, *Mention.Kind.values):
                found = self._entry(record, str(what), page, line)
            elif what in vote_archive.KINDS:
                found = self._act(record, str(what), page, line)
            else:
                self.report.remark("other-kind", COMMENT, "", line, _plain(record, "type")[:40])
            if found is not None:
                yield found
        self._check_head()

    def _check_head(self) -> None:
        head = self.stream.head
        if head.get("format") != FORMAT:
            raise UnreadableFile(_("This is no export of comments of cx_feedback."))
        if head.get("version") != VERSION:
            raise UnreadableFile(_("Version %s is not known here.") % head.get("version"))

    def _page(self, record: dict[str, Any], line: int) -> tuple[str, Post | None]:
        own = _plain(record, "id")[:64]
        if not own:
            self.report.remark("no-id", "post", "", line)
            return "", None
        return own, Post(
            id=own,
            kind="page",
            title=_plain(record, "title"),
            slug=_plain(record, "slug"),
            link=_plain(record, "url"),
            language=_plain(record, "language"),
            translation_key=_plain(record, "translation_key"),
            date=_moment(record, "begun_at"),
            comments_open=record.get("closed") is not True,
            line=line,
        )

    def _entry(self, record: dict[str, Any], kind: str, page: str, line: int) -> Entry | None:
        source, external_id = _plain(record, "source")[:200], _plain(record, "external_id")[:64]
        own = _plain(record, "key") if kind == COMMENT else f"{kind} {source} {external_id}"
        written = _moment(record, "written_at")
        if kind == COMMENT and not is_key(own):
            problem = "no-id"
        else:
            problem = "no-post" if not page else "no-date" if written is None else ""
        if written is None or problem:
            self.report.remark(problem, kind, own[:64], line)
            return None
        state = _plain(record, "state")
        text = str(record.get("text") or "")
        if len(text) > LONGEST:
            self.report.remark("shortened", kind, own, line)
        return Entry(
            id=own,
            post=page,
            parent=_plain(record, "parent"),
            kind=kind,
            written=written,
            published=_moment(record, "published_at"),
            decided=_moment(record, "decided_at"),
            edited=_moment(record, "edited_at"),
            pinned=_moment(record, "pinned_at"),
            picked=record.get("picked") is True,
            by_staff=record.get("staff") is True,
            state=state if state in State.values else State.PENDING,
            name=_plain(record, "name" if kind == COMMENT else "title"),
            email=_plain(record, "email"),
            url=_plain(record, "url"),
            text=text_cleaning.clean_text(text[:LONGEST]),
            markup=Markup.HTML if record.get("markup") == Markup.HTML else Markup.TEXT,
            language=_plain(record, "language"),
            source=source,
            external_id=external_id,
            line=line,
        )

    def _act(self, record: dict[str, Any], kind: str, page: str, line: int) -> Entry | None:
        written = _moment(record, "written_at")
        found = vote_archive.entry_of(record, page=page, written=written, line=line)
        problem = "no-act" if found is None else "no-date" if written is None else ""
        if problem or not page:
            self.report.remark(problem or "no-post", kind, _plain(record, "comment")[:64], line)
            return None
        return found


def _plain(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return text_cleaning.clean_text(value[:5000], one_line=True) if isinstance(value, str) else ""


def _moment(record: dict[str, Any], name: str) -> datetime.datetime | None:
    try:
        found = parse_datetime(_plain(record, name))
    except ValueError:
        return None
    return found if found and found.tzinfo and 1970 <= found.year <= 2100 else None


class _JSONStream:
    """Iterates over the objects in ``records`` of a JSON document; the rest of it is ``head``."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.head: dict[str, Any] = {}
        #: The line at which the last record ends.
        self.line = 1
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._expect("{")
        while self._next() != "}":
            name = self._value()
            self._expect(":")
            if name == "records":
                yield from self._records()
            else:
                self.head[str(name)] = self._value()
            self._part("}")
        self._expect("}")

    def _records(self) -> Iterator[dict[str, Any]]:
        self._expect("[")
        while self._next() != "]":
            record = self._value()
            if not isinstance(record, dict):
                raise self._unreadable()
            yield record
            self._part("]")
        self._expect("]")

    def _part(self, end: str) -> None:
        """Pass the comma between two values; ``end`` needs none."""
        if self._next() != end:
            self._expect(",")

    def _next(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._text):
                character = self._text[self._at]
                if not character.isspace():
                    return character
                self.line += character == "\n"
                self._at += 1
            if not self._fill():
                return ""

    def _expect(self, wanted: str) -> None:
        if self._next() != wanted:
            raise self._unreadable()
        self._at += 1

    def _value(self) -> Any:
        self._next()
        while True:
            value, end = self._decoded()
            # What ends with what was read may go on, as a number may.
            if end < len(self._text):
                break
            if len(self._text) - self._at > LONGEST_RECORD or not self._fill():
                raise self._unreadable()
        self.line += self._text.count("\n", self._at, end)
        self._at = end
        return value

    def _decoded(self) -> tuple[Any, int]:
        """Return the value at the place reached and where it ends; the end of the text if none."""
        try:
            return self._decoder.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None, len(self._text)

    def _fill(self) -> bool:
        """Read on; return whether there was more."""
        part = self.file.read(CHUNK)
        self._text = self._text[self._at :] + part
        self._at = 0
        return bool(part)

    def _unreadable(self) -> UnreadableFile:
        return UnreadableFile(_("This is not JSON, or it ends in the middle."), self.line)
