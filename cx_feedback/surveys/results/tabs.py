"""The pages of a survey's results: overview, cross-tab, two periods, texts, pages, exports.

They share their filters, which stand in the address. Each can be asked for by a script (Wagtail's
own filter panel, the refresher of ``results.js``) and then gives its content alone.
"""

from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import permissions, selectors
from cx_feedback.surveys.definitions import Definition, Question
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.results import pages, pictures, texts, trend
from cx_feedback.surveys.results.crosstab import countable
from cx_feedback.surveys.results.filters import Filters, day_in, filters_in
from cx_feedback.surveys.results.forms import FilterForm, words_of
from cx_feedback.surveys.results.overview import overview_of
from cx_feedback.surveys.results.tables import table_of
from cx_feedback.surveys.results.view import view_of
from cx_feedback.surveys.results.views import ResultsView, pages_of
from cx_feedback.surveys.scores import SHOW_FROM

TABS = (
    ("results", gettext_lazy("Overview")),
    ("results_crosstab", gettext_lazy("Cross-tab")),
    ("results_compare", gettext_lazy("Two periods")),
    ("results_texts", gettext_lazy("Texts")),
    ("results_pages", gettext_lazy("By page")),
    ("results_exports", gettext_lazy("Exports")),
)
TEXTS_A_PAGE = 20


class TabView(ResultsView):
    """One of the pages; ``filterable`` shows the panel of filters."""

    template_name = "cx_feedback/surveys/admin/results.html"
    block_label = gettext_lazy("Survey")
    tab: ClassVar[str]
    content: ClassVar[str]
    filterable = True
    #: Whether the page refreshes itself while somebody looks at it.
    live = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may_see(self, user: Any) -> bool:
        """Return whether ``user`` has the right that this page needs beside that to results."""
        return True

    def get_template_names(self) -> list[str]:
        alone = self.request.headers.get("X-Requested-With") == "XMLHttpRequest"
        return [self.content if alone else self.template_name]

    @cached_property
    def definition(self) -> Definition:
        """What the survey asks now, and asked before."""
        return self._asked[1]

    @cached_property
    def family(self) -> list[int]:
        """The ids of the survey and of its translations."""
        return self._asked[0]

    @cached_property
    def _asked(self) -> tuple[list[int], Definition]:
        return selectors.family_and_questions(self.object)

    @cached_property
    def filters(self) -> Filters:
        try:
            return filters_in(self.request.GET, self.definition)
        except InvalidInput as error:
            self.problems = [str(text) for texts in error.fields.values() for text in texts]
            return Filters()

    problems: list[str] = []

    def url(self, name: str, query: str = "") -> str:
        """Return the address of another of the pages."""
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
            "problems": self.problems,
            "active": [
                (label, words, self.url(self.tab, without))
                for label, words, without in words_of(self.filters, self.definition)
            ],
            "clear_url": self.url(self.tab),
            "hidden": parse_qsl(query),
            "results_url": self.url("results"),
            "live": self.live,
        }
        if self.filterable:
            form = FilterForm(self.definition, self.request.GET)
            context["filters"] = {"form": form}
            context["index_results_url"] = self.url(self.tab)
        return {**context, **self.figures()}

    @property
    def allowed(self) -> set[str]:
        """Return the names of the pages that the user may open."""
        user = self.request.user
        allowed = {name for name, _label in TABS}
        allowed -= set() if permissions.may_see_texts(user) else {"results_texts"}
        return allowed - (set() if permissions.may_export(user) else {"results_exports"})

    def figures(self) -> dict[str, Any]:
        """Return what only this page shows."""
        return {}


