"""Receivers of signals from other rooms."""

from typing import Any

from cx_feedback.core import signals
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.nps.models import NPSWidget


def connect_receivers() -> None:
    """Connect the receivers; called when Django is ready."""
    signals.things_named.connect(name_widgets, dispatch_uid="cx_nps_names")


def name_widgets(sender: Any, *, kind: str, ids: set[int], **kwargs: Any) -> dict[int, Name] | None:
    """Name widgets, which are surveys too."""
    if kind != "survey":
        return None
    rows = NPSWidget.objects.filter(pk__in=ids).values_list("pk", "title")
    results = "wagtailsnippets_cx_feedback_nps_npswidget:results"
    return {pk: Name(title, get_admin_url(results, pk)) for pk, title in rows}
