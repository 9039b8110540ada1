"""Names of accounts, for readers and for editors."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cx_feedback.core import conf


def public_name(user: Any) -> str:
    """Return the public name of an account, "" if the account has to be asked for one.

    That is the full name, or the user name if ``CX_FEEDBACK["PUBLISH_USERNAMES"]`` is true, but
    never an email address.
    """
    name = _get_full_name(user)
    if name and not is_address(name):
        return name
    login = _get_username(user) if conf.get("PUBLISH_USERNAMES") else ""
    return "" if is_address(login) else login


def admin_name(user: Any) -> str:
    """Return the name of an account or another author for editors."""
    return _get_full_name(user) or _get_username(user) or str(user)


def is_address(name: str) -> bool:
    """Return whether ``name`` is an email address, which must never be published."""
    try:
        validate_email(name.strip())
    except ValidationError:
        return False
    return True


def _get_full_name(user: Any) -> str:
    """Return the full name; custom user models may have none."""
    full = getattr(user, "get_full_name", None)
    return str(full() or "").strip() if callable(full) else ""


def _get_username(user: Any) -> str:
    login = getattr(user, "get_username", None)
    return str(login() or "").strip() if callable(login) else ""
