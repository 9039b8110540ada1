"""Plain form posts of answers."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import Closed, FeedbackError, Gone, NotFound
from cx_feedback.core.http import repeats
from cx_feedback.core.http.forms import (
    error_page,
    get_posted_page_id,
    get_request_language,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.parameters import parse_id, parse_page_id
from cx_feedback.core.pages.page_access import find_page, require_page
from cx_feedback.core.text import languages
from cx_feedback.readers.reader_lookup import get_sender_of_request, get_speaker, set_reader_cookie
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.flow import form_flow, routing
from cx_feedback.surveys.flow.endings import get_ending_url
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.responses import access
from cx_feedback.surveys.responses.form_context import build_form_context
from cx_feedback.surveys.responses.link_answers import get_linked_answer
from cx_feedback.surveys.responses.submitted_answers import describe_answers, parse_answers
from cx_feedback.surveys.selectors import LiveSurvey


@public_form()
def answer_survey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store the answers, then back to the page's thanks; or the form again, with the errors."""
    return handle_form_post(
        request,
        pk,
        kind=Survey.SURVEY,
        context=build_form_context,
        template="cx_feedback/surveys/form_page.html",
    )


@require_safe
def show_survey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the form with the answer of the address chosen, for links in mails."""
    return render_linked_form(
        request,
        pk,
        kind=Survey.SURVEY,
        context=build_form_context,
        template="cx_feedback/surveys/form_page.html",
    )


def render_linked_form(
    request: HttpRequest,
    pk: int,
    *,
    kind: str,
    context: Callable[..., Any],
    template: str,
    is_shown_on: access.PageCheck = access.is_shown_on,
) -> HttpResponseBase:
    """Do for one kind of survey what ``show_survey`` does.

    Only the reader's own press stores anything: programs that scan mails follow every link. An
    answer that is no longer offered is said to be gone; what never was one is left out.
    """
    form_key, page = request.GET.get("key", ""), request.GET.get("page", "")
    page_id = parse_page_id(page)
    try:
        how: dict[str, Any] = {"page_id": page_id, "key": form_key}
        where = {**how, "request": request, "is_shown_on": is_shown_on}
        live = access.get_accessible_survey(survey_id=pk, kind=kind, **where)
    except FeedbackError as error:
        return error_page(request, error)
    key, value = request.GET.get("q", ""), request.GET.get("v", "")
    with translation.override(
        languages.get_site_language(request.GET.get("lang")) or get_language()
    ):
        answers, gone = get_linked_answer(live, key=key, value=value)
        return render(request, template, context(live, answers=answers, gone_answer=gone, **how))


def handle_form_post(
    request: HttpRequest,
    pk: int,
    *,
    kind: str,
    context: Callable[..., Any],
    template: str,
    thanks: Callable[[Response], str] = lambda response: get_thanks_anchor(response),
    is_shown_on: access.PageCheck = access.is_shown_on,
) -> HttpResponseBase:
    """Do for one kind of survey what ``answer_survey`` does.

    ``context`` makes that of its form, ``thanks`` the end of the anchor at which it says thanks.
    A survey of several steps comes here once for each.
    """
    where: dict[str, Any] = {
        "page_id": get_posted_page_id(request),
        "key": request.POST.get("key", ""),
    }
    try:
        live = access.get_accessible_survey(
            survey_id=pk, kind=kind, **where, request=request, is_shown_on=is_shown_on
        )
    except Gone as error:  # to others not even its questions are known
        return _give_back(request, pk, kind, error)
    post = Posted(request, live)
    response, on_page = None, False
    try:
        page_id, on_page = require_page(post.page_id, request), True
        turn = post.next_turn()
        response = _submit(post, page_id, kind) if turn is None else None
    except NotFound as error:
        return _give_back(request, pk, kind, error)
    except FeedbackError as error:
        turn = post.turn_of(error)
    if on_page:
        _note_start(post, response)
    if response is not None:
        form = context(live, form=post.form)["form"]
        return _farewell(request, response, f"{form}-{thanks(response)}")
    assert turn is not None
    shown = context(live, **post.shown(turn), form=post.form)
    shown["back_url"] = get_page_url(request, post.page_id)
    return render(request, template, shown, status=turn.error.status if turn.error else 200)


class Posted:
    """What a form post says: the answers, and where in the survey its reader is."""

    def __init__(self, request: HttpRequest, live: LiveSurvey) -> None:
        self.request, self.live = request, live
        self.answers = parse_answers(request.POST, live.definition)
        self.page_id, self.key = get_posted_page_id(request), request.POST.get("key", "")
        #: What the ids of the form on its page begin with: its thanks are there.
        self.form = request.POST.get("form", "")
        #: The number of the step, None for a form that was sent as a whole.
        self.number = parse_id(request.POST.get("step", ""), digits=9)
        self.flows = routing.has_flow(live.definition.questions)

    @property
    def begins(self) -> bool:
        """Whether this is the first form that its reader sends."""
        return "begun" not in self.request.POST

    def next_turn(self) -> form_flow.Turn | None:
        """Return the step to show next, None when all is there to be stored."""
        if self.number is None or not self.flows:
            return None
        back = "back" in self.request.POST
        turn = form_flow.next_turn(
            self.live.definition, self.answers, number=self.number, back=back
        )
        if turn is not None:  # else it may be a repeat of what closed it
            selectors.require_open(self.live)
        return turn

    def is_pressed_again(self) -> bool:
        """Return whether the same form came from the same sender a moment ago, as far as known.

        For what is only counted. A response has a constraint, which holds for all processes.
        """
        said = ["start", self.live.survey_id, self.page_id, self.number, self.answers]
        return repeats.was_seen(
            repeats.get_submission_keys(said, get_sender_of_request(self.request))
        )

    def turn_of(self, error: FeedbackError) -> form_flow.Turn:
        """Return the form to show with ``error``: all that was answered when it came too late."""
        definition, most = self.live.definition, len(self.live.definition.questions)
        number = most if self.number is None else min(self.number, most)
        if isinstance(error, Closed):
            return form_flow.Turn(
                form_flow.answered_so_far(definition, self.answers, number=number), error
            )
        return form_flow.turn_of(definition, self.answers, error, number=number)

    def shown(self, turn: form_flow.Turn) -> dict[str, Any]:
        """Return the arguments of ``build_form_context`` that show ``turn``."""
        shown: dict[str, Any] = {"page_id": self.page_id, "key": self.key}
        shown |= {"answers": self.answers, "error": turn.error}
        if not self.flows:
            return shown
        here = {item.key for item in turn.step.items}
        carried = [
            (name, str(value))
            for name, values in self.request.POST.lists()
            if name.startswith("answers.") and name.split(".")[1] not in here
            for value in values
        ]
        return {**shown, "step": turn.step, "carried": carried}


def _submit(post: Posted, page_id: int | None, kind: str) -> Response:
    return services.submit_response(
        survey_id=post.live.survey_id,
        kind=kind,
        answers=post.answers,
        page_id=page_id,
        reader=get_speaker(post.request),
        language=get_language() or "",
        # A form that the page's script could not send comes the plain way, with its key.
        idempotency_key=post.request.POST.get("idempotency_key", ""),
        sender=get_sender_of_request(post.request),
        is_form=True,
    )


def _note_start(post: Posted, response: Response | None) -> None:
    """Note that somebody began, with the first form that they send and once for a repeated one."""
    repeated = response is not None and response.repeated
    if not post.begins or not post.live.is_open or repeated:
        return
    if response is None and post.is_pressed_again():
        return
    services.insert_start(
        survey_id=post.live.survey_id, page_id=post.page_id, language=get_language() or ""
    )


def _farewell(request: HttpRequest, response: Response, anchor: str) -> HttpResponseBase:
    """Go where the ending leads, or back to the page's thanks."""
    address = get_ending_url(response.ending, request) if response.ending else ""
    back: HttpResponseBase
    if address:
        back = HttpResponseRedirect(address)
        back.status_code = 303
    else:
        back = redirect_to_page(request, response.page_id, anchor)
    if response.repeated and not repeats.is_secret(request.POST.get("idempotency_key", "")):
        # Who says the same from the same address may be somebody else: no cookie for them.
        return back
    return set_reader_cookie(request, back, response.reader)


def get_thanks_anchor(response: Response) -> str:
    """Return the end of the anchor at which the page thanks for ``response``."""
    return f"thanks-{response.ending.key}" if response.ending else "thanks"


def _give_back(request: HttpRequest, pk: int, kind: str, error: FeedbackError) -> HttpResponseBase:
    """Return the page with the answers to what is not there any more."""
    with translation.override(get_request_language(request)):
        words = describe_answers(request.POST, survey_id=pk, kind=kind)
    return error_page(
        request, error, words=words, back_url=get_page_url(request, get_posted_page_id(request))
    )


def get_page_url(request: HttpRequest, page_id: int | None) -> str:
    """Return the address of the page that the form was on, "" when there is none."""
    page = find_page(page_id, request)
    return page.get_url(request) or "" if page else ""
