"""WordPress's export (WXR 1.0, 1.1 and 1.2): posts, comments, pingbacks and trackbacks.

The format is what ``wp-admin/includes/export.php`` of WordPress writes: RSS with elements of its
own, comments within their posts. Text is as WordPress stores it: HTML in comments, entities in
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

from cx_feedback.comments.imports.comment_matching import ByOrigin
from cx_feedback.comments.imports.records import COMMENT, Author, Entry, Post
from cx_feedback.comments.imports.report import Report
from cx_feedback.comments.imports.xml import Record, UnreadableFile, XMLRecords
from cx_feedback.comments.models import State
from cx_feedback.comments.rendering import text_cleaning
from cx_feedback.core.text import languages

VERSIONS = ("1.0", "1.1", "1.2")
#: Longest comment kept: WordPress itself stores at most 65,525 bytes.
LONGEST = 65_536
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
        "wp:comment_content": LONGEST,
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
    """The posts and comments of a WXR file; comments come before their post."""

    def __init__(self, file: IO[bytes], report: Report, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.records = XMLRecords(file, records=RECORDS, prefix=_prefix, root=_check_root)
        self._authors: dict[str, Author] = {}

    def identity(self) -> ByOrigin:
        """Know comments by the blog and their id there."""
        return ByOrigin(f"wordpress:{self._source or self._address()}"[:200])

    def _address(self) -> str:
        """Return the blog's address without scheme: a move to https makes no other blog of it."""
        head = self.records.outermost
        address = (head and (head.text("wp:base_blog_url") or head.text("link"))) or ""
        _scheme, _colon, rest = address.strip().rpartition("://")
        return rest.lower().removeprefix("www.").rstrip("/")

    def __iter__(self) -> Iterator[Post | Entry]:
        for record in self.records:
            found = self._read(record)
            if found is not None:
                yield found
        self.report.replaced = self.records.replaced

    def _read(self, record: Record) -> Post | Entry | None:
        if record.path == _ITEM:
            return self._post(record)
        if record.path == _COMMENT:
            return self._entry(record)
        if record.path == _AUTHOR:
            self._remember(record)
        return None

    def _remember(self, record: Record) -> None:
        login = record.text("wp:author_login").strip()
        if len(self._authors) < 100_000:
            name = _words(record.text("wp:author_display_name")) or login
            self._authors[login] = Author(name, login, record.text("wp:author_email").strip())

    def _post(self, record: Record) -> Post | None:
        post_id = record.text("wp:post_id").strip()
        if not post_id:
            self.report.remark("no-id", "post", record.text("title")[:60], record.line)
            return None
        login = record.text("dc:creator").strip()
        return Post(
            id=post_id,
            kind=record.text("wp:post_type").strip() or "post",
            title=_words(record.text("title")),
            slug=unquote(record.text("wp:post_name").strip()),
            link=record.text("link").strip(),
            date=_date_of_post(record),
            author=self._authors.get(login) or Author(login, login),
            content=record.text("content:encoded"),
            excerpt=record.text("excerpt:encoded"),
            categories=_terms(record, "category"),
            tags=_terms(record, "post_tag", "tag"),
            status=record.text("wp:status").strip() or "publish",
            protected=bool(record.text("wp:post_password")),
            comments_open=record.text("wp:comment_status").strip() != "closed",
            language=self._language(),
            parent=_number(record.text("wp:post_parent")),
            line=record.line,
        )

    def _language(self) -> str:
        head = self.records.outermost
        return languages.get_site_language(head.text("language").strip()) if head else ""

    def _entry(self, record: Record) -> Entry | None:
        own, line = record.text("wp:comment_id").strip(), record.line
        kind = _KINDS.get(record.text("wp:comment_type").strip())
        if kind is None:
            detail = record.text("wp:comment_type").strip()
            self.report.remark("other-kind", COMMENT, own, line, detail)
            return None
        post = record.outer.text("wp:post_id").strip() if record.outer else ""
        if not own or not post:
            self.report.remark("no-id" if not own else "no-post", kind, own, line)
            return None
        written = self._written(record, kind, own)
        if written is None:
            self.report.remark("no-date", kind, own, line)
            return None
        if record.has_cut("wp:comment_content"):
            self.report.remark("shortened", kind, own, line)
        return Entry(
            id=own,
            post=post,
            parent=_number(record.text("wp:comment_parent")),
            kind=kind,
            written=written,
            state=_STATES.get(record.text("wp:comment_approved").strip(), State.PENDING),
            name=_words(record.text("wp:comment_author")),
            email=record.text("wp:comment_author_email").strip(),
            url=record.text("wp:comment_author_url").strip(),
            text=record.text("wp:comment_content"),
            language=self._language(),
            line=line,
        )

    def _written(self, record: Record, kind: str, own: str) -> datetime.datetime | None:
        """Return when it was written: in UTC, else by the local time, else as its post was."""
        if found := _moment(record.text("wp:comment_date_gmt"), datetime.UTC):
            return found
        if found := _moment(record.text("wp:comment_date"), timezone.get_default_timezone()):
            self.report.remark("local-date", kind, own, record.line)
            return found
        if found := _date_of_post(record.outer) if record.outer else None:
            self.report.remark("date-of-post", kind, own, record.line)
        return found


def _check_root(name: str, namespaces: set[str]) -> None:
    found = {match[1] for space in namespaces if (match := _SPACE.fullmatch(space))}
    if name != "rss" or not found:
        raise UnreadableFile(_("This is no WordPress export (WXR)."))
    if not found & set(VERSIONS):
        versions = ", ".join(sorted(found))
        raise UnreadableFile(_("WXR %s is not known here, only 1.0 to 1.2.") % versions)


def _prefix(namespace: str) -> str | None:
    match = _SPACE.fullmatch(namespace)
    if match is None:
        return _NAMESPACES.get(namespace)
    return "excerpt" if match[2] else "wp"


def _words(text: str) -> str:
    """Return a name or a title, which WordPress keeps with entities, as plain words."""
    return text_cleaning.clean_text(html.unescape(text), one_line=True)


def _terms(record: Record, *domains: str) -> tuple[str, ...]:
    """Return the categories or tags of a post; WXR 1.0 writes each of them twice."""
    values = record.fields.get("category", ())
    words = [_words(v.text) for v in values if v.attributes.get("domain", "category") in domains]
    return tuple(dict.fromkeys(filter(None, words)))


def _number(text: str) -> str:
    """Return an id, "" for the 0 that means none."""
    return text.strip().lstrip("0")


def _date_of_post(record: Record) -> datetime.datetime | None:
    return _moment(record.text("wp:post_date_gmt"), datetime.UTC) or _moment(
        record.text("wp:post_date"), timezone.get_default_timezone()
    )


def _moment(text: str, zone: datetime.tzinfo) -> datetime.datetime | None:
    """Return "2007-09-04 00:49:28" in ``zone`` as an aware time; None for 0000-00-00 and others."""
    try:
        found = datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2100 else None
