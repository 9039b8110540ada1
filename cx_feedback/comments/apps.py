from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "cx_feedback.comments"
    label = "cx_feedback_comments"
    verbose_name = _("Comments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cx_feedback.comments import receivers
        from cx_feedback.comments.spam import checks  # noqa: F401

        receivers.connect()
