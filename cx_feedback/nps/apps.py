from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NPSConfig(AppConfig):
    name = "cx_feedback.nps"
    label = "cx_feedback_nps"
    verbose_name = _("NPS")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cx_feedback.nps import receivers

        receivers.connect()
