"""WordPress's export (WXR 1.0, 1.1 and 1.2): posts, comments, pingbacks and trackbacks.

The format is written by ``wp-admin/includes/export.php`` of WordPress: RSS with additional
elements, comments within their posts. Text is as WordPress stores it: HTML in comments, entities in
names. https://github.com/WordPress/WordPress/blob/master/wp-admin/includes/export.php
"""

import datetime
import html
import re
from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote

from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.comments.imports.comment_matching import SourceMatcher
from cx_feedback.comments.imports.formats.base import UnreadableFile
from cx_feedback.comments.imports.formats.xml_records import XMLRecord, XMLRecords
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import COMMENT, Author, Entry, Post
from cx_feedback.comments.models import State
from cx_feedback.core.text import languages, text_cleaning

VERSIONS = ("1.0", "1.1", "1.2")
#: Longest comment kept: WordPress itself stores at most 65,525 bytes.
MAX_TEXT_LENGTH = 65_536
_POST = 10_000_000
_SHORT = 2000

_AUTHOR = "rss/channel/wp:author"
_ITEM = "rss/channel/item"
_COMMENT = f"{_ITEM}/wp:comment"
RECORDS = {
    "rss/channel": {
        "link": _SHORT,
        "language": 40,
        "wp:base_blog_url": _SHORT,
        "wp:wxr_version": 10,
    },
    _AUTHOR: {
        "wp:author_login": 200,
        "wp:author_email": 300,
        "wp:author_display_name": 300,
    },
    _ITEM: {
        "title": _SHORT,
        "link": _SHORT,
        "dc:creator": 300,
        "content:encoded": _POST,
        "excerpt:encoded": 100_000,
        "category": 300,
        "wp:post_id": 40,
        "wp:post_date": 40,
        "wp:post_date_gmt": 40,
        "wp:post_name": _SHORT,
        "wp:post_type": 40,
        "wp:post_parent": 40,
        "wp:post_password": 300,
        "wp:status": 40,
        "wp:comment_status": 40,
    },
    _COMMENT: {
        "wp:comment_id": 64,
        "wp:comment_parent": 64,
        "wp:comment_type": 64,
        "wp:comment_approved": 40,
        "wp:comment_author": _SHORT,
        "wp:comment_author_email": 300,
        "wp:comment_author_url": _SHORT,
        "wp:comment_date": 40,
        "wp:comment_date_gmt": 40,
        "wp:comment_content": MAX_TEXT_LENGTH,
    },
}
_STATES = {
    "1": State.PUBLISHED,
    "approve": State.PUBLISHED,
    "approved": State.PUBLISHED,
    "0": State.PENDING,
    "hold": State.PENDING,
    "spam": State.SPAM,
    "trash": State.REJECTED,
    "post-trashed": State.REJECTED,
}
_KINDS = {"": COMMENT, COMMENT: COMMENT, "pingback": "pingback", "trackback": "trackback"}
_SPACE = re.compile(r"https?://wordpress\.org/export/(\d+\.\d+)/(excerpt/)?")
_NAMESPACES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
}


