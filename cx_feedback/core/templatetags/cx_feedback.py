"""Tags for a site's templates: ``{% load cx_feedback %}``."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.core.people import account_names
from cx_feedback.core.text.number_format import format_percentage

register = template.Library()
register.filter("public_name", account_names.public_name)
register.filter("moment", format_moment)
register.filter("percentage", format_percentage)

#: Files that all rooms need. Blocks and tags link their own files themselves.
STYLES = ("cx_feedback/core/core.css",)
MODULES = ("cx_feedback/core/core.js",)


@register.simple_tag
def cx_feedback_head() -> SafeString:
    """Link the style sheet and the ES module that all rooms share; for ``<head>``."""
    context = {"styles": STYLES, "modules": MODULES}
    return render_to_string("cx_feedback/core/head.html", context)


@register.filter
def admin_name(user: Any) -> str:
    """Return the name of an account for editors, "–" for None."""
    return account_names.admin_name(user) if user else "–"
