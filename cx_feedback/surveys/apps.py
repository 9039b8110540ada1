from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "cx_feedback.surveys"
    label = "cx_feedback_surveys"
    verbose_name = _("Surveys")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cx_feedback.surveys import placed, receivers
        from cx_feedback.surveys.library import checks  # noqa: F401

        receivers.connect()
        placed.connect()
