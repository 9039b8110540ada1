from django.utils.translation import gettext_lazy as _

from cx_feedback.core import room_config


class LoyaltyConfig(room_config.RoomConfig):
    name = "cx_feedback.loyalty"
    label = "cx_feedback_loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from cx_feedback.loyalty import receivers  # noqa: F401
