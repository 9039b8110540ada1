"""What accounts of the site are called: to readers, and to editors in the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cx_feedback.core import conf


def public_name(user: Any) -> str:
    """Return the name under which readers see an account, "" for one that has to be asked for it.

    That is its full name. A user name only where ``CX_FEEDBACK["PUBLISH_USERNAMES"]`` says so,
    and never one that is an e-mail address.
    """
    name = _get_full_name(user)
    if name and not is_address(name):
        return name
    login = _get_username(user) if conf.get("PUBLISH_USERNAMES") else ""
    return "" if is_address(login) else login


def admin_name(user: Any) -> str:
    """Return what editors call an account, or whatever else wrote a page."""
    return _get_full_name(user) or _get_username(user) or str(user)


def is_address(name: str) -> bool:
    """Return whether ``name`` is an e-mail address, which never leaves by a public response."""
    try:
        validate_email(name.strip())
    except ValidationError:
        return False
    return True


def _get_full_name(user: Any) -> str:
    """Return the full name; Django asks a user model for none."""
    full = getattr(user, "get_full_name", None)
    return str(full() or "").strip() if callable(full) else ""


def _get_username(user: Any) -> str:
    login = getattr(user, "get_username", None)
    return str(login() or "").strip() if callable(login) else ""
