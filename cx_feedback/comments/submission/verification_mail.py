"""The email that asks a commenter to confirm an address: its link, text and mailing.

No other email is sent before a comment is approved. It contains nothing that the commenter typed,
so that nobody can misuse it to send a text. A constraint of the deliveries ledger limits it to one
per address and day.
"""

import datetime
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import swapper
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cx_feedback.comments.following.signed_links import get_site_url
from cx_feedback.comments.models import Comment
from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages.page_access import is_visible
from cx_feedback.core.text import languages
from cx_feedback.core.text.secret_keys import get_secret_keys
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message

MAILING = "comment-verification:"
_SALT = "cx_feedback.comments.email_verification"


def get_mailing(day: datetime.date) -> str:
    """Return the mailing of a day: an address is in it once."""
    return f"{MAILING}{day.isoformat()}"


def get_recipient_key(email: str) -> str:
    """Return what stands for an address in a mailing."""
    return _hash_address(email, settings.SECRET_KEY)


def is_recipient(key: str, email: str) -> bool:
    """Return whether ``key`` of a link stands for an address, by an earlier SECRET_KEY too."""
    return key in [_hash_address(email, secret) for secret in get_secret_keys()]


def _hash_address(email: str, secret: str | bytes) -> str:
    return salted_hmac(_SALT, email, secret=secret, algorithm="sha256").hexdigest()[:32]


def name_mailings(days: Iterable[str]) -> dict[str, str]:
    """Name the mailings for the list of deliveries."""
    return {day: _("Emails to confirm commenters' addresses, %s") % day for day in days}


def make_token(comment: Comment) -> str:
    """Return the signed part of the link; it holds for this comment and this address."""
    return TimestampSigner(salt=_SALT).sign(
        f"{comment.pk}-{get_recipient_key(comment.author_email)}"
    )


def read_token(token: str) -> tuple[int, str]:
    """Return the comment's id and the address's key; raises InvalidInput naming ``link``."""
    try:
        days = datetime.timedelta(days=conf.get("COMMENTS_PROOF_DAYS"))
        value = TimestampSigner(salt=_SALT).unsign(token, max_age=days)
    except BadSignature:
        message = _("This link has expired or is incomplete. Write your comment again.")
        raise InvalidInput(fields={"link": [message]}) from None
    pk, _dash, key = value.partition("-")
    return int(pk), key


def write_verification_mail(comment: Comment) -> tuple[Message, dict[str, str]]:
    """Return the mail in the comment's language, and the values of its placeholders."""
    pages = swapper.load_model("wagtailcore", "Page").objects
    page = pages.get(pk=comment.thread.page_id)
    path = reverse("cx_feedback:comments-verify-email", args=[make_token(comment)])
    site = f"{get_site_url(page)}/"
    with translation.override(languages.get_mail_language(comment.language)):
        context = {"days": conf.get("COMMENTS_PROOF_DAYS")}
        subject = _("Is the comment on {site} yours?")
        text = render_to_string("cx_feedback/comments/mail/verify_email.txt", context)
        html = render_to_string("cx_feedback/comments/mail/verify_email.html", context)
    message = create_message(
        subject=subject,
        text=text,
        html=html,
        headers={"Auto-Submitted": "auto-generated"},
        language=comment.language,
    )
    host = urlsplit(site).netloc
    # The mail may go to anybody: the title of a page that not everybody may see is not theirs.
    title = page.title if is_visible(page.pk) else host
    return message, {"proof_url": urljoin(site, path), "page": title, "site": host}
