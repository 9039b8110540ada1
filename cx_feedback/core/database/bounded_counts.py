"""Counts up to a bound, so that the cost of a screen does not grow with what it counts."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cx_feedback.core.database.scalar_queries import CountSubquery


def build_bounded_count(rows: QuerySet[Any], most: int) -> CountSubquery:
    """Return the number of ``rows``, at most ``most``, as a figure of ``fetch_scalars``."""
    return CountSubquery(rows.order_by().values("pk")[:most])


def format_bounded_count(count: int, most: int) -> str:
    """Return a count as text; at ``most`` there may be more."""
    return _("%d+") % most if count >= most else str(count)
