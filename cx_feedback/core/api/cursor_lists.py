"""Lists that are read by cursor, so that nothing is shown twice or left out meanwhile.

The cursor is the id of the last row of a part. Rows that are stored or deleted shift nothing.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from cx_feedback.core.api.schema import describe_number
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import LARGEST_ID, parse_number

M = TypeVar("M", bound=Model)
#: Rows of a part by default, and at most.
PART_SIZE, MAX_PART_SIZE = 100, 1_000

CURSOR_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        describe_number(0, LARGEST_ID),
        description="Where the part begins; see `next`.",
    ),
    OpenApiParameter("limit", describe_number(1, MAX_PART_SIZE, PART_SIZE)),
]


@dataclass(frozen=True)
class ListPart(Generic[M]):
    """Some rows of a list; ``next`` is the address of the next part, None on the last."""

    rows: list[M]
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


def build_next(request: Request, cursor: Any) -> str:
    """Return the address of the part of the requested list that begins after ``cursor``."""
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return request.build_absolute_uri(f"{request.path}?{query}")


def read_parameter(request: Request, name: str, low: int, high: int, default: int) -> int:
    """Return a number of the query; raises InvalidInput."""
    number = parse_number(request.query_params.get(name, default), low, high)
    if number is None:
        words = _("Must be a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
        raise InvalidInput(fields={name: [words]})
    return number
