"""What this room adds to the admin."""

from typing import Any

from django.contrib.auth.models import Permission
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cx_feedback.surveys.viewsets import SurveyViewSet

register_snippet(SurveyViewSet)


@hooks.register("register_permissions")
def register_permissions() -> Any:
    """Let groups be given the rights to what was answered; they say nothing about pages."""
    return Permission.objects.filter(
        content_type__app_label="cx_feedback_surveys",
        codename__in=("view_results", "view_texts", "export_responses"),
    )
