"""Keys of forms, which prove that this site rendered them.

Every form contains a key, which is the signature of its survey and page and the same for every
reader. It holds however the template found the survey.
"""

from django.core.signing import BadSignature, Signer

_SALT = "cx_feedback.surveys.form_key"


def sign_form_key(survey_id: int, page_id: int | None = None) -> str:
    """Return the key of a form on a page or, without a page, of a link in an email."""
    return Signer(salt=_SALT).signature(_get_signed_name(survey_id, page_id))


def is_form_key(key: object, survey_id: int, page_id: int | None) -> bool:
    """Return whether ``key`` is the signature of the survey on that page."""
    if not isinstance(key, str) or not key:
        return False
    try:
        Signer(salt=_SALT).unsign(f"{_get_signed_name(survey_id, page_id)}:{key}")
    except BadSignature:
        return False
    return True


def _get_signed_name(survey_id: int, page_id: int | None) -> str:
    return f"{survey_id}-{page_id or ''}"
