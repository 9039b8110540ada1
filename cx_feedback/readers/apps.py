from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReadersConfig(AppConfig):
    name = "cx_feedback.readers"
    label = "cx_feedback_readers"
    verbose_name = _("Readers")
    default_auto_field = "django.db.models.BigAutoField"
