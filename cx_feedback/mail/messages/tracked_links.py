"""Links and images that count the clicks and opens of messages.

A link carries a signature of its target, which is part of the message, and the reference of the
delivery, which is filled in. So it can't lead to anything that wasn't in a message of ours.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from html import escape, unescape
from urllib.parse import urljoin

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages.sites import get_own_hosts, is_own_url
from cx_feedback.mail.messages.rendering import PLACEHOLDER, REFERENCE

_HREF = re.compile(r'(<a\b[^<>]*?\bhref=")([^"]*)(")', re.IGNORECASE)
_CLICK_SALT = "cx_feedback.mail.click"
_SAMPLE_REFERENCE = "0-x"


#: Parts of the HTML of messages whose clicks and opens are counted.
CLICKS_MARK, OPENS_MARK = "/mail/go/", "/mail/seen/"


def add_click_tracking(html: str, *, base: str) -> str:
    """Return ``html`` with its links to this site leading through the click counter at ``base``.

    Links to other sites and links with placeholders aren't changed.
    """
    hosts = get_own_hosts()

    def counted(match: re.Match[str]) -> str:
        url = unescape(match[2])
        if PLACEHOLDER.search(url) or not is_own_url(url, hosts):
            return match[0]
        return f"{match[1]}{escape(build_click_url(url, base))}{match[3]}"

    return _HREF.sub(counted, html)


def add_open_tracking(html: str, *, base: str) -> str:
    """Return ``html`` with a tracking pixel at its end."""
    src = _build_absolute_url(reverse("cx_feedback:mail-open", args=[_SAMPLE_REFERENCE]), base)
    picture = f'<img src="{src}" width="1" height="1" alt="">'
    head, end, tail = html.rpartition("</body>")
    return f"{head}{picture}{end}{tail}" if end else f"{html}{picture}"


def build_click_url(url: str, base: str) -> str:
    """Return the click-counting URL of ``url``, with the placeholder for the delivery."""
    token = Signer(salt=_CLICK_SALT).sign(urlsafe_b64encode(url.encode()).decode().rstrip("="))
    return _build_absolute_url(
        reverse("cx_feedback:mail-click", args=[_SAMPLE_REFERENCE, token]), base
    )


def read_click_token(token: str) -> str:
    """Return the target of a click-counting link.

    Raises InvalidInput for ``link`` if it was changed or leads to another site.
    """
    try:
        packed = Signer(salt=_CLICK_SALT).unsign(token)
        url = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (BadSignature, ValueError):
        url = ""
    if not url or not is_own_url(url, get_own_hosts()):
        raise build_link_error()
    return url


def build_link_error() -> InvalidInput:
    """Return the error for a link that was changed."""
    words = _("This link was changed or is incomplete. Copy the whole link from the email.")
    return InvalidInput(fields={"link": [words]})


def _build_absolute_url(path: str, base: str) -> str:
    return urljoin(f"{base}/", path).replace(_SAMPLE_REFERENCE, f"{{{REFERENCE}}}")
