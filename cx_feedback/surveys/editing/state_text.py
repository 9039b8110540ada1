"""The state of a survey in words, as readers experience it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.surveys.editing.survey_list import SurveyState, annotate_state
from cx_feedback.surveys.models import Survey


def describe_state(survey: Any) -> str:
    """Return the state of a survey annotated by ``annotate_state``, with its time or reason."""
    if survey.state == SurveyState.DRAFT:
        return _("draft: readers see nothing")
    if survey.state == SurveyState.SCHEDULED:
        if not survey.live:
            return _("readers see nothing until %s") % format_moment(survey.go_live_at)
        return _("opens on %s") % format_moment(survey.opens_at)
    if survey.state == SurveyState.CLOSED:
        if survey.is_full:
            return _("closed: all answers are in")
        at = survey.expire_at if survey.expired else survey.closes_at
        return _("closed on %s") % format_moment(at) if at else pgettext("survey", "closed")
    if survey.closes_at:
        return _("live until %s") % format_moment(survey.closes_at)
    return pgettext("survey", "live")


def describe_chosen(survey: Survey) -> str:
    """Return title and state of a survey that was chosen, for the form of a page; one query."""
    found = annotate_state(Survey.objects.filter(pk=survey.pk)).first()
    return f"{survey} ({describe_state(found)})" if found else str(survey)
