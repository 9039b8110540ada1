"""Patterns that nobody has looked among are not made."""

from django.http import HttpResponse
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

from cx_feedback.core.http.admin_requests import clean_requests, clean_requests_of_patterns
from cx_feedback.core.http.deferred_urls import DeferredPatterns


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
    urls = clean_requests_of_patterns(
        [path("ours/", include((deferred, "ours"), namespace="ours"))]
    )
    root = resolver_of([*urls, path("theirs/", answer)])
    assert root.resolve("/theirs/").func is answer
    assert deferred
    assert made == []
    assert root.resolve("/ours/7/").kwargs == {"number": 7}
    assert root.resolve("/ours/8/").view_name == "ours:number"
    assert made == [1]
    assert len(deferred) == 1
    assert deferred[0].name == "number"


def test_a_viewset_makes_its_views_when_they_are_looked_for():
    made = []

    @clean_requests
    class ViewSet:
        def get_urlpatterns(self):
            made.append(1)
            return [path("", answer)]

    patterns = ViewSet().get_urlpatterns()
    assert patterns
    assert made == []
    [pattern] = patterns
    assert pattern.callback.cx_clean_requests
