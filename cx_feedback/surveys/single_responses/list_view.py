"""The list of single responses, among the results of a survey."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import swapper
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import pgettext_lazy

from cx_feedback.core.permissions import AccessRule
from cx_feedback.surveys import permissions
from cx_feedback.surveys.editing.survey_list import annotate_answers
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.results.tabs.base_view import TabView
from cx_feedback.surveys.single_responses.answer_rows import AnswerRow, build_short_rows
from cx_feedback.surveys.single_responses.filter_form import (
    ResponseFilterForm,
    describe_response_filters,
)
from cx_feedback.surveys.single_responses.response_filters import (
    AnswerMatcher,
    ResponseFilters,
    parse_response_filters,
)
from cx_feedback.surveys.single_responses.response_pages import Key, ResponseList
from cx_feedback.surveys.single_responses.survey_versions import VersionLabel, list_versions
from cx_feedback.surveys.single_responses.tags_and_notes import Attachments, get_attachments

#: The label of an empty filter, then of each state.
STATE_TABS = (
    ("", pgettext_lazy("responses", "All")),
    (Response.State.COUNTED, pgettext_lazy("responses", "Counted")),
    (Response.State.TEST, pgettext_lazy("responses", "Tests")),
    (Response.State.SPAM, pgettext_lazy("responses", "Spam")),
)


@dataclass(frozen=True)
class ResponseRow:
    """A response in the list."""

    response: Response
    answers: list[AnswerRow]
    tags: list[str]
    notes: int
    page_title: str


class ResponsesTabView(TabView):
    """Base of the views of single responses, with their filters."""

    required_permission: ClassVar[AccessRule] = permissions.VIEW_RESPONSES
    tab = "results_responses"

    @cached_property
    def with_texts(self) -> bool:
        """Return whether the user may see texts."""
        return permissions.VIEW_TEXTS.is_granted_to(self.request.user)

    @cached_property
    def chosen(self) -> ResponseFilters:
        return parse_response_filters(self.request.GET, self.filters, with_texts=self.with_texts)

    @cached_property
    def versions(self) -> list[VersionLabel]:
        return list_versions(self.family)

    def get_definition_of(self, response: Response) -> Any:
        """Return what the version of a response asked."""
        return next(v.definition for v in self.versions if v.pk == response.version_id)

    def get_list(self) -> ResponseList:
        """Return the responses that meet the filters."""
        titles = swapper.load_model("wagtailcore", "Page").objects.filter(pk=OuterRef("page_id"))
        return ResponseList(
            self.family,
            self.chosen,
            AnswerMatcher(self.chosen, self.definition).matches,
            lambda rows: rows.annotate(page_title=Subquery(titles.values("title")[:1])),
        )

    @property
    def response_url_name(self) -> str:
        """Return the name of the URL of one response."""
        return self.viewset.get_url_name("results_response")

    def get_rights(self) -> dict[str, bool]:
        """Return what the user may do to responses."""
        user = self.request.user
        return {
            "may_change": permissions.CHANGE_RESPONSES.is_granted_to(user),
            "may_delete": permissions.DELETE_RESPONSES.is_granted_to(user),
            "may_see_texts": self.with_texts,
        }


class ResponsesView(ResponsesTabView):
    content = "cx_feedback/surveys/admin/responses/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        filters = self.chosen
        attached: Attachments = context["attached"]
        form = ResponseFilterForm(
            self.definition, self.request.GET, versions=self.versions, tags=attached.offered
        )
        described = describe_response_filters(filters, self.definition, self.versions)
        return {
            **context,
            "filters": {"form": form},
            "query": filters.as_query(),
            "active": [(a, words, self.url(self.tab, query)) for a, words, query in described],
        }

    def figures(self) -> dict[str, Any]:
        query = self.request.GET
        page = self.get_list().get_page(
            before=Key.parse(query.get("before", "")), after=Key.parse(query.get("after", ""))
        )
        attached = get_attachments(self.family, [row.pk for row in page.rows])
        return {
            **self.get_rights(),
            "page": page,
            "attached": attached,
            "rows": [self._build_row(response, attached) for response in page.rows],
            "states": self._build_state_tabs(),
            "newer_url": page.newer and self._url_at("after", page.newer),
            "older_url": page.older and self._url_at("before", page.older),
            "search_fields": self._get_search_fields(),
            "mark_url": self.url("results_responses_mark"),
            "delete_url": self.url("results_responses_delete"),
            "tag_url": self.url("results_responses_tag"),
            "next": self.request.get_full_path(),
            "words": self.chosen.words,
            "back_query": self.request.GET.urlencode(),
            "export_url": self._get_export_url(),
        }

    def _build_row(self, response: Response, attached: Attachments) -> ResponseRow:
        definition = self.get_definition_of(response)
        return ResponseRow(
            response,
            list(build_short_rows(response, definition, with_texts=self.with_texts)),
            attached.tags.get(response.pk, []),
            attached.notes.get(response.pk, 0),
            getattr(response, "page_title", "") or "",
        )

    def _build_state_tabs(self) -> list[tuple[str, Any, int | None, bool]]:
        """Return URL, label, number of responses and whether it is chosen, of each state.

        The numbers are those of the whole survey; under other filters there are none.
        """
        counts = count_by_state(self.family)
        chosen = self.chosen
        is_whole = not replace(chosen, state="")
        return [
            (
                self.url(self.tab, replace(chosen, state=state).as_query()),
                label,
                counts[state] if is_whole else None,
                state == chosen.state,
            )
            for state, label in STATE_TABS
            if not state or counts[state] or state == chosen.state
        ]

    def _url_at(self, name: str, key: Key) -> str:
        query = self.chosen.as_query()
        return self.url(self.tab, f"{query and query + '&'}{name}={key}")

    def _get_export_url(self) -> str:
        """Return the URL that exports what the filters select, "" without tab or permission."""
        has_tab = "results_exports" in self.viewset.results_tabs
        if not has_tab or not permissions.EXPORT.is_granted_to(self.request.user):
            return ""
        return self.url("results_exports", self.chosen.as_query())

    def _get_search_fields(self) -> list[tuple[str, str]]:
        return parse_qsl(replace(self.chosen, words="").as_query())


def count_by_state(survey_ids: list[int]) -> dict[str, int]:
    """Return the numbers of responses by state, and of all as ""; one query.

    Tallies say how many are counted; the others are in an index of their own.
    """
    others = (
        Response.objects.exclude(state=Response.State.COUNTED)
        .filter(survey_id=OuterRef("pk"))
        .order_by()
        .values("survey_id")
    )
    tests, spam = (
        Subquery(others.annotate(n=Count("pk", filter=Q(state=state))).values("n"))
        for state in (Response.State.TEST, Response.State.SPAM)
    )
    rows = annotate_answers(Survey.objects.filter(pk__in=survey_ids)).annotate(
        tests=tests, spam=spam
    )
    found = dict.fromkeys(("", *Response.State.values), 0)
    for answered, test, is_spam in rows.values_list("answered", "tests", "spam"):
        found[Response.State.COUNTED] += answered
        found[Response.State.TEST] += test or 0
        found[Response.State.SPAM] += is_spam or 0
    found[""] = sum(found.values())
    return found
