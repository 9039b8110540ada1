"""Tags of the magazine's templates."""

from typing import Any

from django import template

from example_site.magazine.models import ArticleIndexPage
from example_site.magazine.navigation import Navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> Navigation | None:
    """Return what stands around the page being shown, if a page is being shown."""
    page = context.get("page")
    if page is None or not page.pk:
        return None
    return Navigation(page, context.get("other_languages") or {})


@register.simple_tag
def route_url(index: ArticleIndexPage | None, name: str, slug: str = "") -> str:
    """Return the address of a list of articles: of a category, an author or a tag."""
    return index.route_url(name, slug) if index else ""