class SurveyResultsView(TabView):
    tab = "results"
    content = "cx_feedback/surveys/admin/results/overview.html"
    live = True

    def figures(self) -> dict[str, Any]:
        scored = [q for q in self.definition.questions if pages.has_score(q)]
        wanted = self.request.GET.get("trend")
        question = next((q for q in scored if q.key == wanted), scored[0] if scored else None)
        shown = self.of_some() if self.filters else self.of_all(question)
        if "results_texts" in self.allowed and not self.filters.by_answer:
            query = self.filters.as_query()
            shown["texts_url"] = f"{self.url('results_texts')}?{query and query + '&'}"
        shown["few"] = shown["n"] is None or 0 < shown["n"] < SHOW_FROM
        if shown["few"] or not shown["n"] or question is None:
            return shown
        overview = shown.get("overview")
        return {**shown, "scored": scored, **self.course(question, overview and overview.counts)}

    def of_all(self, question: Question | None) -> dict[str, Any]:
        """Return what everybody answered."""
        overview = overview_of(
            survey=self.object,
            family=self.family,
            definition=self.definition,
            by_day=question.key if question else None,
        )
        sections = [pictures.section_of(r) for r in overview.results.questions]
        n = overview.results.n
        return {"overview": overview, "n": n, "sections": sections, "answered": n > 0}

    def of_some(self) -> dict[str, Any]:
        """Return what those answered whom the filters pick."""
        view = view_of(survey=self.object, filters=self.filters)
        sections = [pictures.section_of(r, r.question.key in view.withheld) for r in view.questions]
        return {"seen": view, "n": view.n, "sections": sections, "answered": view.total > 0}

    def course(self, question: Question, counted: Any) -> dict[str, Any]:
        """Return the trend of a question's score by the span that was asked for."""
        asked = self.request.GET.get("span")
        span: trend.Span = next((s for s in trend.SPANS if s == asked), "week")
        found = trend.trend_of(
            survey=self.object,
            question=question,
            span=span,
            filters=self.filters,
            counted=counted,
        )
        return {
            "trend": found,
            "trend_picture": pictures.trend_picture(found),
            "trend_words": pictures.change_words(found.change) if found.change else "",
            "trend_days": [
                pictures.days_words(p.first, p.last, found.span) for p in found.points[-2:]
            ],
            "spans": [("day", _("Day")), ("week", _("Week")), ("month", _("Month"))],
        }


class CrossTabView(TabView):
    tab = "results_crosstab"
    content = "cx_feedback/surveys/admin/results/crosstab.html"

    def figures(self) -> dict[str, Any]:
        choices = countable(self.definition)
        rows, columns = (self.request.GET.get(name, "") for name in ("rows", "columns"))
        shown: dict[str, Any] = {"questions": choices, "rows": rows, "columns": columns}
        if not rows or not columns:
            return shown
        try:
            table = table_of(survey=self.object, rows=rows, columns=columns, filters=self.filters)
        except InvalidInput as error:
            return {**shown, "problems": [str(t) for ts in error.fields.values() for t in ts]}
        if table is None:
            return {**shown, "hidden_table": True}
        return {
            **shown,
            "table": table,
            "counts": list(zip(table.rows.labels, table.counts, table.row_totals, strict=True)),
            "picture": pictures.table_picture(table),
            "said": pictures.association_words(table.association),
        }


class CompareView(TabView):
    tab = "results_compare"
    content = "cx_feedback/surveys/admin/results/compare.html"
    filterable = False

    def figures(self) -> dict[str, Any]:
        names = ("before_since", "before_until", "after_since", "after_until")
        given = {name: self.request.GET.get(name, "") for name in names}
        shown: dict[str, Any] = {"given": given, "hidden_fields": self._others()}
        if not all(given.values()):
            return shown
        errors: dict[str, list[Any]] = {}
        days = [day_in(given, name, errors) for name in names]
        if errors:
            return {**shown, "problems": [str(t) for ts in errors.values() for t in ts]}
        if days[0] > days[1] or days[2] > days[3]:
            return {**shown, "problems": [_("The last day lies before the first.")]}
        found = trend.compare(
            survey=self.object,
            filters=self.filters.without_dates(),
            before=(days[0], days[1]),
            after=(days[2], days[3]),
        )
        return {
            **shown,
            "found": found,
            "views": (found.before, found.after),
            "pairs": [(pair, pictures.change_words(pair.change)) for pair in found.pairs],
        }

    def _others(self) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name in ("page", "section", "language", "class", "answer")
            for value in self.request.GET.getlist(name)
        ]


