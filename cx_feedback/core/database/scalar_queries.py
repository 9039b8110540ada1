"""Several figures of different tables in one query."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, QuerySet, Subquery


class CountSubquery(Subquery):
    """The number of rows of a query, which may be sliced to count no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = BigIntegerField()


class LatestIdsSubquery(Subquery):
    """A number that changes when a row is added to a table, "" without rows.

    The sum of the last IDs, because a row that is committed late has a lower ID than some of them.
    """

    template = "(SELECT SUM(id) FROM (%(subquery)s) latest)"
    output_field = BigIntegerField()
    #: Rows that are added up.
    ROWS = 50

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by("-pk").values("id")[: self.ROWS])


def fetch_scalars(**figures: Subquery) -> dict[str, Any]:
    """Return the values of ``figures`` by name, with one query."""
    # Any table with a row will do: it is only there for the query to have one.
    rows = ContentType.objects.order_by("pk").values(**figures)
    return dict(rows[:1].get())
