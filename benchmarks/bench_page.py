"""What the blocks cost an article: queries of a first view, with nothing in any cache."""

import json
from typing import Any

from benchmarks import site
from benchmarks.results import Result


def run() -> list[Result]:
    """Count the queries of an article with a survey, an NPS widget and comments, and without."""
    site.setup()
    article = site.make_article()
    _queries(article)  # what Django and Wagtail look up once for a process
    without = _queries(article)
    blocks = [
        {"type": "survey", "value": {"survey": site.make_survey().pk}},
        {"type": "nps", "value": {"widget": site.make_widget().pk}},
        {"type": "comments", "value": {}},
    ]
    article.body = json.dumps(blocks)
    article.save_revision().publish()
    more = _queries(article) - without
    return [Result("page", "queries more by survey, NPS and comments", more, "<= 6")]


def _queries(article: Any) -> int:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(article.url).status_code == 200
    return len(captured)
