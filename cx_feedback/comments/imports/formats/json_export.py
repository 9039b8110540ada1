"""Reads this package's own file format, which ``exports.json_export`` writes."""

import datetime
import io
from collections.abc import Iterator
from typing import IO, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cx_feedback.comments.exports.json_export import FORMAT, VERSION
from cx_feedback.comments.imports.comment_matching import KeyMatcher
from cx_feedback.comments.imports.formats import json_export_votes
from cx_feedback.comments.imports.formats.base import UnreadableFile
from cx_feedback.comments.imports.formats.json_records import JSONRecords
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.records import COMMENT, Entry, Post
from cx_feedback.comments.models import Markup, Mention, State
from cx_feedback.comments.models.thread_paths import is_key
from cx_feedback.core.text import languages, text_cleaning

MAX_TEXT_LENGTH = 65_536


class JSONExportFile:
    """The pages and comments of a file of ``exports.json_export``, in any JSON formatting."""

    def __init__(self, file: IO[bytes], report: ImportReport, *, source: str = "") -> None:
        self.report, self._source = report, source
        self.stream = JSONRecords(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace"))

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
            elif kind in json_export_votes.KINDS:
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
            language=_get_language(record),
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
            language=_get_language(record),
            source=source,
            external_id=external_id,
            line=line,
        )

    def _build_vote(self, record: dict[str, Any], kind: str, page: str, line: int) -> Entry | None:
        written = _parse_date(record, "written_at")
        found = json_export_votes.parse_vote_record(record, page=page, written=written, line=line)
        problem = "no-act" if found is None else "no-date" if written is None else ""
        if problem or not page:
            self.report.add_remark(
                problem or "no-post", kind, _get_text(record, "comment")[:64], line
            )
            return None
        return found


def _get_language(record: dict[str, Any]) -> str:
    """Return the language of the site that is closest, of another site its own."""
    code = _get_text(record, "language")
    return languages.get_site_language(code) or code


def _get_text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return text_cleaning.clean_text(value[:5000], one_line=True) if isinstance(value, str) else ""


def _parse_date(record: dict[str, Any], name: str) -> datetime.datetime | None:
    try:
        found = parse_datetime(_get_text(record, name))
    except ValueError:
        return None
    return found if found and found.tzinfo and 1970 <= found.year <= 2100 else None
