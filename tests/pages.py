"""Articles with blocks, as several rooms' tests together need them."""

import json
import re
from typing import Any

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.site.models import ArticlePage
from tests.surveys.conftest import stream


def make_survey() -> Survey:
    """Return a published survey: a choice, a scale, a text."""
    return surveys.publish_survey(
        survey=Survey(
            title="Your visit",
            thanks="Thanks, it helps.",
            questions=stream(),
            open_by_address=True,
        )
    )


def make_widget(**fields: Any) -> NPSWidget:
    """Return a published NPS widget."""
    return surveys.publish_survey(
        survey=NPSWidget(title="Would you recommend us?", open_by_address=True, **fields)
    )


def publish(article: ArticlePage, *blocks: tuple[str, dict]) -> ArticlePage:
    """Publish ``article`` with ``blocks``, each a type and its raw value."""
    article.body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    article.save_revision().publish()
    return article


#: Elements beside which whitespace is not shown.
_BLOCKS = (
    "article|aside|blockquote|button|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|"
    "form|h[1-6]|header|input|label|legend|li|main|nav|ol|option|p|progress|section|select|summary|"
    "table|tbody|td|text|tfoot|th|thead|title|tr|tspan|ul"
)


def squeeze(html: str | bytes) -> str:
    """Return HTML without the whitespace that readers don't see: that of the templates' lines."""
    html = html.decode() if isinstance(html, bytes) else html
    html = re.sub(r"<[^<>]+>", lambda tag: re.sub(r"\s+(?=>)", "", _join(tag[0])), html)
    return re.sub(rf"\s*(</?(?:{_BLOCKS})(?=[\s>])[^<>]*>)\s*", r"\1", _join(html))


def _join(text: str) -> str:
    return re.sub(r"\s+", " ", text)
