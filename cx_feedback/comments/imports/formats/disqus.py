"""Disqus's export: threads, and posts (which are comments) with their parents.

The format is that of https://docs.disqus.com/developers/export/ and of its schema, disqus.xsd:
elements refer to each other by ``dsq:id``, and times are UTC.
"""

import datetime
from collections.abc import Iterator
from typing import IO

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cx_feedback.comments.imports.comment_matching import SourceMatcher
from cx_feedback.comments.imports.formats.base import UnreadableFile
from cx_feedback.comments.imports.formats.xml_records import XMLRecord, XMLRecords
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import COMMENT, Author, Entry, Post
from cx_feedback.comments.models import State
from cx_feedback.core.text import text_cleaning

MAX_TEXT_LENGTH = 65_536
_SHORT = 2000
RECORDS = {
    "disqus/thread": {
        "id": _SHORT,
        "forum": 200,
        "link": _SHORT,
        "title": _SHORT,
        "createdAt": 40,
        "isClosed": 10,
        "author/name": 300,
    },
    "disqus/post": {
        "thread": 10,
        "parent": 10,
        "message": MAX_TEXT_LENGTH,
        "createdAt": 40,
        "isDeleted": 10,
        "isSpam": 10,
        "isApproved": 10,
        "author/name": 300,
        "author/email": 300,
    },
}
_NAMESPACES = {"http://disqus.com": "", "http://disqus.com/disqus-internals": "dsq"}


class DisqusFile:
    """The threads and comments of a Disqus export."""

    def __init__(self, file: IO[bytes], report: ImportReport, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.records = XMLRecords(file, records=RECORDS, prefix=_NAMESPACES.get, root=_check_root)

    def get_matcher(self) -> SourceMatcher:
        """Return a matcher by IDs, which are unique in all of Disqus."""
        return SourceMatcher(f"disqus:{self._source}"[:200] if self._source else "disqus")

    def __iter__(self) -> Iterator[Post | Entry]:
        for record in self.records:
            is_thread = record.path == "disqus/thread"
            found = self._build_post(record) if is_thread else self._build_entry(record)
            if found is not None:
                yield found
        self.report.replaced = self.records.replaced

    def _build_post(self, record: XMLRecord) -> Post | None:
        own = record.attributes.get("dsq:id", "")
        if not own:
            self.report.add_remark("no-id", "post", record.text("title")[:60], record.line)
            return None
        identifier, link = record.text("id").strip(), record.text("link").strip()
        name = _clean_line(record.text("author/name"))
        return Post(
            id=own[:64],
            kind="thread",
            title=_clean_line(record.text("title")),
            # Sites often use the URL or the slug as the identifier.
            slug="" if "/" in identifier or " " in identifier else identifier,
            link=link or (identifier if "://" in identifier else ""),
            date=_parse_date(record.text("createdAt")),
            author=Author(name, name),
            comments_open=not _parse_bool(record.text("isClosed")),
            line=record.line,
        )

    def _build_entry(self, record: XMLRecord) -> Entry | None:
        own, line = record.attributes.get("dsq:id", ""), record.line
        thread, written = _get_reference(record, "thread"), _parse_date(record.text("createdAt"))
        if not own or not thread or written is None:
            code = "no-date" if own and thread else "no-post" if own else "no-id"
            self.report.add_remark(code, COMMENT, own, line)
            return None
        if record.is_truncated("message"):
            self.report.add_remark("shortened", COMMENT, own, line)
        return Entry(
            id=own[:64],
            post=thread[:64],
            parent=_get_reference(record, "parent")[:64],
            written=written,
            state=_get_state(record),
            name=_clean_line(record.text("author/name")),
            email=record.text("author/email").strip(),
            text=record.text("message"),
            line=line,
        )


def _get_state(record: XMLRecord) -> str:
    if _parse_bool(record.text("isSpam")):
        return State.SPAM
    if _parse_bool(record.text("isDeleted")):
        return State.REJECTED
    # Only older exports have this element.
    return State.PENDING if record.text("isApproved").strip() == "false" else State.PUBLISHED


def _check_root(name: str, namespaces: set[str]) -> None:
    if name != "disqus":
        raise UnreadableFile(_("This is not a Disqus export."))


def _get_reference(record: XMLRecord, path: str) -> str:
    values = record.fields.get(path)
    return values[0].attributes.get("dsq:id", "") if values else ""


def _parse_bool(text: str) -> bool:
    return text.strip().lower() in ("true", "1")


def _clean_line(text: str) -> str:
    return text_cleaning.clean_text(text, one_line=True)


def _parse_date(text: str) -> datetime.datetime | None:
    """Return "2012-12-12T12:12:12Z" as an aware time; without zone it is UTC."""
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        return None
    if found is None or not 1970 <= found.year <= 2100:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
