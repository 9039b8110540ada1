from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class MailConfig(room_config.RoomConfig):
    name = "cx_feedback.mail"
    label = "cx_feedback_mail"
    verbose_name = pgettext_lazy("delivery", "Mail")

    def ready(self) -> None:
        from cx_feedback.mail import receivers, webhooks

        receivers.connect_receivers()
        webhooks.connect_anymail()
