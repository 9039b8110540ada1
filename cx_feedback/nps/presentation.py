"""What the templates of the NPS widget need."""

from typing import Any

from cx_feedback.surveys.presentation import form_context
from cx_feedback.surveys.selectors import LiveSurvey


def nps_context(live: LiveSurvey, **shown: Any) -> dict[str, Any]:
    """Return the context of ``cx_feedback/nps/widget.html``; as of surveys' ``form_context``."""
    return form_context(live, prefix="cx-nps", **shown)
