"""The language that a form names, and that of mails."""

from django.conf import settings
from django.utils import translation


def get_site_language(code: object) -> str:
    """Return the site's language that is closest to ``code``, "" when there is none.

    Only a language of the site may be activated: Django keeps all translations of whatever is,
    and takes "es-x1", "es-x2" … for languages.
    """
    try:
        found: str = translation.get_supported_language_variant(str(code or ""))
    except LookupError:
        return ""
    return found


def get_mail_language(code: object) -> str:
    """Return the language in which a mail is written: ``code``, else that of the site.

    Whoever sends it may read another one, and a worker has none.
    """
    return get_site_language(code) or str(settings.LANGUAGE_CODE)
