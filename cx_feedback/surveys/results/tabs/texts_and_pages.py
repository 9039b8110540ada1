"""The pages of readers' texts and of results by page."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from cx_feedback.surveys import permissions, questions
from cx_feedback.surveys.results import filtered_results_by_page, results_by_page, text_answers
from cx_feedback.surveys.results.base_view import get_pages_of_texts
from cx_feedback.surveys.results.tabs.base_view import TabView

TEXTS_A_PAGE = 20


class TextsView(TabView):
    required_permission = permissions.VIEW_RESULTS_AND_TEXTS
    tab = "results_texts"
    content = "cx_feedback/surveys/admin/results/texts.html"

    def figures(self) -> dict[str, Any]:
        choices = text_answers.get_text_questions(self.definition)
        wanted, words = self.request.GET.get("question"), self.request.GET.get("q", "").strip()
        question = next((q for q in choices if q.key == wanted), choices[0] if choices else None)
        shown: dict[str, Any] = {"questions": choices, "question": question, "words": words}
        shown["not_by_answer"] = self.filters.by_answer
        if question is None or self.filters.by_answer:
            return shown
        found = text_answers.find_responses_with_text(
            survey=self.object, question=question, filters=self.filters, words=words[:200]
        )
        page = Paginator(found, TEXTS_A_PAGE).get_page(self.request.GET.get("p"))
        rows = [
            text_answers.TextAnswer(
                questions.get(question.type).get_own_words(question, r.answers[question.key]),
                r.created_at,
                r.page_id,
                {},
                self._get_response_url(r),
            )
            for r in page
        ]
        query = self.request.GET.copy()
        query.pop("p", None)
        return {
            **shown,
            "texts": rows,
            "pages": get_pages_of_texts(rows),
            "page_obj": page,
            "page_query": query.urlencode(),
        }

    def _get_response_url(self, response: Any) -> str:
        if not permissions.VIEW_RESPONSES.is_granted_to(self.request.user):
            return ""
        name = self.viewset.get_url_name("results_response")
        return reverse(name, args=[self.object.pk, response.pk])


class PagesView(TabView):
    tab = "results_pages"
    content = "cx_feedback/surveys/admin/results/pages.html"

    def figures(self) -> dict[str, Any]:
        report = filtered_results_by_page.get_page_report(
            survey=self.object, wanted=self.request.GET.get("score", ""), filters=self.filters
        )
        return {
            "report": report,
            "titles": results_by_page.get_report_titles(report),
            "query_but_page": replace(self.filters, page=None).as_query(),
        }
