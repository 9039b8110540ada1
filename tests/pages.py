"""Articles with blocks, as several rooms' tests together need them."""

import json
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
