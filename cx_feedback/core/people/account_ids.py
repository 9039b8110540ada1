"""Primary keys of accounts in forms, JSON and logs: numbers, or text for keys of other types.

A site's user model may have UUIDs, for example.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from cx_feedback.core.http.parameters import parse_id

#: Characters of a key that is no number.
KEY_LENGTH = 64


def has_number_ids() -> bool:
    """Return whether the accounts of the site have numbers as primary keys."""
    return isinstance(_get_key_field(), models.IntegerField)


def format_account_id(pk: Any) -> Any:
    """Return a primary key as JSON has it; None stays None."""
    return pk if pk is None or isinstance(pk, int) else str(pk)


def parse_account_id(value: Any) -> Any:
    """Return the primary key that a form or a JSON body names, None for what can't be one."""
    if has_number_ids():
        return parse_id(value) or None
    if not isinstance(value, str) or not value.isprintable() or len(value) > KEY_LENGTH:
        return None
    try:
        return _get_key_field().to_python(value) or None
    except (ValidationError, ValueError):
        return None


def _get_key_field() -> Any:
    """Return the field of the primary key, for a child model that of its parent."""
    key: Any = get_user_model()._meta.pk
    while key.is_relation:
        key = key.target_field
    return key
