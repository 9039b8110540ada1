"""The feed of the newest articles."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed


def article_feed(request: HttpRequest, index: Any, found: Any) -> HttpResponse:
    """Write articles as RSS, each with its lead, author and category."""
    feed = Rss201rev2Feed(
        title=index.get_site().site_name or index.title,
        link=index.full_url,
        description=index.introduction,
        language=index.locale.language_code,
        feed_url=request.build_absolute_uri(),
    )
    for article in found:
        midnight = datetime.datetime.combine(article.date, datetime.time())
        feed.add_item(
            title=article.title,
            link=article.full_url,
            unique_id=article.full_url,
            description=article.lead,
            author_name=article.author.name if article.author else None,
            categories=[article.category.name] if article.category else [],
            pubdate=timezone.make_aware(midnight),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml")
