from django.utils.translation import gettext_lazy as _

from cx_feedback.core import room_config


class NewsletterConfig(room_config.RoomConfig):
    name = "cx_feedback.newsletter"
    label = "cx_feedback_newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from cx_feedback.newsletter import receivers

        receivers.connect()
