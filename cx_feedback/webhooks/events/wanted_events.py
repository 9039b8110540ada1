"""The names of the events that an active endpoint wants, cached so that acts stay quick."""

from cx_feedback.core.caching.generations import Generation
from cx_feedback.webhooks.models import Endpoint

_SECONDS = 60
_KEY = "cx:webhooks:wanted"
#: Ended by each change of an endpoint.
endpoints_generation = Generation("webhooks")


def is_event_wanted(name: str) -> bool:
    """Return whether an active endpoint wants the event ``name``. Costs one cache lookup."""
    found, token = endpoints_generation.recall(_KEY)
    if found is None:
        chosen = Endpoint.objects.active().values_list("events", flat=True)
        found = frozenset(event for events in chosen for event in events)
        endpoints_generation.keep(_KEY, found, token, _SECONDS)
    return name in found
