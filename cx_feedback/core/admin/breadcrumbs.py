"""The breadcrumbs of admin views that belong below another screen."""

from typing import Any


def get_breadcrumbs(view: Any, *parents: tuple[Any, Any], sublabel: str = "") -> list[Any]:
    """Return the items of Wagtail's breadcrumbs for ``view``, a view of Wagtail's admin.

    ``parents`` are (URL, label) of the screens above it, the uppermost first. ``sublabel`` names
    the object that the view is about.
    """
    last: dict[str, Any] = {"url": "", "label": view.get_page_title()}
    if sublabel:
        last["sublabel"] = sublabel
    above = [{"url": url, "label": label} for url, label in parents]
    return [*view.breadcrumbs_items, *above, last]
