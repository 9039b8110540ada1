"""The fields of serializers for accounts, which a site may count otherwise than by numbers."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.core.people.account_ids import (
    KEY_LENGTH,
    format_account_id,
    has_number_ids,
    parse_account_id,
)


def build_account_field(**options: Any) -> serializers.Field[Any, Any, Any, Any]:
    """Return the field of the ID of an account in an answer."""
    return (serializers.IntegerField if has_number_ids() else serializers.CharField)(**options)


class AccountKeyField(serializers.CharField):
    """The ID of an account in a request, where it is no number; None if it is left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, max_length=KEY_LENGTH, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        if data is empty or data is None:
            return None
        found = parse_account_id(data)
        if found is None:
            raise serializers.ValidationError([_("Name the ID of an account.")])
        # Written as in JSON, so that a repeat of the request is recognized.
        return format_account_id(found)
