"""The pages of a survey's results: overview, cross-tab, two periods, texts, pages, exports."""

from typing import Any

from django.urls import URLPattern, path

from cx_feedback.surveys.results.tabs.exports import DownloadView, ExportsView
from cx_feedback.surveys.results.tabs.overview import SurveyResultsView
from cx_feedback.surveys.results.tabs.tables import CompareView, CrossTabView
from cx_feedback.surveys.results.tabs.texts import PagesView, TextsView

__all__ = ["SurveyResultsView", "tab_urls"]


def tab_urls(viewset: Any) -> list[URLPattern]:
    """Return the addresses of the pages beside the overview."""
    names = {
        "index_url_name": viewset.get_url_name("list"),
        "edit_url_name": viewset.get_url_name("edit"),
        "usage_url_name": viewset.get_url_name("usage"),
        "viewset": viewset,
    }
    views: dict[str, Any] = {
        "crosstab": CrossTabView,
        "compare": CompareView,
        "texts": TextsView,
        "pages": PagesView,
        "exports": ExportsView,
    }
    return [
        *(
            path(
                f"results/<int:pk>/{name}/",
                viewset.construct_view(view, **names),
                name=f"results_{name}",
            )
            for name, view in views.items()
        ),
        path(
            "results/<int:pk>/exports/<int:export>/",
            viewset.construct_view(DownloadView, **names),
            name="results_download",
        ),
    ]
