"""Base of the results pages of a survey: tabs, filters and permissions.

A script (Wagtail's filter panel, or ``core/live_refresh.js``, which refreshes the page) gets the
content of a page without its frame.
"""

from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import pgettext_lazy

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import permissions, selectors
from cx_feedback.surveys.partials.keeping_period import get_retention_days
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.base_view import ResultsView
from cx_feedback.surveys.results.filter_form import FilterForm, describe_filters
from cx_feedback.surveys.results.filters import Filters, parse_filters

TABS = (
    ("results", pgettext_lazy("survey", "Overview")),
    ("results_responses", pgettext_lazy("survey", "Responses")),
    ("results_crosstab", pgettext_lazy("survey", "Cross-tab")),
    ("results_compare", pgettext_lazy("survey", "Compare periods")),
    ("results_texts", pgettext_lazy("survey", "Texts")),
    ("results_pages", pgettext_lazy("survey", "By page")),
    ("results_partials", pgettext_lazy("survey", "Not finished")),
    ("results_exports", pgettext_lazy("survey", "Exports")),
)


class TabView(ResultsView):
    """A results page; ``filterable`` shows the filter panel."""

    template_name = "cx_feedback/surveys/admin/results.html"
    block_label = pgettext_lazy("survey", "Survey")
    tab: ClassVar[str]
    content: ClassVar[str]
    filterable = True
    filter_form: ClassVar[type[FilterForm]] = FilterForm
    #: Whether the page refreshes itself while it is visible.
    live = False

    def get_template_names(self) -> list[str]:
        alone = self.request.headers.get("X-Requested-With") == "XMLHttpRequest"
        return [self.content if alone else self.template_name]

    @cached_property
    def definition(self) -> Definition:
        """Return the present and former questions of the survey."""
        return self._asked[1]

    @cached_property
    def family(self) -> list[int]:
        """Return the ids of the survey and its translations."""
        return self._asked[0]

    @cached_property
    def _asked(self) -> tuple[list[int], Definition]:
        return selectors.get_family_and_definition(self.object)

    @cached_property
    def filters(self) -> Filters:
        try:
            return parse_filters(self.request.GET, self.definition)
        except InvalidInput as error:
            self.problems = [str(text) for texts in error.fields.values() for text in texts]
            return Filters()

    problems: list[str] = []

    @property
    def own_filters(self) -> Filters:
        """Return the filters that this page uses; the others are kept for its neighbours."""
        return self.filters

    def get_filter_url(self, query: str) -> str:
        """Return the URL of this page with other filters."""
        return self.url(self.tab, query)

    def url(self, name: str, query: str = "") -> str:
        """Return the URL of another results page."""
        found = reverse(self.viewset.get_url_name(name), args=[self.object.pk])
        return f"{found}?{query}" if query else found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.filters.as_query()
        context = {
            **super().get_context_data(**kwargs),
            "content": self.content,
            "tabs": [
                (self.url(name, query), label, name == self.tab)
                for name, label in TABS
                if name in self.allowed
            ],
            "query": query,
            "former": {question.key for question in self.definition.retired},
            "problems": self.problems,
            "active": [
                (label, words, self.get_filter_url(without))
                for label, words, without in describe_filters(self.own_filters, self.definition)
            ],
            "clear_url": self.get_filter_url(""),
            "hidden": parse_qsl(query),
            "results_url": self.url("results"),
            "live": self.live,
            "anonymous": self.definition.anonymous,
        }
        if self.filterable:
            form = self.filter_form(self.definition, self.request.GET)
            context["filters"] = {"form": form}
            context["index_results_url"] = self.url(self.tab)
        return {**context, **self.figures()}

    @property
    def allowed(self) -> set[str]:
        """Return the names of the pages that the user may open."""
        user = self.request.user
        allowed = {name for name, _label in TABS if name in self.viewset.results_tabs}
        if not permissions.VIEW_RESULTS.is_granted_to(user):
            allowed &= {"results_responses"}
        if not permissions.VIEW_RESPONSES.is_granted_to(user):
            allowed -= {"results_responses"}
        allowed -= set() if get_retention_days() else {"results_partials"}
        allowed -= set() if permissions.VIEW_TEXTS.is_granted_to(user) else {"results_texts"}
        return allowed - (set() if permissions.EXPORT.is_granted_to(user) else {"results_exports"})

    def figures(self) -> dict[str, Any]:
        """Return the context of this page."""
        return {}
