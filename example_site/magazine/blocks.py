"""What an editor may put into the body of a page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from cx_feedback.comments.blocks import CommentsBlock
from cx_feedback.newsletter.blocks import SubscribeBlock
from cx_feedback.newsletter.guides.blocks import GuideBlock
from cx_feedback.nps.blocks import NPSBlock
from cx_feedback.surveys.blocks import SurveyBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul", "document-link"]


class QuoteBlock(blocks.StructBlock):
    """A sentence set apart, with who said it."""

    text = blocks.TextBlock(label=_("Text"))
    source = blocks.CharBlock(label=_("Who said it"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "magazine/blocks/quote.html"
        preview_value = {"text": "Vuelve quien fue escuchado.", "source": "La redacción"}


class KeyFigureBlock(blocks.StructBlock):
    """A number worth remembering and the sentence that gives it a meaning."""

    figure = blocks.CharBlock(label=_("Figure"), max_length=24)
    meaning = blocks.TextBlock(label=_("What it means"))

    class Meta:
        icon = "order"
        label = _("Key figure")
        template = "magazine/blocks/key_figure.html"
        preview_value = {
            "figure": "35 %",
            "meaning": "de los clientes queda al cabo de un año si cada semana se va el dos.",
        }


class PictureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "magazine/blocks/picture.html"


class BodyBlock(blocks.StreamBlock):
    """Text, pictures and figures, without any widget: for pages that only inform."""

    paragraph = blocks.RichTextBlock(label=_("Paragraph"), features=TEXT_FEATURES)
    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", template="magazine/blocks/heading.html"
    )
    quote = QuoteBlock()
    image = PictureBlock()
    key_figure = KeyFigureBlock()
    subscribe = SubscribeBlock()
    guide = GuideBlock()


class ArticleBodyBlock(BodyBlock):
    """The body of an article: all that informs, and what asks the reader back."""

    survey = SurveyBlock()
    nps = NPSBlock()
    comments = CommentsBlock()
