"""Previews of pages store nothing: what is sent from one is refused with a clear sentence.

A preview marks its forms by their addresses, and the page that readers get stays as it is. What
no mark reaches (templates of a site, what a script puts together) is told by the address of the
preview, which browsers send as the referrer.
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

#: The parameter of a form's address in a preview.
MARK = "preview"

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_ADDRESS = re.compile(r'(<form\b[^>]{0,500}?\baction="[^"?#]{1,300})(["?#])')
_REST = re.compile(r'(\bdata-cx-api="[^"?#]{1,300})(["?#])')
_FORM = re.compile(r"<form\b")
#: Parts of the addresses below which Wagtail shows drafts.
_DRAFTS = re.compile(r"/(?:preview|view_draft|revisions)/")


def mark_if_previewed(html: SafeString, context: Any) -> SafeString:
    """Return ``html`` with its forms marked where an editor looks at a preview."""
    return mark_forms(html) if is_previewed(context) else html


def mark_forms(html: str) -> SafeString:
    """Return ``html`` with a note before its first form and each form's address marked."""
    for pattern in (_ADDRESS, _REST):
        html = pattern.sub(_with_mark, html)
    if "cx-preview" in html:  # what says it itself
        return mark_safe(html)
    return mark_safe(_FORM.sub(lambda found: f"{_render_note()}{found[0]}", html, count=1))


def _with_mark(found: re.Match[str]) -> str:
    before, after = found.groups()
    return f"{before}?{MARK}=1" + ("&amp;" if after == "?" else after)


def _render_note() -> SafeString:
    words = _("Preview: nothing that you send from here is stored.")
    return format_html('<p class="cx-help cx-preview">{}</p>', words)


def refuse_preview(request: HttpRequest) -> None:
    """Raise Previewed for a write that a preview made."""
    if request.method not in _SAFE and is_from_preview(request):
        raise Previewed


def is_from_preview(request: HttpRequest) -> bool:
    """Return whether a form with the mark, or a page that is a preview, made ``request``."""
    if request.GET.get(MARK):
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
