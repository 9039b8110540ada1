from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "cx_feedback.core"
    label = "cx_feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from cx_feedback.core import checks, pages, replicas, served_page  # noqa: F401

        pages.connect()
        served_page.connect()
        replicas.connect()
