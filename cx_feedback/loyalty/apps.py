from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class LoyaltyConfig(room_config.RoomConfig):
    name = "cx_feedback.loyalty"
    label = "cx_feedback_loyalty"
    verbose_name = pgettext_lazy("loyalty", "Loyalty")

    def ready(self) -> None:
        from cx_feedback.loyalty import receivers  # noqa: F401
