"""Endings: they end a survey early for readers whose answers match a condition."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks

from cx_feedback.core.pages.page_access import find_page
from cx_feedback.surveys.flow.piping_widgets import PipedTextBlock
from cx_feedback.surveys.questions.base import QuestionBlock
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.layout import Layout


class EndingBlock(QuestionBlock):
    label = blocks.CharBlock(
        label=pgettext_lazy("survey", "Name"),
        max_length=300,
        help_text=pgettext_lazy("survey", "Not shown to readers."),
    )
    help = PipedTextBlock(
        label=pgettext_lazy("survey", "Thanks"),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("Empty: the survey's own thanks."),
    )
    required = None
    token = None
    page = blocks.PageChooserBlock(
        label=gettext_lazy("Send readers to this page instead"), required=False
    )
    url = blocks.URLBlock(
        label=gettext_lazy("Or to this address"),
        required=False,
        help_text=gettext_lazy("It begins with https://"),
    )

    class Meta:
        # No field is collapsed: an ending without a condition ends the survey for everybody.
        more = ()
        icon = "circle-check"
        label = pgettext_lazy("survey", "Ending")
        description = gettext_lazy(
            "Ends the survey for readers whose answers match, with its own thank-you message."
        )
        sample: ClassVar[Any] = {
            "label": pgettext_lazy("survey", "For new readers"),
            "help": gettext_lazy("Thank you. Come back once you've had a look around!"),
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["url"] and not cleaned["url"].startswith("https://"):
            error = ValidationError(_("The address must begin with https://."))
            raise blocks.StructBlockValidationError({"url": error})
        if cleaned["url"] and cleaned["page"]:
            error = ValidationError(_("Choose a page or an address, not both."))
            raise blocks.StructBlockValidationError({"url": error})
        return cleaned


class Ending(Layout):
    """Ends the survey if its condition matches.

    The label is for editors, the help text is the thanks. Options: ``page`` (id or None) and
    ``url`` (https or ""), where readers are sent instead.
    """

    name = "ending"
    is_ending = True
    template = "cx_feedback/surveys/questions/gone.html"
    sample_template = "cx_feedback/surveys/questions/ending_sample.html"
    block = EndingBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        page = value["page"]
        return {"page": page.pk if page else None, "url": value["url"] or ""}


def get_ending_url(ending: Question, request: HttpRequest | None = None) -> str:
    """Return the URL that an ending leads to, "" if the thanks are shown instead.

    The thanks are shown too if the page has been deleted or this reader may not see it.
    """
    if ending.options.get("page"):
        page = find_page(ending.options["page"], request)
        return page.get_url(request) or "" if page else ""
    url = str(ending.options.get("url") or "")
    return url if url.startswith("https://") else ""
