"""Parsing of subscription requests, from forms and JSON alike; the service checks the address."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from rest_framework import serializers

from cx_feedback.core.api.serializers import InputSerializer, PageField, TextField, apply_rule
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_number
from cx_feedback.core.text import languages
from cx_feedback.newsletter.subscribing.time_zones import clean_time_zone

#: A honeypot field, hidden from people. Only bots fill it in.
HONEYPOT = "website"
#: A hidden field of forms with several lists, of which one must be chosen.
CHOICE_FIELD = "choosing"
#: The most lists or topics in a request.
MAX_IDS = 100


@dataclass(frozen=True)
class SubscriptionRequest:
    """The content of a subscription request, for the default list if it names none."""

    email: str
    name: str
    list_ids: tuple[int, ...]
    topic_ids: tuple[int, ...]
    language: str
    time_zone: str
    is_trap: bool


class SignupTextField(TextField):
    default_error_messages = {"invalid": pgettext_lazy("newsletter", "This must be text.")}


class _AddressField(SignupTextField, serializers.EmailField):
    """An address, whose form the service checks (``core.text.email_addresses``)."""


class _TimeZoneField(SignupTextField):
    def clean(self, text: str) -> str:
        return clean_time_zone(text)


class _IdsMixin:
    """The distinct ids in a field, one or several."""

    field_name: str

    def get_value(self, dictionary: Any) -> Any:
        return _get_values(dictionary, self.field_name)

    def run_validation(self, data: Any = None) -> Any:
        return apply_rule(partial(_clean_ids, self.field_name), data)


class IdField(_IdsMixin, serializers.IntegerField):  # type: ignore[misc]
    """Ids, of which programs send one."""


class IdsField(_IdsMixin, serializers.ListField):  # type: ignore[misc]
    """Ids, of which programs send several."""


class SignupInput(InputSerializer):
    """The fields of every form that asks for an address."""

    email = _AddressField()
    time_zone = _TimeZoneField(
        required=False,
        allow_blank=True,
        help_text="For example Europe/Madrid. Used for quiet hours.",
    )
    page = PageField(required=False, help_text="ID of the page with the form.")
    lang = SignupTextField(required=False, help_text="Language of the emails.")
    challenge = SignupTextField(
        required=False, help_text="Solution of the challenge in a 428 response."
    )


# The name of this class is that of the schema.
class SubscriptionIn(SignupInput):
    name = SignupTextField(required=False, allow_blank=True, max_length=80)
    list = IdField(
        required=False,
        help_text="ID of the list. Defaults to the first list that takes subscriptions.",
    )
    lists = IdsField(
        child=serializers.IntegerField(), required=False, help_text="IDs of several lists."
    )
    topics = IdsField(
        child=serializers.IntegerField(),
        required=False,
        help_text="IDs of topics, which imply their lists. Lists without any: all topics.",
    )


def read_subscription_request(data: Any) -> SubscriptionRequest:
    """Parse ``email``, ``name``, ``list``, ``lists``, ``topics``, ``time_zone`` and ``lang``.

    Raises InvalidInput naming every wrong field.
    """
    values = SubscriptionIn.read(data)
    list_ids, topic_ids = (*values["list"], *values["lists"]), values["topics"]
    if data.get(CHOICE_FIELD) and not (list_ids or topic_ids):
        raise InvalidInput(fields={"lists": [_("Choose at least one list.")]})
    return SubscriptionRequest(
        values["email"],
        values["name"],
        tuple(dict.fromkeys(list_ids)),
        topic_ids,
        languages.get_site_language(values["lang"]) or languages.get_current_language(),
        values["time_zone"],
        bool(data.get(HONEYPOT)),
    )


def get_text(data: Any, field: str) -> str:
    """Return the text of ``field``, "" if it is missing. Raises InvalidInput for other types."""
    value = data.get(field) or ""
    if not isinstance(value, str):
        raise InvalidInput(fields={field: [pgettext("newsletter", "This must be text.")]})
    return value


def get_ids(data: Any, field: str) -> tuple[int, ...]:
    """Return the distinct ids in ``field``, one or several. Raises InvalidInput."""
    return _clean_ids(field, _get_values(data, field))


def _get_values(data: Any, field: str) -> Any:
    return data.getlist(field) if isinstance(data, QueryDict) else data.get(field)


def _clean_ids(field: str, values: Any) -> tuple[int, ...]:
    if values is None:
        return ()
    values = values if isinstance(values, list) else [values]
    if len(values) > MAX_IDS:
        raise InvalidInput(fields={field: [pgettext("newsletter", "Too many items.")]})
    return tuple(
        dict.fromkeys(_parse_id(field, value) for value in values if value not in ("", None))
    )


def _parse_id(field: str, value: Any) -> int:
    pk = parse_number(value, 1, 2**31 - 1)
    if pk is None:
        raise InvalidInput(fields={field: [describe_unknown(field)]})
    return pk


def describe_unknown(field: str) -> str:
    """Return the error message for an unknown id in ``field``."""
    return _("There is no such topic.") if field == "topics" else _("There is no such list.")
