"""The addresses of single responses, among the results of a survey."""

from typing import Any

from django.urls import URLPattern, path

from cx_feedback.surveys.results.tabs.urls import make_tab_view

_SCREENS = "cx_feedback.surveys.single_responses"
_RESPONSES = "results/<int:pk>/responses/"
_VIEWS = {
    "results_responses": ("", "list_view.ResponsesView"),
    "results_responses_mark": ("mark/", "action_views.MarkView"),
    "results_responses_tag": ("tag/", "action_views.TagView"),
    "results_responses_delete": ("delete/", "action_views.DeleteView"),
    "results_response": ("<int:response>/", "detail_view.ResponseView"),
    "results_response_notes": ("<int:response>/notes/", "note_views.NotesView"),
}


def get_response_urls(viewset: Any) -> list[URLPattern]:
    """Return the patterns of the screens of single responses; their views are deferred."""
    return [
        path(f"{_RESPONSES}{end}", make_tab_view(viewset, f"{_SCREENS}.{dotted}"), name=name)
        for name, (end, dotted) in _VIEWS.items()
    ]
