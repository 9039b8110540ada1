"""Pages of responses by key: the newest first, and from any response to its neighbours.

A page costs the same wherever it is, because it begins at a key and not after a number of rows. To
filter by answers, responses are read one after the other, ``MOST_READ`` at most. A page that ends
there says where to go on.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.single_responses.response_filters import ResponseFilters, filter_rows

#: Responses on a page.
PAGE_SIZE = 25
#: Responses that are read one batch after the other to filter by answers, and the most for a page.
BATCHES = (1_000, 4_000, 5_000)
MOST_READ = sum(BATCHES)
#: Where keys begin to count.
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

_DIGITS = re.compile(r"[0-9]{1,18}")

Match = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True, order=True)
class Key:
    """The place of a response in the list."""

    at: datetime.datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // datetime.timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def of(cls, response: Response) -> "Key":
        return cls(response.created_at, response.pk)

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """Return the key that ``text`` writes, None for none."""
        moment, _dash, pk = text.rpartition("-")
        if not (_DIGITS.fullmatch(moment) and _DIGITS.fullmatch(pk)):
            return None
        try:
            return cls(EPOCH + datetime.timedelta(microseconds=int(moment)), int(pk))
        except OverflowError:
            return None


@dataclass(frozen=True)
class ResponsePage:
    """Some responses, the newest first."""

    rows: list[Response]
    #: The ends of links to the next pages: None where there is nothing more.
    newer: Key | None = None
    older: Key | None = None
    #: How far has been read, if nothing more was found until ``MOST_READ``.
    read_until: Key | None = None


@dataclass(frozen=True)
class _Scan:
    rows: list[Response]
    #: Where reading stopped before its end.
    stopped: Key | None = None


@dataclass(frozen=True)
class ResponseList:
    """The responses to a survey and its translations that meet some filters."""

    survey_ids: list[int]
    filters: ResponseFilters
    matches: Match
    #: Adds what the screen shows of a row.
    annotate: Callable[[QuerySet[Response]], QuerySet[Response]] = lambda rows: rows

    def get_page(self, *, before: Key | None = None, after: Key | None = None) -> ResponsePage:
        """Return the newest responses, or those next to ``before`` or ``after``."""
        if after is not None:
            found = self._scan(after, newest_first=False, most=PAGE_SIZE + 1)
            rows = self._complete(found.rows[:PAGE_SIZE][::-1])
            more = len(found.rows) > PAGE_SIZE
            newer = Key.of(rows[0]) if rows and more else found.stopped
            return ResponsePage(rows, newer, Key.of(rows[-1]) if rows else after, found.stopped)
        found = self._scan(before, newest_first=True, most=PAGE_SIZE + 1)
        rows = self._complete(found.rows[:PAGE_SIZE])
        older = Key.of(rows[-1]) if len(found.rows) > PAGE_SIZE else found.stopped
        newer = Key.of(rows[0]) if rows else before
        return ResponsePage(rows, newer if before else None, older, found.stopped)

    def get_neighbours(self, response: Response) -> tuple[int | None, int | None]:
        """Return the ids of the next newer and the next older response."""
        key = Key.of(response)
        found = (self._scan(key, newest_first=first, most=1).rows for first in (False, True))
        newer, older = (rows[0].pk if rows else None for rows in found)
        return newer, older

    def _scan(self, start: Key | None, *, newest_first: bool, most: int) -> _Scan:
        rows: list[Response] = []
        for size in BATCHES if self.filters.reads_answers else (most,):
            some = self._read(start, newest_first, size)
            for row in some:
                if not self.filters.reads_answers or self.matches(row.answers):
                    rows.append(row)
                    if len(rows) == most:
                        return _Scan(rows)
            if len(some) < size:
                return _Scan(rows)
            start = Key.of(some[-1])
        return _Scan(rows, start)

    def _complete(self, rows: list[Response]) -> list[Response]:
        """Return rows with their annotations, which ``_read`` leaves out to filter by answers."""
        if not self.filters.reads_answers or not rows:
            return rows
        found = self.annotate(Response.objects.all()).in_bulk([row.pk for row in rows])
        return [found[row.pk] for row in rows if row.pk in found]

    def _read(self, start: Key | None, newest_first: bool, size: int) -> list[Response]:
        """Return the next ``size`` responses after ``start`` in one query."""
        order = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
        every: QuerySet[Response] = Response.objects.all()
        rows: QuerySet[Response]
        if self.filters.reads_answers:
            rows = every.only("pk", "created_at", "answers").order_by(*order)
        else:
            rows = self.annotate(every).order_by(*order)
        if len(self.survey_ids) == 1:
            return list(self._select(rows, self.survey_ids[0], start, newest_first)[:size])
        if not connections[rows.db].features.supports_slicing_ordering_in_compound:
            found = self._restrict(rows.filter(survey_id__in=self.survey_ids), start, newest_first)
            return list(found[:size])
        # One sorted list is in the index for each survey, but none for several.
        first, *others = (
            self._select(Response.objects.order_by(*order), pk, start, newest_first).values("pk")[
                :size
            ]
            for pk in self.survey_ids
        )
        return list(rows.filter(pk__in=first.union(*others, all=True))[:size])

    def _select(
        self, rows: QuerySet[Response], survey_id: int, start: Key | None, newest_first: bool
    ) -> QuerySet[Response]:
        return self._restrict(rows.filter(survey_id=survey_id), start, newest_first)

    def _restrict(
        self, rows: QuerySet[Response], start: Key | None, newest_first: bool
    ) -> QuerySet[Response]:
        if start is not None:
            sign = "lt" if newest_first else "gt"
            # The first condition alone begins at the right place of the index.
            rows = rows.filter(
                Q(**{f"created_at__{sign}": start.at}) | Q(**{f"pk__{sign}": start.pk}),
                **{f"created_at__{sign}e": start.at},
            )
        return filter_rows(rows, self.filters)
