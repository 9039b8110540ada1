"""Plain form posts of answers, and the form that links in emails open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import FeedbackError, Gone, NotFound
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import (
    error_page,
    get_request_language,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.parameters import parse_page_id, read_page_id
from cx_feedback.core.http.view_errors import accept_previews
from cx_feedback.core.pages.page_access import find_page, require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie
from cx_feedback.surveys import permissions
from cx_feedback.surveys.flow.endings import get_ending_url
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.responses import hidden_fields, survey_access
from cx_feedback.surveys.responses.answered_version import find_posted_version, has_former_thanks
from cx_feedback.surveys.responses.editor_tests import is_editors_test
from cx_feedback.surveys.responses.form_context import build_form_context
from cx_feedback.surveys.responses.form_post import (
    FormPost,
    Outcome,
    parse_form_post,
    process_form_post,
    reject_form_post,
)
from cx_feedback.surveys.responses.link_answers import choose_linked_version, get_linked_answer
from cx_feedback.surveys.responses.returned_answers import (
    describe_answers,
    describe_other_answers,
)


def get_thanks_anchor(response: Response) -> str:
    """Return the end of the anchor at which the page thanks for ``response``."""
    return f"thanks-{response.ending.key}" if response.ending else "thanks"


@dataclass(frozen=True)
class SurveyForm:
    """The form of one kind of survey; rooms that extend Survey define their own."""

    kind: str
    #: The beginning of the form's element ids.
    prefix: str
    template: str
    build_context: Callable[..., dict[str, Any]]
    get_thanks_anchor: Callable[[Response], str] = get_thanks_anchor
    #: Whose answers may be tests.
    editors: AccessRule = permissions.SURVEYS.change
    #: The URL name of the form by itself, which links open.
    link_name: str = "cx_feedback:survey-ask"


SURVEY_FORM = SurveyForm(
    Survey.SURVEY, "cx-survey", "cx_feedback/surveys/form_page.html", build_form_context
)


@public_form()
def answer_survey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store the answers and redirect to the thanks, or show the next step or the errors."""
    return handle_form_post(request, pk, SURVEY_FORM)


