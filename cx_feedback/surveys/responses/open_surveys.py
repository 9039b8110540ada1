"""The rules by which a survey accepts responses now: its times, and its limit."""

from django.utils.translation import gettext as _

from cx_feedback.core.errors import Closed, Ended
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.responses.errors import SurveyFull


def get_open_survey(*, survey_id: int, kind: str = Survey.SURVEY) -> selectors.LiveSurvey:
    """Return a published survey that accepts responses now; raises NotFound or Closed."""
    live = selectors.get_live_survey(survey_id=survey_id, kind=kind)
    require_open(live)
    return live


def require_open(live: selectors.LiveSurvey) -> None:
    """Raise Closed, with the reason, if the survey does not accept responses now."""
    if live.has_closed:
        raise Ended(_("This is closed and no longer accepts answers."))
    if live.is_full:
        raise SurveyFull
    if not live.is_open:
        raise Closed(_("This doesn't accept answers yet."))
