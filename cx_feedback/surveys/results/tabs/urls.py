"""The addresses of a survey's results beside the overview."""

from functools import partial
from typing import Any

from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from cx_feedback.core.http.deferred_urls import DeferredView

_TABS = "cx_feedback.surveys.results.tabs"
_VIEWS = {
    "crosstab": f"{_TABS}.crosstab_and_periods.CrossTabView",
    "compare": f"{_TABS}.crosstab_and_periods.CompareView",
    "texts": f"{_TABS}.texts_and_pages.TextsView",
    "pages": f"{_TABS}.texts_and_pages.PagesView",
    "partials": f"{_TABS}.partials.PartialsView",
    "exports": f"{_TABS}.exports.ExportsView",
}
#: The names of these pages in URLs.
TAB_NAMES = frozenset(f"results_{name}" for name in _VIEWS)


def get_tab_urls(viewset: Any) -> list[URLPattern]:
    """Return the patterns of the pages beside the overview; their views are deferred."""
    return [
        *(
            path(
                f"results/<int:pk>/{name}/", make_tab_view(viewset, dotted), name=f"results_{name}"
            )
            for name, dotted in _VIEWS.items()
        ),
        path(
            "results/<int:pk>/partials/download/",
            make_tab_view(viewset, f"{_TABS}.partials.PartialsDownloadView"),
            name="results_partials_download",
        ),
        path(
            "results/<int:pk>/exports/codebook/",
            make_tab_view(viewset, f"{_TABS}.exports.CodebookView"),
            name="results_codebook",
        ),
        path(
            "results/<int:pk>/exports/<int:export>/",
            make_tab_view(viewset, f"{_TABS}.exports.DownloadView"),
            name="results_download",
        ),
    ]


def make_tab_view(viewset: Any, dotted: str) -> DeferredView:
    """Return the deferred view of a results page; ``dotted`` names its class."""
    return DeferredView(partial(_construct_view, viewset, dotted), dotted.rpartition(".")[2])


def _construct_view(viewset: Any, dotted: str) -> Any:
    return viewset.construct_view(
        import_string(dotted),
        index_url_name=viewset.get_url_name("list"),
        edit_url_name=viewset.get_url_name("edit"),
        usage_url_name=viewset.get_url_name("usage"),
        viewset=viewset,
    )