class TextsView(TabView):
    tab = "results_texts"
    content = "cx_feedback/surveys/admin/results/texts.html"

    def may_see(self, user: Any) -> bool:
        return permissions.may_see_texts(user)

    def figures(self) -> dict[str, Any]:
        choices = texts.text_questions(self.definition)
        wanted, words = self.request.GET.get("question"), self.request.GET.get("q", "").strip()
        question = next((q for q in choices if q.key == wanted), choices[0] if choices else None)
        shown: dict[str, Any] = {"questions": choices, "question": question, "words": words}
        shown["not_by_answer"] = self.filters.by_answer
        if question is None or self.filters.by_answer:
            return shown
        found = texts.responses_with_text(
            survey=self.object, question=question, filters=self.filters, words=words[:200]
        )
        page = Paginator(found, TEXTS_A_PAGE).get_page(self.request.GET.get("p"))
        rows = [
            texts.Text(
                texts.words_of(question, r.answers[question.key]), r.created_at, r.page_id, {}
            )
            for r in page
        ]
        query = self.request.GET.copy()
        query.pop("p", None)
        return {
            **shown,
            "texts": rows,
            "pages": pages_of(rows),
            "page_obj": page,
            "page_query": query.urlencode(),
        }


class PagesView(TabView):
    tab = "results_pages"
    content = "cx_feedback/surveys/admin/results/pages.html"
    filterable = False

    def figures(self) -> dict[str, Any]:
        report = pages.report_of(survey=self.object, wanted=self.request.GET.get("score", ""))
        return {"report": report, "titles": pages.titles_of(report)}


class ExportsView(TabView):
    tab = "results_exports"
    content = "cx_feedback/surveys/admin/results/exports.html"
    filterable = False

    def may_see(self, user: Any) -> bool:
        return permissions.may_export(user)

    def figures(self) -> dict[str, Any]:
        found = list(self.object.exports.select_related("user").order_by("-pk")[:50])
        return {
            "exports": found,
            "live": any(export.under_way for export in found),
            "formats": Export.Format.choices,
            "headings": Export.Headings.choices,
            "may_see_texts": permissions.may_see_texts(self.request.user),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for an export, or cancel one."""
        if cancelled := request.POST.get("cancel", ""):
            found = self.object.exports.filter(pk=cancelled if cancelled.isdigit() else 0)
            exports.cancel(export=get_object_or_404(found))
            messages.success(request, _("The export was cancelled."))
            return redirect(self.url(self.tab))
        format, headings = (request.POST.get(name, "") for name in ("format", "headings"))
        if format not in Export.Format.values or headings not in Export.Headings.values:
            messages.error(request, _("Choose a format and the headings."))
            return redirect(self.url(self.tab))
        exports.request_export(
            survey=self.object,
            user=request.user,
            format=format,
            headings=headings,
            with_texts=bool(request.POST.get("texts")) and permissions.may_see_texts(request.user),
        )
        messages.success(request, _("The export is being written; this page shows how far it is."))
        return redirect(self.url(self.tab))


class DownloadView(ExportsView):
    """The file; texts only for those who may see texts now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ready = self.object.exports.filter(state=Export.State.DONE)
        export = get_object_or_404(ready, pk=kwargs["export"])
        if export.with_texts and not permissions.may_see_texts(request.user):
            raise PermissionDenied
        exports.note_download(export=export, user=request.user)
        kinds = {"csv": "text/csv; charset=utf-8"}
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = StreamingHttpResponse(
            exports.content_of(export), content_type=kinds.get(export.format, sheet)
        )
        name = f"{slugify(str(self.object)) or 'survey'}-{export.created_at:%Y-%m-%d}"
        response["Content-Disposition"] = f'attachment; filename="{name}.{export.format}"'
        response["Content-Length"] = str(export.size)
        response["Cache-Control"] = "private, no-store"
        return response


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
