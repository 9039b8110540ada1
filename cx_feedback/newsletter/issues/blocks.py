"""The blocks of an issue, each with its MJML template."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cx_feedback.core.rooms.titles import Offer, get_offered_answers

FEATURES = ["bold", "italic", "link", "ol", "ul", "h2", "h3"]


class ArticlesBlock(blocks.StructBlock):
    """Articles of the site, each with title, summary and picture."""

    pages = blocks.ListBlock(
        blocks.PageChooserBlock(label=pgettext_lazy("newsletter", "Article")),
        label=pgettext_lazy("newsletter", "Articles"),
    )
    pictures = blocks.BooleanBlock(
        label=pgettext_lazy("newsletter", "With pictures"), required=False, default=True
    )

    class Meta:
        icon = "doc-full"
        label = pgettext_lazy("newsletter", "Articles")
        template = "cx_feedback/newsletter/mail/parts/articles.mjml"


class PictureBlock(blocks.StructBlock):
    """A picture with an alternative text."""

    image = ImageChooserBlock(label=pgettext_lazy("newsletter", "Picture"))
    alt = blocks.CharBlock(
        label=pgettext_lazy("newsletter", "Alt text"),
        max_length=200,
        help_text=_("Describe the picture for people who can't see it."),
    )
    link = blocks.URLBlock(label=pgettext_lazy("newsletter", "Link"), required=False)

    class Meta:
        icon = "image"
        label = pgettext_lazy("newsletter", "Picture")
        template = "cx_feedback/newsletter/mail/parts/picture.mjml"


class ButtonBlock(blocks.StructBlock):
    """A button that leads to a page or an address."""

    label = blocks.CharBlock(label=pgettext_lazy("newsletter", "Button text"), max_length=60)
    page = blocks.PageChooserBlock(label=pgettext_lazy("newsletter", "Page"), required=False)
    link = blocks.URLBlock(label=pgettext_lazy("newsletter", "Or address"), required=False)

    class Meta:
        icon = "link"
        label = pgettext_lazy("newsletter", "Button")
        template = "cx_feedback/newsletter/mail/parts/button.mjml"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["link"]):
            message = _("Choose a page or enter an address, but not both.")
            raise blocks.StructBlockValidationError(
                block_errors={"page": forms.ValidationError(message)}
            )
        return cleaned


def get_scale_choices() -> list[tuple[str, Any]]:
    """Return the survey questions that can be answered with one click, grouped by survey."""
    groups: dict[str, dict[str, str]] = {}
    for offer in get_offered_answers():
        word = offer.word.rpartition(":")[0]
        if offer.url:
            groups.setdefault(offer.group, {})[word] = offer.label.rpartition(":")[0]
    return [(group, list(words.items())) for group, words in groups.items()]


def get_scale_answers(word: str) -> list[Offer]:
    """Return the answers to a question, in order, an empty list if it doesn't exist any more.

    ``word`` is the question's value in ``get_scale_choices``.
    """
    return [o for o in get_offered_answers() if o.url and o.word.rpartition(":")[0] == word]


class QuestionBlock(blocks.StructBlock):
    """A survey question. Clicking an answer opens the survey with the answer selected."""

    words = blocks.CharBlock(label=pgettext_lazy("newsletter", "Question"), max_length=200)
    answers = blocks.ChoiceBlock(
        label=pgettext_lazy("newsletter", "Answers of"), choices=get_scale_choices
    )

    class Meta:
        icon = "help"
        label = pgettext_lazy("newsletter", "Question")
        template = "cx_feedback/newsletter/mail/parts/question.mjml"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        points = get_scale_answers(value["answers"])
        context["points"] = [(p.label.rpartition(": ")[2], p.url) for p in points]
        return context


class IssueBlocks(blocks.StreamBlock):
    """The content of an issue."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("newsletter", "Heading"),
        icon="title",
        max_length=120,
        template="cx_feedback/newsletter/mail/parts/heading.mjml",
    )
    text = blocks.RichTextBlock(
        label=pgettext_lazy("newsletter", "Text"),
        features=FEATURES,
        template="cx_feedback/newsletter/mail/parts/text.mjml",
    )
    articles = ArticlesBlock()
    picture = PictureBlock()
    button = ButtonBlock()
    question = QuestionBlock()
    line = blocks.StaticBlock(
        label=pgettext_lazy("newsletter", "Line"),
        icon="horizontalrule",
        template="cx_feedback/newsletter/mail/parts/line.mjml",
    )

    class Meta:
        block_counts: ClassVar[dict[str, Any]] = {"question": {"max_num": 1}}


def get_editable_text(body: Any) -> str:
    """Return the text in which editors can use placeholders, all blocks joined by newlines."""
    found = []
    for part in body or ():
        if part.block_type == "text":
            found.append(str(part.value.source))
        elif part.block_type == "heading":
            found.append(str(part.value))
        elif part.block_type == "question":
            found.append(str(part.value["words"]))
        elif part.block_type == "button":
            found.append(str(part.value["label"]))
    return "\n".join(found)
