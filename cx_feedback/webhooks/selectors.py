"""Reads of webhooks and their log."""

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from cx_feedback.webhooks.models import Attempt, Endpoint, EventDelivery


def get_endpoints() -> QuerySet[Endpoint]:
    """Return the endpoints that were not removed, with the id of the last attempt of each."""
    newest = Attempt.objects.filter(delivery__endpoint=OuterRef("pk")).order_by("-pk")
    return (
        Endpoint.objects.filter(removed_at=None)
        .select_related("owner")
        .annotate(last_attempt_id=Subquery(newest.values("pk")[:1]))
    )


def get_events(endpoint: Endpoint) -> QuerySet[EventDelivery]:
    """Return the events of an endpoint, newest first, with their attempts."""
    attempts = Prefetch("log", Attempt.objects.order_by("pk"))
    return endpoint.deliveries.order_by("-pk").prefetch_related(attempts)