@require_safe
def show_survey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the form with the answer of the URL selected, for links in emails."""
    return render_linked_form(request, pk, SURVEY_FORM)


accept_previews(answer_survey)


def handle_form_post(request: HttpRequest, pk: int, form: SurveyForm) -> HttpResponseBase:
    """Process the form post of any kind of survey.

    The post is parsed here; ``process_form_post`` checks its page, chooses the next step and
    stores the response.
    """
    try:
        live = survey_access.get_accessible_survey(
            survey_id=pk,
            kind=form.kind,
            page_id=read_page_id(request.POST),
            key=request.POST.get("key", ""),
            request=request,
        )
    except Gone as error:  # raised only for those who could see its questions
        return _render_gone(request, pk, form, error)
    answered, unknown_version = find_posted_version(request.POST, live)
    is_test = is_editors_test(request, live, form.editors)
    post = parse_form_post(request, answered, kind=form.kind, prefix=form.prefix, is_test=is_test)
    try:
        require_page(post.page_id, request)
        if unknown_version is not None:
            raise unknown_version
        outcome = process_form_post(post)
    except NotFound as error:
        return _render_gone(request, pk, form, error)
    except FeedbackError as error:
        outcome = reject_form_post(post, error)
    if outcome.response is not None:
        return _redirect_to_thanks(request, post, form, outcome.response)
    return _render_step(request, post, form, outcome)


def render_linked_form(request: HttpRequest, pk: int, form: SurveyForm) -> HttpResponseBase:
    """Show the form of any kind of survey with the answer of the URL selected.

    Nothing is stored, because programs that scan emails follow every link. An answer that is no
    longer offered is mentioned; one that never existed is ignored.
    """
    where: dict[str, Any] = {
        "page_id": parse_page_id(request.GET.get("page", "")),
        "key": request.GET.get("key", ""),
    }
    try:
        live = survey_access.get_accessible_survey(
            survey_id=pk,
            kind=form.kind,
            request=request,
            **where,
        )
    except FeedbackError as error:
        return error_page(request, error)
    key, value = request.GET.get("q", ""), request.GET.get("v", "")
    version = request.GET.get("version", "")
    live = choose_linked_version(live, version=version, key=key, value=value)
    language = (
        languages.get_site_language(request.GET.get("lang")) or languages.get_current_language()
    )
    with translation.override(language):
        answers, gone = get_linked_answer(live, key=key, value=value)
        hidden = hidden_fields.get_values(live.definition.hidden_fields, request.GET)
        shown = {"answers": answers, "gone_answer": gone, "hidden": hidden}
        context = form.build_context(live, **shown, **where)
        context["back_url"] = _get_page_url(request, where["page_id"])
        return render(request, form.template, context)


def _render_step(
    request: HttpRequest, post: FormPost, form: SurveyForm, outcome: Outcome
) -> HttpResponseBase:
    """Render the form with the step and the error of ``outcome``."""
    shown: dict[str, Any] = {}
    is_unknown = outcome.error is not None and "version" in outcome.error.fields
    if post.has_flow and outcome.step is not None:
        here = {item.key for item in outcome.step.items}
        carried = [(name, value) for name, value in post.fields if name.split(".")[1] not in here]
        shown = {"step": outcome.step, "carried": [] if is_unknown else carried}
    context = form.build_context(
        post.live,
        page_id=post.page_id,
        key=post.key,
        form=post.prefix,
        answers=post.answers,
        hidden=post.hidden,
        copy_to=post.copy_to,
        error=outcome.error,
        partial=outcome.partial,
        **shown,
    )
    context["back_url"] = _get_page_url(request, post.page_id)
    if is_unknown:
        shown_keys = {field.question.key for field in context["fields"]}
        context["words"] = describe_other_answers(request.POST, post.live.definition, shown_keys)
    status = get_status(outcome.error) if outcome.error else 200
    return render(request, form.template, context, status=status)


def _redirect_to_thanks(
    request: HttpRequest, post: FormPost, form: SurveyForm, response: Response
) -> HttpResponseBase:
    """Redirect to the URL of the ending, or to the thanks where the form was."""
    url = get_ending_url(response.ending, request) if response.ending else ""
    redirect: HttpResponseBase
    if url:
        redirect = HttpResponseRedirect(url)
        redirect.status_code = 303
    elif not post.page_id or has_former_thanks(post.live, response):
        redirect = HttpResponseRedirect(_build_thanks_url(post, form, response))
        redirect.status_code = 303
    else:
        anchor = f"{post.prefix}-{form.get_thanks_anchor(response)}"
        redirect = redirect_to_page(request, response.page_id, anchor)
    if response.repeated and not idempotency_keys.is_secret(post.idempotency_key):
        # Another reader behind the same address may have sent the same answers: no cookie.
        return redirect
    return set_reader_cookie(request, redirect, response.reader)


def _build_thanks_url(post: FormPost, form: SurveyForm, response: Response) -> str:
    """Return the URL of the thanks on the form's own page.

    It is for forms without a page, and for thanks of an earlier version, which the page shows no
    more.
    """
    survey_id = post.live.survey_id
    words = {"page": post.page_id, "key": post.key, "version": post.live.number}
    query = urlencode(
        {**{k: v for k, v in words.items() if v}, "lang": languages.get_current_language()}
    )
    anchor = f"{form.prefix}-{survey_id}-{form.get_thanks_anchor(response)}"
    return f"{reverse(form.link_name, args=[survey_id])}?{query}#{anchor}"


def _render_gone(
    request: HttpRequest, pk: int, form: SurveyForm, error: FeedbackError
) -> HttpResponseBase:
    """Render the error page of a survey that is gone, with the answers that were sent."""
    with translation.override(get_request_language(request)):
        words = describe_answers(request.POST, survey_id=pk, kind=form.kind)
    url = _get_page_url(request, read_page_id(request.POST))
    return error_page(request, error, words=words, back_url=url)


def _get_page_url(request: HttpRequest, page_id: int | None) -> str:
    """Return the URL of the page that the form was on, "" if there is none."""
    page = find_page(page_id, request)
    return page.get_url(request) or "" if page else ""
