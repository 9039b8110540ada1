"""Tags for a site's templates: ``{% load cx_feedback %}``."""

from typing import Any

from django import template
from django.apps import apps
from django.contrib.staticfiles.finders import find
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cx_feedback import ROOMS
from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.core.people import accounts
from cx_feedback.core.text.number_format import format_percentage

register = template.Library()
register.filter("public_name", accounts.public_name)
register.filter("moment", format_moment)
register.filter("percentage", format_percentage)

#: Rooms whose blocks link their style sheet and module themselves, where they stand.
BRING_THEIR_OWN = ("surveys", "nps")


@register.simple_tag
def cx_feedback_head() -> SafeString:
    """Link the style sheet and the ES modules of all installed rooms; for ``<head>``."""
    rooms = [room.rpartition(".")[2] for room in ROOMS if apps.is_installed(room)]
    rooms = [room for room in rooms if room not in BRING_THEIR_OWN]
    context: dict[str, Any] = {
        "styles": [f"cx_feedback/{r}/{r}.css" for r in rooms if find(f"cx_feedback/{r}/{r}.css")],
        "modules": [f"cx_feedback/{r}/{r}.js" for r in rooms if find(f"cx_feedback/{r}/{r}.js")],
    }
    return render_to_string("cx_feedback/core/head.html", context)


@register.filter
def admin_name(user: Any) -> str:
    """Return what editors call an account, "–" for nobody."""
    return accounts.admin_name(user) if user else "–"
