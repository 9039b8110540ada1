"""The JSON of the answers to sign-ups."""

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer


class _SignupOut(OutputSerializer):
    state = serializers.ChoiceField(["pending"], help_text="The same for every address.")


class SubscriptionOut(_SignupOut):
    pass


class GuideOut(_SignupOut):
    pass
