"""Patterns that nobody has looked among are not made."""

import inspect

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, include, path
from django.urls.resolvers import RegexPattern
from django.views import View

from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredPatterns, DeferredView, deferred_view


def answer(request, number=0):
    return HttpResponse(str(number))


def resolver_of(patterns):
    return URLResolver(RegexPattern(r"^/"), patterns)


def test_patterns_are_made_once_for_the_first_who_looks_among_them():
    made = []

    def make_patterns():
        made.append(1)
        return [path("<int:number>/", answer, name="number")]

    deferred = DeferredPatterns(make_patterns)
    urls = [path("ours/", include((deferred, "ours"), namespace="ours"))]
    root = resolver_of([*urls, path("theirs/", answer)])
    assert root.resolve("/theirs/").func is answer
    assert made == []
    assert root.resolve("/ours/7/").kwargs == {"number": 7}
    assert root.resolve("/ours/8/").view_name == "ours:number"
    assert made == [1]
    assert len(deferred) == 1
    assert deferred[0].name == "number"


class Screen(View):
    title = ""

    def get(self, request):
        return HttpResponse(self.title)


def test_a_viewset_makes_its_views_for_their_first_request(rf):
    made = []

    @clean_requests
    class ViewSet:
        @property
        def index_view(self):
            made.append(1)
            return Screen.as_view(title="Index")

        def get_urlpatterns(self):
            return [path("", self.index_view, name="index")]

    [pattern] = ViewSet().get_urlpatterns()
    assert pattern.callback.cx_clean_requests
    assert pattern.lookup_str.endswith("ViewSet.index_view")
    assert made == []
    assert [pattern.callback(rf.get("/")).content for _ in range(2)] == [b"Index", b"Index"]
    assert made == [1]
    assert inspect.unwrap(pattern.callback).view_class is Screen


def test_a_view_is_found_by_its_path_at_its_first_request(rf):
    view = deferred_view(f"{__name__}.Nowhere")
    with pytest.raises(ImportError):
        view(rf.get("/"))
    view = deferred_view("django.views.generic.RedirectView", url="/there/")
    assert view.__name__ == "RedirectView"
    assert view(rf.get("/"))["Location"] == "/there/"


def iterate_callbacks(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from iterate_callbacks(pattern)
        else:
            yield inspect.unwrap(pattern.callback)


def test_every_deferred_view_of_the_rooms_can_be_made():
    deferred = [
        view for view in iterate_callbacks(get_resolver()) if isinstance(view, DeferredView)
    ]
    assert len(deferred) > 50
    assert all(callable(view.view) for view in deferred)
