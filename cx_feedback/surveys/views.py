"""Plain form posts of answers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.forms import back_to_page, page_id_of, public_form
from cx_feedback.core.pages import get_page, require_page
from cx_feedback.readers.identity import reader_for_act, remember
from cx_feedback.surveys import questions, selectors, services
from cx_feedback.surveys.definitions import Definition
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.presentation import form_context


@public_form()
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store the answers, then back to the page's thanks; or the form again, with the errors."""
    return take_answers(
        request,
        pk,
        kind=Survey.SURVEY,
        context=form_context,
        template="cx_feedback/surveys/form_page.html",
    )


def take_answers(
    request: HttpRequest,
    pk: int,
    *,
    kind: str,
    context: Callable[..., Any],
    template: str,
    thanks: Callable[[Response], str] = lambda response: "thanks",
) -> HttpResponseBase:
    """Do for one kind of survey what ``answer`` does.

    ``context`` makes that of its form, ``thanks`` the end of the anchor at which it says thanks.
    """
    live = selectors.live_survey(survey_id=pk, kind=kind)
    answers, page_id = answers_in(request, live.definition), page_id_of(request)
    try:
        response = services.submit(
            survey_id=pk,
            kind=kind,
            answers=answers,
            page_id=require_page(page_id, request),
            reader=partial(reader_for_act, request),
            language=get_language() or "",
        )
    except NotFound:
        raise
    except FeedbackError as error:
        shown = context(live, page_id=page_id, answers=answers, error=error)
        shown["back_url"] = url_of_page(request, page_id)
        return render(request, template, shown, status=error.status)
    back = back_to_page(request, page_id, f"{context(live)['prefix']}-{thanks(response)}")
    return remember(request, back, response.reader)


def answers_in(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """Return the answers of a form post as REST would have sent them."""
    kinds = {q.key: questions.get(q.type) for q in definition.questions}
    values: dict[str, list[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name in request.POST:
        head, _, rest = name.partition(".")
        key, _, part = rest.partition(".")
        if head == "answers" and part:
            parts.setdefault(key, {})[part] = str(request.POST[name])
        elif head == "answers":
            values[key] = [str(value) for value in request.POST.getlist(name)]
    return {
        key: kinds[key].from_form(values.get(key, []), parts.get(key, {}))
        if key in kinds
        else "".join(values.get(key, [""])[-1:])
        for key in {**values, **parts}
    }


def url_of_page(request: HttpRequest, page_id: int | None) -> str:
    """Return the address of the page that the form was on, "" when there is none."""
    try:
        return get_page(page_id, request).get_url(request) if page_id else ""
    except FeedbackError:
        return ""
