"""Browsers that refuse tracking: their visits are not counted, whatever their reader allowed."""

from django.http import HttpRequest


def refuses_tracking(request: HttpRequest) -> bool:
    """Return whether the browser refuses tracking with Sec-GPC."""
    return request.headers.get("Sec-GPC") == "1"
