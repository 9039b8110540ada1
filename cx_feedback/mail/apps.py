from django.apps import apps
from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class MailConfig(room_config.RoomConfig):
    name = "cx_feedback.mail"
    label = "cx_feedback_mail"
    verbose_name = pgettext_lazy("delivery", "Mail")

    def ready(self) -> None:
        from cx_feedback.mail import receivers

        receivers.connect_receivers()
        if apps.is_installed("anymail"):
            from cx_feedback.mail import anymail_events

            anymail_events.connect_anymail()
