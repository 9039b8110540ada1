"""How a comment of a file is known again among those that are stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import QuerySet

from cx_feedback.comments.imports.records import Entry
from cx_feedback.comments.models import Comment, paths

#: What placing an answer below a stored comment needs.
_NEEDED = ("pk", "key", "path", "depth", "root_id", "thread_id", "source", "external_id")


class Identity(Protocol):
    """The way of one kind of file."""

    source: str

    def stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        """Return the stored ones of ``entries`` and of those they answer, by the file's ids."""
        ...

    def key(self, entry: Entry) -> str:
        """Return the key that ``entry`` has, the same in every import."""
        ...

    def origin(self, entry: Entry) -> tuple[str, str]:
        """Return source and external id to store."""
        ...


@dataclass(frozen=True)
class ByOrigin:
    """For files of other systems: by source and the id over there."""

    source: str

    def stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        ids = {id for entry in entries for id in (entry.id, entry.parent) if id}
        rows = _imported().filter(source=self.source, external_id__in=ids)
        return {comment.external_id: comment for comment in rows}

    def key(self, entry: Entry) -> str:
        return paths.derived_key(entry.written, self.source, entry.id)

    def origin(self, entry: Entry) -> tuple[str, str]:
        return self.source, entry.id


@dataclass(frozen=True)
class ByKey:
    """For this package's own export: by thread and key, or by where it came from before that."""

    source: str

    def stored(self, thread_ids: set[int], entries: Iterable[Entry]) -> dict[str, Comment]:
        entries = list(entries)
        ids = {id for entry in entries for id in (entry.id, entry.parent) if id}
        found = {c.key: c for c in _rows().filter(thread__in=thread_ids, key__in=ids)}
        origins = {(e.source, e.external_id): e.id for e in entries if e.external_id}
        if origins:
            rows = _imported().filter(external_id__in={external_id for _, external_id in origins})
            for comment in rows.filter(source__in={source for source, _ in origins}):
                id = origins.get((comment.source, comment.external_id))
                if id is not None:
                    found.setdefault(id, comment)
        return found

    def key(self, entry: Entry) -> str:
        return entry.id

    def origin(self, entry: Entry) -> tuple[str, str]:
        return entry.source, entry.external_id


def _rows() -> QuerySet[Comment]:
    return Comment.objects.only(*_NEEDED)


def _imported() -> QuerySet[Comment]:
    """Say what the partial index says: of a long list no planner proves that "" is not in it."""
    return _rows().exclude(external_id="")