class WordPressFile:
    """The posts and comments of a WXR file. Comments come before their post."""

    def __init__(self, file: IO[bytes], report: ImportReport, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.records = XMLRecords(file, records=RECORDS, prefix=_get_prefix, root=_check_root)
        self._authors: dict[str, Author] = {}

    def get_matcher(self) -> SourceMatcher:
        """Return a matcher by blog and comment ID."""
        return SourceMatcher(f"wordpress:{self._source or self._get_blog_address()}"[:200])

    def _get_blog_address(self) -> str:
        """Return the blog's address without the scheme, since a move to https keeps the blog."""
        head = self.records.outermost
        address = (head and (head.text("wp:base_blog_url") or head.text("link"))) or ""
        _scheme, _colon, rest = address.strip().rpartition("://")
        return rest.lower().removeprefix("www.").rstrip("/")

    def __iter__(self) -> Iterator[Post | Entry]:
        for record in self.records:
            found = self._parse_record(record)
            if found is not None:
                yield found
        self.report.replaced = self.records.replaced

    def _parse_record(self, record: XMLRecord) -> Post | Entry | None:
        if record.path == _ITEM:
            return self._build_post(record)
        if record.path == _COMMENT:
            return self._build_entry(record)
        if record.path == _AUTHOR:
            self._store_author(record)
        return None

    def _store_author(self, record: XMLRecord) -> None:
        login = record.text("wp:author_login").strip()
        if len(self._authors) < 100_000:
            name = _clean_line(record.text("wp:author_display_name")) or login
            self._authors[login] = Author(name, login, record.text("wp:author_email").strip())

    def _build_post(self, record: XMLRecord) -> Post | None:
        post_id = record.text("wp:post_id").strip()
        if not post_id:
            self.report.add_remark("no-id", "post", record.text("title")[:60], record.line)
            return None
        login = record.text("dc:creator").strip()
        return Post(
            id=post_id,
            kind=record.text("wp:post_type").strip() or "post",
            title=_clean_line(record.text("title")),
            slug=unquote(record.text("wp:post_name").strip()),
            link=record.text("link").strip(),
            date=_get_post_date(record),
            author=self._authors.get(login) or Author(login, login),
            content=record.text("content:encoded"),
            excerpt=record.text("excerpt:encoded"),
            categories=_get_terms(record, "category"),
            tags=_get_terms(record, "post_tag", "tag"),
            status=record.text("wp:status").strip() or "publish",
            protected=bool(record.text("wp:post_password")),
            comments_open=record.text("wp:comment_status").strip() != "closed",
            language=self._get_language(),
            parent=_clean_number(record.text("wp:post_parent")),
            line=record.line,
        )

    def _get_language(self) -> str:
        head = self.records.outermost
        return languages.get_site_language(head.text("language").strip()) if head else ""

    def _build_entry(self, record: XMLRecord) -> Entry | None:
        own, line = record.text("wp:comment_id").strip(), record.line
        kind = _KINDS.get(record.text("wp:comment_type").strip())
        if kind is None:
            detail = record.text("wp:comment_type").strip()
            self.report.add_remark("other-kind", COMMENT, own, line, detail)
            return None
        post = record.outer.text("wp:post_id").strip() if record.outer else ""
        if not own or not post:
            self.report.add_remark("no-id" if not own else "no-post", kind, own, line)
            return None
        written = self._find_date(record, kind, own)
        if written is None:
            self.report.add_remark("no-date", kind, own, line)
            return None
        if record.is_truncated("wp:comment_content"):
            self.report.add_remark("shortened", kind, own, line)
        return Entry(
            id=own,
            post=post,
            parent=_clean_number(record.text("wp:comment_parent")),
            kind=kind,
            written=written,
            state=_STATES.get(record.text("wp:comment_approved").strip(), State.PENDING),
            name=_clean_line(record.text("wp:comment_author")),
            email=record.text("wp:comment_author_email").strip(),
            url=record.text("wp:comment_author_url").strip(),
            text=record.text("wp:comment_content"),
            language=self._get_language(),
            line=line,
        )

    def _find_date(self, record: XMLRecord, kind: str, own: str) -> datetime.datetime | None:
        """Return the date in UTC, else the local date, else the date of the post."""
        if found := _parse_date(record.text("wp:comment_date_gmt"), datetime.UTC):
            return found
        if found := _parse_date(record.text("wp:comment_date"), timezone.get_default_timezone()):
            self.report.add_remark("local-date", kind, own, record.line)
            return found
        if found := _get_post_date(record.outer) if record.outer else None:
            self.report.add_remark("date-of-post", kind, own, record.line)
        return found


def _check_root(name: str, namespaces: set[str]) -> None:
    found = {match[1] for space in namespaces if (match := _SPACE.fullmatch(space))}
    if name != "rss" or not found:
        raise UnreadableFile(_("This is not a WordPress export (WXR)."))
    if not found & set(VERSIONS):
        versions = ", ".join(sorted(found))
        raise UnreadableFile(_("WXR %s is not supported, only 1.0 to 1.2.") % versions)


def _get_prefix(namespace: str) -> str | None:
    match = _SPACE.fullmatch(namespace)
    if match is None:
        return _NAMESPACES.get(namespace)
    return "excerpt" if match[2] else "wp"


def _clean_line(text: str) -> str:
    """Return a name or a title as plain text. WordPress stores them with entities."""
    return text_cleaning.clean_text(html.unescape(text), one_line=True)


def _get_terms(record: XMLRecord, *domains: str) -> tuple[str, ...]:
    """Return the categories or tags of a post; WXR 1.0 writes each of them twice."""
    values = record.fields.get("category", ())
    words = [
        _clean_line(v.text) for v in values if v.attributes.get("domain", "category") in domains
    ]
    return tuple(dict.fromkeys(filter(None, words)))


def _clean_number(text: str) -> str:
    """Return an id, "" for the 0 that means none."""
    return text.strip().lstrip("0")


def _get_post_date(record: XMLRecord) -> datetime.datetime | None:
    return _parse_date(record.text("wp:post_date_gmt"), datetime.UTC) or _parse_date(
        record.text("wp:post_date"), timezone.get_default_timezone()
    )


def _parse_date(text: str, zone: datetime.tzinfo) -> datetime.datetime | None:
    """Return "2007-09-04 00:49:28" in ``zone`` as an aware time; None for 0000-00-00 and others."""
    try:
        found = datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2100 else None
