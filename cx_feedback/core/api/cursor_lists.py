"""Lists that are read by cursor, so that nothing is shown twice or left out meanwhile.

The cursor says which row was the last of a part: its id, its day, or the values that it is ordered
by. Rows that are stored or deleted shift nothing.
"""

import datetime
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_number
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import LARGEST_ID, parse_day, parse_number

M = TypeVar("M", bound=Model)
T = TypeVar("T")
#: Rows of a part by default, and at most.
PART_SIZE, MAX_PART_SIZE = 100, 1_000
#: A number as Python writes it.
_VALUE = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,20})?(e(\+[0-9]{1,2}|-[0-9]{1,3}))?")

CURSOR_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        describe_number(0, LARGEST_ID),
        description="Where the part begins; see `next`.",
    ),
    OpenApiParameter("limit", describe_number(1, MAX_PART_SIZE, PART_SIZE)),
]
LIMIT = CURSOR_PARAMETERS[1]
ORDERED_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": f"^{_VALUE.pattern}~{_VALUE.pattern}$"},
        description="Where the part begins; see `next`.",
    ),
    LIMIT,
]
LINK = OpenApiParameter(
    "Link",
    str,
    response=[200],
    location="header",
    description='`<address>; rel="next"` of the next part, where there is one.',
)
DAY_PARAMETERS = [
    OpenApiParameter(
        "cursor", datetime.date, description="The last day of the part before; see `Link`."
    ),
    LIMIT,
    LINK,
]
_NO_CURSOR = gettext_lazy("Must be the cursor of the part before.")


@dataclass(frozen=True)
class ListPart(Generic[T]):
    """Some rows of a list; ``next`` is the address of the next part, None on the last."""

    rows: list[T]
    next: str | None


def read_part(
    request: Request, rows: QuerySet[M, Any], *, newest_first: bool = False
) -> ListPart[M]:
    """Return the part of ``rows`` that a request asks for, by id; raises InvalidInput."""
    limit = read_parameter(request, "limit", 1, MAX_PART_SIZE, PART_SIZE)
    cursor = None
    if "cursor" in request.query_params:
        cursor = read_parameter(request, "cursor", 0, LARGEST_ID, 0)
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": cursor})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    shown = found[:limit]
    return ListPart(shown, build_next(request, shown[-1].pk) if len(found) > limit else None)


def read_ordered_part(
    request: Request, rows: QuerySet[M, Any], order: Sequence[str]
) -> ListPart[M]:
    """Return the part of ``rows`` that a request asks for, in the order of two fields of numbers.

    Together they are unique; "-" stands before one that descends. Raises InvalidInput.
    """
    limit = read_parameter(request, "limit", 1, MAX_PART_SIZE, PART_SIZE)
    if "cursor" in request.query_params:
        rows = rows.filter(_match_later(order, _read_values(request, len(order))))
    found = list(rows.order_by(*order)[: limit + 1])
    shown, following = found[:limit], None
    if len(found) > limit:
        values = (repr(getattr(shown[-1], name.lstrip("-"))) for name in order)
        following = build_next(request, "~".join(values))
    return ListPart(shown, following)


def _read_values(request: Request, number: int) -> list[float]:
    """Return the values of the last row; raises InvalidInput."""
    texts = request.query_params["cursor"].split("~", number)
    values = [float(text) if _VALUE.fullmatch(text) else math.nan for text in texts]
    if len(values) != number or not all(map(math.isfinite, values)):
        raise InvalidInput(fields={"cursor": [_NO_CURSOR]})
    return [int(text) if text.lstrip("-").isdigit() else float(text) for text in texts]


def _match_later(order: Sequence[str], values: Sequence[float]) -> Q:
    """Return the condition for the rows after the one with ``values``."""
    later, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        later |= same & Q(**{f"{field}__{comparison}": value})
        same &= Q(**{field: value})
    return later


def read_day_part(
    request: Request, rows: Iterable[T], get_day: Callable[[T], datetime.date]
) -> ListPart[T]:
    """Return the part of ``rows``, one for each day and the oldest first; raises InvalidInput."""
    limit = read_parameter(request, "limit", 1, MAX_PART_SIZE, PART_SIZE)
    if "cursor" in request.query_params:
        day = parse_day(request.query_params["cursor"])
        if day is None:
            raise InvalidInput(fields={"cursor": [_NO_CURSOR]})
        rows = [row for row in rows if get_day(row) > day]
    found = list(rows)
    shown, more = found[:limit], len(found) > limit
    return ListPart(shown, build_next(request, get_day(shown[-1])) if more else None)


def answer_with_link(answer: list[dict[str, Any]], following: str | None) -> Response:
    """Return the answer that is a plain list, with the next part in its ``Link`` header."""
    response = Response(answer)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def build_next(request: Request, cursor: Any) -> str:
    """Return the address of the part of the requested list that begins after ``cursor``."""
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return request.build_absolute_uri(f"{request.path}?{query}")


def read_parameter(
    request: Request, name: str, low: int, high: int, default: int | None = None
) -> int:
    """Return a number of the query, which is required without a default; raises InvalidInput."""
    number = parse_number(request.query_params.get(name, default), low, high)
    if number is None:
        words = _("Must be a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
        raise InvalidInput(fields={name: [words]})
    return number
