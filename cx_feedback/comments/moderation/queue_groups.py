"""Waiting comments that belong together: nearly the same texts, and those of one author.

The comments of a page of the queue keep their order. Behind each stand those that are like it,
then the others of its author, also from later pages, so that all can be decided on at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.text_shingles import are_alike, get_shingles

#: Comments that are fetched from later pages, and comments of one group.
MAX_FETCHED, MAX_GROUP = 20, 50


class Kind(StrEnum):
    """The kinds of groups: by their texts, or by their author."""

    ALIKE = "alike"
    AUTHOR = "author"


@dataclass(frozen=True)
class QueueGroup:
    """Comments that stand together. ``comments`` has one alone as well."""

    comments: list[Comment]
    kind: Kind

    @property
    def number(self) -> int:
        """The ID of the group: of its first comment."""
        return self.comments[0].pk

    @property
    def size(self) -> int:
        return len(self.comments)

    @property
    def ids(self) -> str:
        """The IDs as a decision names them."""
        return ",".join(str(comment.pk) for comment in self.comments)


def group_comments(page: Sequence[Comment], tab: QuerySet[Comment]) -> list[QueueGroup]:
    """Return the comments of a page in groups, with those of ``tab`` that belong to them.

    One query, which reads at most ``MAX_FETCHED`` rows by indexes.
    """
    return list(_build_groups(page, [*page, *_fetch_related(page, tab)]))


def _fetch_related(page: Sequence[Comment], tab: QuerySet[Comment]) -> list[Comment]:
    waiting = Comment.objects.filter(state=State.PENDING)
    found = []
    for name in ("shingle_first", "shingle_second", "author_key", "reader_id"):
        if values := {getattr(comment, name) for comment in page} - {None, ""}:
            rows = waiting.filter(**{f"{name}__in": values})
            # Said once more, so that SQLite uses the index of the keys that aren't empty.
            rows = rows.exclude(author_key="") if name == "author_key" else rows
            found.append(rows.values("pk"))
    if not found:
        return []
    # A union, because SQLite uses no partial index for conditions joined by OR.
    related = tab.filter(pk__in=found[0].union(*found[1:], all=True)).order_by()
    return list(related.exclude(pk__in=[comment.pk for comment in page])[:MAX_FETCHED])


def _build_groups(page: Sequence[Comment], pool: list[Comment]) -> Iterator[QueueGroup]:
    placed: set[int] = set()
    finder = _AlikeFinder(pool)
    by_author: dict[str, list[Comment]] = {}
    for comment in pool:
        if author := _get_author(comment):
            by_author.setdefault(author, []).append(comment)

    def place(comments: list[Comment], kind: Kind) -> QueueGroup:
        placed.update(comment.pk for comment in comments)
        return QueueGroup(comments, kind)

    for leader in page:
        if leader.pk in placed:
            continue
        alike = [c for c in finder.find_alike(leader) if c.pk not in placed]
        own = by_author.get(_get_author(leader), [])
        if alike:
            yield place([leader, *alike[: MAX_GROUP - 1]], Kind.ALIKE)
            others = [c for c in own if c.pk not in placed][:MAX_GROUP]
            if others:
                yield place(others, Kind.AUTHOR)
        else:
            others = [c for c in own if c.pk not in placed and c.pk != leader.pk]
            yield place([leader, *others[: MAX_GROUP - 1]], Kind.AUTHOR)


class _AlikeFinder:
    """Finds the comments of a pool that are alike; reads each text once."""

    def __init__(self, pool: list[Comment]) -> None:
        self._shingles: dict[int, frozenset[int]] = {}
        self._by_number: dict[tuple[str, int], list[Comment]] = {}
        for comment in pool:
            for key in self._get_keys(comment):
                self._by_number.setdefault(key, []).append(comment)

    def find_alike(self, leader: Comment) -> list[Comment]:
        """Return the comments like ``leader``, in their order."""
        found = {c.pk: c for key in self._get_keys(leader) for c in self._by_number[key]}
        found.pop(leader.pk, None)
        own = self._get_shingles(leader) if found else frozenset()
        return [c for _pk, c in sorted(found.items()) if are_alike(own, self._get_shingles(c))]

    @staticmethod
    def _get_keys(comment: Comment) -> list[tuple[str, int]]:
        numbers = {"first": comment.shingle_first, "second": comment.shingle_second}
        return [(order, number) for order, number in numbers.items() if number is not None]

    def _get_shingles(self, comment: Comment) -> frozenset[int]:
        if comment.pk not in self._shingles:
            self._shingles[comment.pk] = get_shingles(comment.plain_text)
        return self._shingles[comment.pk]


def _get_author(comment: Comment) -> str:
    if comment.author_key:
        return f"key:{comment.author_key}"
    return f"reader:{comment.reader_id}" if comment.reader_id else ""
