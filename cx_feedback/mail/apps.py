from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "cx_feedback.mail"
    label = "cx_feedback_mail"
    verbose_name = _("Mail")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cx_feedback.mail import receivers, webhooks

        receivers.connect()
        webhooks.connect()
