"""Satisfaction with one occasion (CSAT)."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="csat",
    title=_("How satisfied are you?"),
    purpose=_("Customer satisfaction (CSAT): the share of those who are satisfied."),
    when=_("Right after something that you can improve: a visit, a delivery, an answer."),
    questions=(
        TemplateQuestion("csat", _("How satisfied are you with today's visit?"), required=True),
        TemplateQuestion("text", _("What could we have done better?")),
    ),
)
