"""A page of the site with each widget is rendered, and its form is filled in, sent, taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import get_page_models

from cx_feedback.core.health import page_search, widget_problems
from cx_feedback.core.health.failure_words import describe_failure, find_uncollected_file
from cx_feedback.core.health.findings import Finding, Problem
from cx_feedback.core.health.forms import Effort, Form, FormReader, build_json, fill_in, read_forms
from cx_feedback.core.health.page_search import BlockPlace
from cx_feedback.core.health.registry import Examination, Widget
from cx_feedback.core.health.site_addresses import examine_urls
from cx_feedback.core.health.trial_requests import (
    SHARED_FILES,
    TrialClient,
    TrialResponse,
    taken_back,
)

#: Pages that are looked at until one shows the widget.
MOST_PAGES = 4
#: Steps of a survey that are answered.
MOST_STEPS = 30
#: The status of a request that has to do a proof of work first: it arrived, and waits.
CHALLENGED = 428
_REFUSED_INPUT = (400, 422)


@dataclass(frozen=True)
class ShownPage:
    """A page of the site, and its HTML."""

    page: Any
    html: str
    forms: FormReader


class WidgetTrial:
    """The trial of one widget."""

    def __init__(self, widget: Widget) -> None:
        self.widget = widget

    @cached_property
    def places(self) -> list[BlockPlace]:
        return page_search.find_places(self.widget)

    @cached_property
    def has_tag(self) -> bool:
        return page_search.uses_tags(self.widget.tags)

    def examine(self) -> Iterator[Finding]:
        """Yield what is wrong with the widget on the pages of this site."""
        if any(True for _finding in examine_urls()):  # nothing sent would reach us
            yield widget_problems.ADDRESSES_FIRST.build_finding(title=self.widget.title)
            return
        with taken_back():
            if not self.places and not self.has_tag:
                values = {"title": self.widget.title, "line": self.widget.line}
                yield widget_problems.NO_BLOCK.build_finding(**values)
                return
            yield from self._examine_pages()

    def _examine_pages(self) -> Iterator[Finding]:
        page = None
        for page in self._iterate_pages():
            client = TrialClient(page.get_site().root_url)
            try:
                response = client.get_page(urlsplit(page.full_url).path)
            except Exception as error:  # of the site's own code and templates
                yield self._build_failure(widget_problems.PAGE_FAILED, page, error)
                return
            if response.status != 200:
                values = {"status": response.status, "url": response.location}
                yield self._build(widget_problems.PAGE_REFUSED, page, **values)
                return
            forms = read_forms(response.text, self.widget.css_class)
            if forms.shows_widget:
                shown = ShownPage(page, response.text, forms)
                yield from self._examine_shown(shown, client)
                return
        yield from self._explain_absence(page)

    def _iterate_pages(self) -> Iterator[Any]:
        """Iterate over pages that may show the widget; the last one has it put in."""
        seen = 0
        for page in page_search.find_pages(self.places):
            seen += 1
            yield page
            if seen == MOST_PAGES:
                return
        if self.has_tag:
            yield from page_search.find_newest_pages(get_page_models(), most=1)
        if not seen and (page := self._insert_block()) is not None:
            yield page

    def _insert_block(self) -> Any:
        """Put the block into the newest page that can have it, for this transaction only."""
        value = self.widget.build_value()
        for place in self.places if value is not None else ():
            page = next(page_search.find_newest_pages([place.model], most=1), None)
            if page is not None and len(place.path) == 1:
                stream = page._meta.get_field(place.field_name).stream_block
                raw = [{"type": place.path[0], "value": value}]
                # Without signals, so that no search index or cache in front hears of it.
                rows = place.model.objects.filter(pk=page.pk)
                rows.update(**{place.field_name: stream.to_python(raw)})
                return page
        return None

    def _explain_absence(self, page: Any) -> Iterator[Finding]:
        """Yield why no page shows the widget."""
        if self.widget.missing and self.widget.build_value() is None:
            yield self._build_nothing(str(self.widget.missing))
        elif page is None or self.widget.build_value() is None:
            yield self._build_nothing(_("Publish a page with the block, and what it chooses."))
        else:
            yield self._build(widget_problems.NOT_SHOWN, page)

    def _examine_shown(self, shown: ShownPage, client: TrialClient) -> Iterator[Finding]:
        if SHARED_FILES not in shown.html:
            yield self._build(widget_problems.NO_HEAD, shown.page)
        if not shown.forms.forms:
            words = _("The page “%(page)s” shows it without a form: is it closed?")
            yield self._build_nothing(words % {"page": shown.page.title})
            return
        form = shown.forms.forms[0]
        if form.get_value("page") != str(shown.page.pk):
            values = {"other": form.get_value("page") or "–"}
            yield self._build(widget_problems.OTHER_PAGE, shown.page, **values)
            return
        yield from self._try_form(shown, client, form)
        yield from self._try_rest(shown, client, form)

    def _try_form(self, shown: ShownPage, client: TrialClient, form: Form) -> Iterator[Finding]:
        """Send the form as a browser without JavaScript does."""
        for effort in Effort:
            with taken_back():
                before = self._count_rows()
                try:
                    response = self._send_steps(client, form, effort)
                except Exception as error:  # of the site's own code and signal receivers
                    yield self._build_failure(widget_problems.SENDING_FAILED, shown.page, error)
                    return
                if response.status == CHALLENGED or self._count_rows() > before:
                    return
            if response.status not in (200, *_REFUSED_INPUT) or not response.is_ours:
                break
        yield self._explain_refusal(shown, response, form.action)

    def _send_steps(self, client: TrialClient, form: Form, effort: Effort) -> TrialResponse:
        """Send a form, and the further steps of a survey that the responses show."""
        response = client.post_form(form.action, fill_in(form, effort))
        for _step in range(MOST_STEPS):
            following = read_forms(response.text, self.widget.css_class).forms
            if response.status != 200 or not following or following[0].get_value("step") is None:
                break
            filled = fill_in(following[0], effort)
            response = client.post_form(following[0].action or form.action, filled)
        return response

    def _try_rest(self, shown: ShownPage, client: TrialClient, form: Form) -> Iterator[Finding]:
        """Send the form as the script does."""
        if not form.api_url:
            return
        body = build_json(form, fill_in(form, Effort.REQUIRED))
        with taken_back():
            try:
                response = client.post_json(form.api_url, body)
            except Exception as error:  # of the site's own code and signal receivers
                yield self._build_failure(widget_problems.SENDING_FAILED, shown.page, error)
                return
        is_json = "json" in response.content_type
        if response.status not in (200, 201, 202, CHALLENGED, *_REFUSED_INPUT) or not is_json:
            yield self._explain_refusal(shown, response, form.api_url)

    def _explain_refusal(self, shown: ShownPage, response: TrialResponse, path: str) -> Finding:
        if response.is_ours and response.status in (200, 401, 403, *_REFUSED_INPUT):
            return self._build(widget_problems.NOT_TRIED, shown.page, status=response.status)
        values = {"status": response.status, "path": path, "url": response.location}
        kind = widget_problems.REDIRECTED if response.location else widget_problems.REFUSED
        return self._build(kind, shown.page, **values)

    def _count_rows(self) -> int:
        return int(apps.get_model(self.widget.stores)._default_manager.count())

    def _build_nothing(self, missing: str) -> Finding:
        values = {"title": self.widget.title, "missing": missing}
        return widget_problems.NOTHING_TO_TRY.build_finding(**values)

    def _build_failure(self, problem: Problem, page: Any, error: Exception) -> Finding:
        if name := find_uncollected_file(error):
            return self._build(widget_problems.STATIC_NOT_COLLECTED, page, file=name)
        return self._build(problem, page, reason=describe_failure(error))

    def _build(self, problem: Problem, page: Any, **values: Any) -> Finding:
        where = {"title": self.widget.title, "page": page.title}
        return problem.build_finding(**where, **values)


def build_examination(widget: Widget) -> Examination:
    """Return the examination of a widget."""
    return Examination(
        widget.name,
        widget.title,
        WidgetTrial(widget).examine,
        widget_problems.PROBLEMS,
        seconds=30.0,
        writes=True,
    )
