"""Surveys with their published versions, the responses to them and the tallies of the answers."""

from cx_feedback.surveys.exports.models import Export, ExportPart
from cx_feedback.surveys.models.response_limits import AnsweredOnce, Quota
from cx_feedback.surveys.models.response_notes import ResponseNote, ResponseTag
from cx_feedback.surveys.models.responses import Response, Start
from cx_feedback.surveys.models.surveys import Survey, SurveyVersion
from cx_feedback.surveys.models.tallies import Tally
from cx_feedback.surveys.partials.models import PartialResponse

__all__ = [
    "AnsweredOnce",
    "Export",
    "ExportPart",
    "PartialResponse",
    "Quota",
    "Response",
    "ResponseNote",
    "ResponseTag",
    "Start",
    "Survey",
    "SurveyVersion",
    "Tally",
]
