"""Reads of webhooks and their log."""

import datetime

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from cx_feedback.core.errors import NotFound
from cx_feedback.core.http.parameters import LARGEST_ID
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


def get_endpoint(endpoint_id: int) -> Endpoint:
    """Return an endpoint that was not removed; raises NotFound."""
    rows = Endpoint.objects.filter(removed_at=None).select_related("owner")
    found = rows.filter(pk=endpoint_id).first() if endpoint_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def get_event(endpoint: Endpoint, delivery_id: int) -> EventDelivery:
    """Return an event of an endpoint; raises NotFound."""
    rows = get_events(endpoint)
    found = rows.filter(pk=delivery_id).first() if delivery_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def get_end_of_old_secrets(endpoint: Endpoint) -> datetime.datetime | None:
    """Return when the secrets that were replaced end, None without any."""
    old = endpoint.secrets.exclude(ends_at=None).order_by("-ends_at")
    return old.values_list("ends_at", flat=True).first()
