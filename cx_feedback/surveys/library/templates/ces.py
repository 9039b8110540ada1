"""Customer effort score (CES)."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="ces",
    title=_("How easy was it?"),
    purpose=_("Customer effort (CES): people who find it hard don't try twice."),
    when=_("After a task: a search, a subscription, a cancellation, a question to you."),
    questions=(
        TemplateQuestion("ces", _("It was easy to do what I came for."), required=True),
        TemplateQuestion("text", _("What made it harder than it had to be?")),
    ),
)
