"""Previews of pages store nothing: posts from a preview are refused with an explanation.

The forms of a preview have a mark in their URLs; the page for readers has none. Requests without
the mark (from templates of a site, or from scripts) are recognized by the URL of the preview,
which browsers send as the referrer.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cx_feedback.core.errors import Previewed
from cx_feedback.core.pages.served_page import is_previewed

#: The query parameter of form URLs in previews.
MARK = "preview"

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_ADDRESS = re.compile(r'(<form\b[^>]{0,500}?\baction="[^"?#]{1,300})(["?#])')
_REST = re.compile(r'(\bdata-cx-api="[^"?#]{1,300})(["?#])')
_FORM = re.compile(r"<form\b")
#: Parts of URLs below which Wagtail shows drafts.
_DRAFTS = re.compile(r"/(?:preview|view_draft|revisions)/")


def mark_if_previewed(html: SafeString, context: Any) -> SafeString:
    """Return ``html``, with its forms marked in a preview."""
    return mark_forms(html) if is_previewed(context) else html


def mark_forms(html: str) -> SafeString:
    """Return ``html`` with marked form URLs, and a note before the first form."""
    for pattern in (_ADDRESS, _REST):
        html = pattern.sub(_with_mark, html)
    if "cx-preview" in html:  # it has its own note
        return mark_safe(html)
    return mark_safe(_FORM.sub(lambda found: f"{_render_note()}{found[0]}", html, count=1))


def _with_mark(found: re.Match[str]) -> str:
    before, after = found.groups()
    return f"{before}?{MARK}=1" + ("&amp;" if after == "?" else after)


def _render_note() -> SafeString:
    words = _("Preview: nothing that you send from here is stored.")
    return format_html('<p class="cx-help cx-preview">{}</p>', words)


def refuse_preview(request: HttpRequest) -> None:
    """Raise Previewed for a write from a preview."""
    if request.method not in _SAFE and is_from_preview(request):
        raise Previewed


def is_from_preview(request: HttpRequest) -> bool:
    """Return whether ``request`` came from a form with the mark or from a preview."""
    if request.META.get("QUERY_STRING") and request.GET.get(MARK):
        return True
    referrer = request.headers.get("Referer", "")
    return bool(_DRAFTS.search(referrer)) and _is_admin(referrer)


def _is_admin(address: str) -> bool:
    try:
        path = urlsplit(address).path.removeprefix(get_script_prefix().removesuffix("/"))
        namespaces = resolve(path).namespaces
    except (ValueError, Resolver404):
        return False
    return bool(namespaces) and namespaces[0].startswith("wagtail")
