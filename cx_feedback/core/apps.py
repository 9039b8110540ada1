from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CoreConfig(AppConfig):
    name = "cx_feedback.core"
    label = "cx_feedback"
    verbose_name = pgettext_lazy("feedback", "Feedback")

    def ready(self) -> None:
        from cx_feedback.core import checks, pages, replicas, served_page  # noqa: F401

        pages.connect()
        served_page.connect()
        replicas.connect()
