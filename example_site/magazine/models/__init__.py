"""The magazine's pages and snippets."""

from example_site.magazine.models.articles import (
    ArticleIndexPage,
    ArticlePage,
    ArticleTag,
    RelatedArticle,
)
from example_site.magazine.models.pages import GuidePage, HomePage, NewsletterPage, StandardPage
from example_site.magazine.models.people import Category, Person

__all__ = [
    "ArticleIndexPage",
    "ArticlePage",
    "ArticleTag",
    "Category",
    "GuidePage",
    "HomePage",
    "NewsletterPage",
    "Person",
    "RelatedArticle",
    "StandardPage",
]
