"""This package's own file format: JSON, written and read as a stream.

The document has ``format``, ``version``, ``source`` and ``exported_at``, then ``records``, in
which each page comes before its comments. docs/moving-in.md describes every field.
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

from cx_feedback.comments.imports.comment_matching import KeyMatcher
from cx_feedback.comments.imports.formats import archive_votes
from cx_feedback.comments.imports.formats.base import UnreadableFile
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import COMMENT, Entry, Post
from cx_feedback.comments.models import Comment, Markup, Mention, State, Thread
from cx_feedback.comments.models.paths import is_key
from cx_feedback.comments.rendering import text_cleaning

FORMAT = "cx_feedback.comments"
VERSION = 1
#: Characters read at once, and the most that one record may have.
CHUNK_SIZE = 1 << 16
MAX_RECORD_LENGTH = 1 << 20
MAX_TEXT_LENGTH = 65_536


def export_archive(out: IO[str], *, source: str, threads: QuerySet[Thread]) -> int:
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
        yield from archive_votes.iterate_vote_records(thread)
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


class ArchiveFile:
    """The pages and comments of a file of ``export_archive``, in any JSON formatting."""

    def __init__(self, file: IO[bytes], report: ImportReport, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.stream = _JSONStream(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace"))

    def get_matcher(self) -> KeyMatcher:
        """Return a matcher by keys, which are the same on every site."""
        source = self._source or str(self.stream.head.get("source", ""))
        return KeyMatcher(f"cx:{source.rpartition('://')[2].rstrip('/')}"[:200])

    def __iter__(self) -> Iterator[Post | Entry]:
        page = ""
        for record in self.stream:
            self._check_head()
            line, kind = self.stream.line, record.get("type")
            found: Post | Entry | None = None
            if kind == "page":
                page, found = self._build_post(record, line)
            elif kind in (COMMENT, *Mention.Kind.values):
                found = self._build_entry(record, str(kind), page, line)
            elif kind in archive_votes.KINDS:
                found = self._build_vote(record, str(kind), page, line)
            else:
                self.report.add_remark(
                    "other-kind", COMMENT, "", line, _get_text(record, "type")[:40]
                )
            if found is not None:
                yield found
        self._check_head()

    def _check_head(self) -> None:
        head = self.stream.head
        if head.get("format") != FORMAT:
            raise UnreadableFile(_("This is not a comment export of cx_feedback."))
        if head.get("version") != VERSION:
            raise UnreadableFile(_("Version %s is not supported.") % head.get("version"))

    def _build_post(self, record: dict[str, Any], line: int) -> tuple[str, Post | None]:
        own = _get_text(record, "id")[:64]
        if not own:
            self.report.add_remark("no-id", "post", "", line)
            return "", None
        return own, Post(
            id=own,
            kind="page",
            title=_get_text(record, "title"),
            slug=_get_text(record, "slug"),
            link=_get_text(record, "url"),
            language=_get_text(record, "language"),
            translation_key=_get_text(record, "translation_key"),
            date=_parse_date(record, "begun_at"),
            comments_open=record.get("closed") is not True,
            line=line,
        )

    def _build_entry(self, record: dict[str, Any], kind: str, page: str, line: int) -> Entry | None:
        source, external_id = (
            _get_text(record, "source")[:200],
            _get_text(record, "external_id")[:64],
        )
        own = _get_text(record, "key") if kind == COMMENT else f"{kind} {source} {external_id}"
        written = _parse_date(record, "written_at")
        if kind == COMMENT and not is_key(own):
            problem = "no-id"
        else:
            problem = "no-post" if not page else "no-date" if written is None else ""
        if written is None or problem:
            self.report.add_remark(problem, kind, own[:64], line)
            return None
        state = _get_text(record, "state")
        text = str(record.get("text") or "")
        if len(text) > MAX_TEXT_LENGTH:
            self.report.add_remark("shortened", kind, own, line)
        return Entry(
            id=own,
            post=page,
            parent=_get_text(record, "parent"),
            kind=kind,
            written=written,
            published=_parse_date(record, "published_at"),
            decided=_parse_date(record, "decided_at"),
            edited=_parse_date(record, "edited_at"),
            pinned=_parse_date(record, "pinned_at"),
            picked=record.get("picked") is True,
            by_staff=record.get("staff") is True,
            state=state if state in State.values else State.PENDING,
            name=_get_text(record, "name" if kind == COMMENT else "title"),
            email=_get_text(record, "email"),
            url=_get_text(record, "url"),
            text=text_cleaning.clean_text(text[:MAX_TEXT_LENGTH]),
            markup=Markup.HTML if record.get("markup") == Markup.HTML else Markup.TEXT,
            language=_get_text(record, "language"),
            source=source,
            external_id=external_id,
            line=line,
        )

    def _build_vote(self, record: dict[str, Any], kind: str, page: str, line: int) -> Entry | None:
        written = _parse_date(record, "written_at")
        found = archive_votes.parse_vote_record(record, page=page, written=written, line=line)
        problem = "no-act" if found is None else "no-date" if written is None else ""
        if problem or not page:
            self.report.add_remark(
                problem or "no-post", kind, _get_text(record, "comment")[:64], line
            )
            return None
        return found


def _get_text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return text_cleaning.clean_text(value[:5000], one_line=True) if isinstance(value, str) else ""


def _parse_date(record: dict[str, Any], name: str) -> datetime.datetime | None:
    try:
        found = parse_datetime(_get_text(record, name))
    except ValueError:
        return None
    return found if found and found.tzinfo and 1970 <= found.year <= 2100 else None


class _JSONStream:
    """Iterates over the objects in ``records`` of a JSON document. The other keys are ``head``."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.head: dict[str, Any] = {}
        #: The line at which the last record ends.
        self.line = 1
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._expect("{")
        while self._peek() != "}":
            name = self._read_value()
            self._expect(":")
            if name == "records":
                yield from self._iterate_objects()
            else:
                self.head[str(name)] = self._read_value()
            self._skip_comma("}")
        self._expect("}")

    def _iterate_objects(self) -> Iterator[dict[str, Any]]:
        self._expect("[")
        while self._peek() != "]":
            record = self._read_value()
            if not isinstance(record, dict):
                raise self._build_error()
            yield record
            self._skip_comma("]")
        self._expect("]")

    def _skip_comma(self, end: str) -> None:
        """Skip the comma between two values. Before ``end`` there is none."""
        if self._peek() != end:
            self._expect(",")

    def _peek(self) -> str:
        """Return the next character that is not a space, "" at the end of the file."""
        while True:
            while self._at < len(self._text):
                character = self._text[self._at]
                if not character.isspace():
                    return character
                self.line += character == "\n"
                self._at += 1
            if not self._read_chunk():
                return ""

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._build_error()
        self._at += 1

    def _read_value(self) -> Any:
        self._peek()
        while True:
            value, end = self._decode_value()
            # A value that ends with the chunk may continue in the next one, as a number may.
            if end < len(self._text):
                break
            if len(self._text) - self._at > MAX_RECORD_LENGTH or not self._read_chunk():
                raise self._build_error()
        self.line += self._text.count("\n", self._at, end)
        self._at = end
        return value

    def _decode_value(self) -> tuple[Any, int]:
        """Return the value at the current position and its end (the text's if incomplete)."""
        try:
            return self._decoder.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None, len(self._text)

    def _read_chunk(self) -> bool:
        """Read more of the file and return whether there was any."""
        part = self.file.read(CHUNK_SIZE)
        self._text = self._text[self._at :] + part
        self._at = 0
        return bool(part)

    def _build_error(self) -> UnreadableFile:
        return UnreadableFile(_("This is not JSON, or it ends in the middle."), self.line)
