"""Permissions of NPS widgets. Their answers are protected like those of surveys."""

from cx_feedback.core.permissions import ModelPermissions
from cx_feedback.surveys.permissions import VIEW_RESPONSES, VIEW_RESULTS, VIEW_TEXTS

__all__ = ["NPS_WIDGETS", "VIEW_RESPONSES", "VIEW_RESULTS", "VIEW_TEXTS"]

NPS_WIDGETS = ModelPermissions("cx_feedback_nps.NPSWidget", view=VIEW_RESULTS | VIEW_RESPONSES)
