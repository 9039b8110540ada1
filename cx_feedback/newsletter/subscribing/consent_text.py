"""The consent text that is shown with the form and stored with each subscription."""

from django.utils.translation import gettext as _

from cx_feedback.newsletter.models import MailingList


def get_consent_wording(mailing_list: MailingList) -> str:
    """Return the consent text of a list, in the current language."""
    return mailing_list.consent_wording or _(
        "By subscribing you agree to receive “%(list)s” by email. Every email includes a "
        "link to unsubscribe with one click."
    ) % {"list": mailing_list.name}
