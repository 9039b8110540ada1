"""The languages of forms and emails."""

from django.conf import settings
from django.utils import translation


def get_site_language(code: object) -> str:
    """Return the language of the site closest to ``code``, "" if there is none.

    Only languages of the site may be activated, because Django caches the translations of every
    activated language, and accepts "es-x1", "es-x2" and so on.
    """
    try:
        found: str = translation.get_supported_language_variant(str(code or ""))
    except LookupError:
        return ""
    return found


def get_current_language() -> str:
    """Return the language of the site closest to the active one.

    The active one can be another: LANGUAGE_CODE is often "en-us" where LANGUAGES has "en".
    """
    active = translation.get_language() or ""
    return get_site_language(active) or active


def get_mail_language(code: object) -> str:
    """Return the language of an email: ``code``, otherwise that of the site.

    The language of the request or worker that sends it is irrelevant.
    """
    site = str(settings.LANGUAGE_CODE)
    return get_site_language(code) or get_site_language(site) or site
