from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CoreConfig(AppConfig):
    name = "cx_feedback.core"
    label = "cx_feedback"
    verbose_name = pgettext_lazy("feedback", "Feedback")
    #: The module with the examinations of this app for ``cx_doctor``.
    health = "cx_feedback.core.health.core_examinations"

    def ready(self) -> None:
        from cx_feedback.core import checks  # noqa: F401
        from cx_feedback.core.database import replicas
        from cx_feedback.core.http import cors
        from cx_feedback.core.pages import api_pages, page_access, served_page

        cors.connect_cors_headers()
        page_access.connect_signals()
        served_page.connect_signals()
        api_pages.connect_api()
        replicas.connect_signals()
