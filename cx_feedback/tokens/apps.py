from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class TokensConfig(room_config.RoomConfig):
    name = "cx_feedback.tokens"
    label = "cx_feedback_tokens"
    verbose_name = pgettext_lazy("token", "Tokens")

    def ready(self) -> None:
        from cx_feedback.core.http import authentication_classes

        authentication_classes.add_room_class(
            "cx_feedback.tokens.api.authentication.TokenAuthentication"
        )
