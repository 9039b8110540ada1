"""The JSON of webhooks, their secrets and their log; what programs send to change them."""

from typing import Any

from django.utils.translation import pgettext
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from cx_feedback.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    StrictBooleanField,
    TextField,
)
from cx_feedback.webhooks.events.event_types import get_event_types
from cx_feedback.webhooks.models import Attempt, Endpoint, EventDelivery

_REASONS, _ERRORS = ", ".join(Endpoint.OffReason.values), ", ".join(Attempt.Error.values)


class EventNamesField(serializers.ListField):
    """A list of names, whose rules the service has."""

    def __init__(self, **kwargs: Any) -> None:
        names = serializers.ChoiceField(choices=list(get_event_types()))
        super().__init__(child=names, **kwargs)

    def run_validation(self, data: Any = empty) -> list[str]:
        if data is empty and not self.required:
            raise SkipField
        if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
            words = pgettext("webhook", "Choose among the events of this site.")
            raise serializers.ValidationError([words])
        return data


class WebhookIn(InputSerializer):
    name = TextField(min_length=1, max_length=80)
    url = TextField(max_length=500, help_text="Where the events are sent to.")
    events = EventNamesField(min_length=1)
    with_texts = StrictBooleanField(
        required=False,
        help_text="Whether what readers wrote is sent along. Tokens can't have that.",
    )


class WebhookChangesIn(WebhookIn):
    name = TextField(required=False, min_length=1, max_length=80)
    url = TextField(required=False, max_length=500)
    events = EventNamesField(required=False, min_length=1)
    active = StrictBooleanField(required=False)

    @classmethod
    def read(cls, data: Any) -> dict[str, Any]:
        """Return the checked values of the fields that are named, and no others."""
        return {name: value for name, value in super().read(data).items() if name in data}


class WebhookOut(OutputSerializer):
    """A webhook, without its secret."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    with_texts = serializers.BooleanField()
    active = serializers.BooleanField()
    off_reason = serializers.CharField(
        allow_blank=True,
        help_text=f"Why it was switched off, unless a person did: {_REASONS}.",
    )
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="The first failure since the last success."
    )
    account = serializers.CharField(
        source="owner.get_username",
        help_text="The account that saved it last, with whose rights texts are read.",
    )
    created_at = serializers.DateTimeField()


class WebhooksOut(OutputSerializer):
    """Webhooks by id; ``next`` is the address of the next part, null on the last."""

    # Of ``ListPart``.
    webhooks = WebhookOut(many=True, source="rows")
    next = serializers.CharField(allow_null=True)


class NewWebhookOut(OutputSerializer):
    """A webhook that was made, with its secret, which is not shown again."""

    # Of ``{"webhook": …, "secret": …}``.
    webhook = WebhookOut()
    secret = serializers.CharField()


class NewSecretOut(OutputSerializer):
    """A new secret, which is not shown again."""

    # Of ``{"secret": …, "old_ends_at": …}``.
    secret = serializers.CharField()
    old_ends_at = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret before signs too."
    )


class AttemptOut(OutputSerializer):
    """An attempt to send an event; nothing of what the receiver said is stored."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="Null without an answer.")
    error = serializers.CharField(allow_blank=True, help_text=f"Empty if it arrived, or {_ERRORS}.")
    milliseconds = serializers.IntegerField()


class EventDeliveryOut(OutputSerializer):
    """An event for a webhook, with the attempts to send it, the oldest first."""

    id = serializers.IntegerField(source="pk")
    message_id = serializers.CharField(help_text="The header `webhook-id`.")
    event = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    state = serializers.CharField(help_text=", ".join(EventDelivery.State.values))
    next_attempt_at = serializers.DateTimeField(
        allow_null=True, help_text="Null where nothing more is tried."
    )
    attempts = AttemptOut(many=True, source="log.all")


class EventDeliveriesOut(OutputSerializer):
    """Events, the newest first; ``next`` is the address of the next part, null on the last."""

    # Of ``ListPart``.
    deliveries = EventDeliveryOut(many=True, source="rows")
    next = serializers.CharField(allow_null=True)
