"""Who may edit NPS widgets and see scores: answers are protected as those of surveys are."""

from cx_feedback.core.permissions import ModelPermissions
from cx_feedback.surveys.permissions import VIEW_RESULTS, VIEW_TEXTS

__all__ = ["NPS_WIDGETS", "VIEW_RESULTS", "VIEW_TEXTS"]

NPS_WIDGETS = ModelPermissions("cx_feedback_nps.NPSWidget", view=VIEW_RESULTS)
