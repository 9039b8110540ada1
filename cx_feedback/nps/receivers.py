"""Receivers of signals from Wagtail and other rooms.

Services and selectors are imported when a signal is sent, not when Django starts.
"""

from typing import Any

from wagtail.signals import published, unpublished

from cx_feedback.core import signals
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.nps.models import NPSWidget


def connect_receivers() -> None:
    """Connect the receivers; called when Django is ready."""
    published.connect(clear_placements, dispatch_uid="cx_nps_published")
    unpublished.connect(clear_placements, dispatch_uid="cx_nps_unpublished")
    signals.things_named.connect(name_widgets, dispatch_uid="cx_nps_names")


def clear_placements(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Make a widget appear or disappear at once when it is published or unpublished."""
    if isinstance(instance, NPSWidget):
        from cx_feedback.nps import page_matching

        page_matching.clear_placements()


def name_widgets(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Name widgets, which are surveys too."""
    if kind != "survey":
        return None
    rows = NPSWidget.objects.filter(pk__in=ids).values_list("pk", "title")
    results = "wagtailsnippets_cx_feedback_nps_npswidget:results"
    return {pk: Name(title, get_admin_url(results, pk)) for pk, title in rows}
