"""Finding the comments of a file among those that are stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import QuerySet

from cx_feedback.comments.imports.records import Entry
from cx_feedback.comments.models import Comment, thread_paths

#: Fields that are needed to place a reply below a stored comment.
_FIELDS = ("pk", "key", "path", "depth", "root_id", "thread_id", "source", "external_id")


class CommentMatcher(Protocol):
    """Matches the entries of one kind of file to stored comments."""

    source: str

    def find_stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        """Return the stored comments of ``entries`` and their parents, by the IDs of the file."""
        ...

    def get_key(self, entry: Entry) -> str:
        """Return the key of ``entry``, which is the same in every import."""
        ...

    def get_source(self, entry: Entry) -> tuple[str, str]:
        """Return the source and external ID to store."""
        ...


@dataclass(frozen=True)
class SourceMatcher:
    """For files of other systems: matches by source and external ID."""

    source: str

    def find_stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        ids = {id for entry in entries for id in (entry.id, entry.parent) if id}
        rows = _get_imported_comments().filter(source=self.source, external_id__in=ids)
        return {comment.external_id: comment for comment in rows}

    def get_key(self, entry: Entry) -> str:
        return thread_paths.derived_key(entry.written, self.source, entry.id)

    def get_source(self, entry: Entry) -> tuple[str, str]:
        return self.source, entry.id


@dataclass(frozen=True)
class KeyMatcher:
    """For this package's own export: matches by thread and key, or by source and external ID."""

    source: str

    def find_stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        entries = list(entries)
        ids = {id for entry in entries for id in (entry.id, entry.parent) if id}
        found = {c.key: c for c in _get_comments().filter(thread__in=thread_ids, key__in=ids)}
        sources = {(e.source, e.external_id): e.id for e in entries if e.external_id}
        if sources:
            rows = _get_imported_comments().filter(
                external_id__in={external_id for _, external_id in sources}
            )
            for comment in rows.filter(source__in={source for source, _ in sources}):
                id = sources.get((comment.source, comment.external_id))
                if id is not None:
                    found.setdefault(id, comment)
        return found

    def get_key(self, entry: Entry) -> str:
        return entry.id

    def get_source(self, entry: Entry) -> tuple[str, str]:
        return entry.source, entry.external_id


def _get_comments() -> QuerySet[Comment]:
    return Comment.objects.only(*_FIELDS)


def _get_imported_comments() -> QuerySet[Comment]:
    """Return the imported comments, with the condition of the partial index.

    The planner can't prove from a long list of IDs that "" isn't in it.
    """
    return _get_comments().exclude(external_id="")
