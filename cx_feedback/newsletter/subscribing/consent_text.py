"""The words by which readers agree; what was shown is kept with each subscription."""

import hashlib

from django.utils.translation import gettext as _

from cx_feedback.newsletter.models import MailingList


def get_consent_wording(mailing_list: MailingList) -> str:
    """Return the words below the form, in the current language."""
    return mailing_list.consent_wording or _(
        "By subscribing you agree to receive “%(list)s” by email. Every email includes a "
        "link to unsubscribe with one click."
    ) % {"list": mailing_list.name}


def get_wording_version(wording: str) -> str:
    """Return the version of ``wording``: 12 hexadecimal digits that change with its words."""
    return hashlib.sha256(wording.encode()).hexdigest()[:12]
