"""A plain form post of answers, in four steps: parse, check by page, route, store.

``process_form_post`` takes a parsed post through the last three. A survey of several pages is
posted once for each step of its way. Only the last post stores a response; the others keep the
answered steps where the survey says so (``partials.form_steps``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, QueryDict

from cx_feedback.core.errors import Closed, FeedbackError, InvalidInput, NotFound
from cx_feedback.core.http import idempotency_keys
from cx_feedback.core.http.parameters import parse_id, read_page_id
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.request_reader import (
    get_reader,
    get_sender_of_request,
    get_speaker,
)
from cx_feedback.readers.models import Reader
from cx_feedback.readers.services import Speaker
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.flow.routing import Step
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.partials.form_steps import (
    PartialFields,
    keep_answered_step,
    parse_partial_fields,
)
from cx_feedback.surveys.responses import answer_copy, hidden_fields, open_surveys
from cx_feedback.surveys.responses.form_answers import get_answer_fields, parse_answers
from cx_feedback.surveys.selectors import LiveSurvey

#: The part of a prefix that marks the second and further forms of a survey on one page.
_REPETITION = re.compile(r"-n[1-9][0-9]{0,3}(?=-[0-9]{1,19}\Z)")


@dataclass(frozen=True)
class FormPost:
    """A parsed form post: the answers, and the step of the survey that they belong to."""

    kind: str
    #: The version that is answered.
    live: LiveSurvey
    #: As REST would have sent them, not checked yet.
    answers: dict[str, Any]
    #: Name and value of each posted field of an answer.
    fields: tuple[tuple[str, str], ...]
    page_id: int | None
    #: The signature of the form, see ``responses.form_keys``.
    key: str
    #: The prefix of the form's element ids on the page that it was posted from.
    prefix: str
    #: The number of the step, None for a survey that is posted as a whole.
    number: int | None
    has_flow: bool
    goes_back: bool
    #: Whether this is the first post of a reader who began to answer.
    is_first: bool
    idempotency_key: str
    #: The hidden fields, by name.
    hidden: dict[str, str]
    #: The fields under which answered steps are kept, None before the first.
    partial: PartialFields | None
    #: The address for a copy, not checked yet, and whether one may be sent.
    copy_to: str
    may_copy: bool
    reader: Speaker | None
    #: Returns the reader of the cookie, None if there is none; one query.
    find_reader: Callable[[], Reader | None]
    sender: idempotency_keys.Sender
    #: Whether it is a test of an editor (``responses.editor_tests``).
    is_test: bool = False
    #: Whether the form says which version it shows.
    names_version: bool = True

    @property
    def may_be_anonymous(self) -> bool:
        """Return whether its reader may have been promised more than ``live`` promises.

        A form that names no version and is not valid for today's may still have been that.
        """
        today = self.live.today
        return not self.names_version and today is not None and today.anonymous


@dataclass(frozen=True)
class Outcome:
    """The result of a form post: a stored response, or the step to show, maybe with an error."""

    response: Response | None = None
    step: Step | None = None
    error: FeedbackError | None = None
    #: The fields of the form to show, if answered steps are kept.
    partial: PartialFields | None = None


def parse_form_post(
    request: HttpRequest, live: LiveSurvey, *, kind: str, prefix: str, is_test: bool = False
) -> FormPost:
    """Parse the form post of a survey; nothing is checked yet.

    ``prefix`` is the beginning of the element ids of forms of this kind.
    """
    posted, items = request.POST, live.definition.questions
    has_flow = routing.has_flow(items)
    return FormPost(
        kind=kind,
        live=live,
        answers=parse_answers(posted, live.definition),
        fields=get_answer_fields(posted),
        page_id=read_page_id(request.POST),
        key=posted.get("key", ""),
        prefix=_parse_prefix(posted, f"{prefix}-{live.survey_id}"),
        number=parse_id(posted.get("step", ""), digits=9) if has_flow else None,
        has_flow=has_flow,
        goes_back="back" in posted,
        is_first="begun" not in posted,
        # A form that the page's script could not send is posted plainly, with its key.
        idempotency_key=posted.get("idempotency_key", ""),
        hidden=hidden_fields.get_values(
            live.definition.hidden_fields, posted, hidden_fields.PREFIX
        ),
        partial=parse_partial_fields(posted),
        copy_to=posted.get(answer_copy.FIELD, "").strip(),
        may_copy=bool(posted.get(answer_copy.FIELD)) and answer_copy.may_send(request),
        reader=get_speaker(request),
        find_reader=partial(get_reader, request),
        sender=get_sender_of_request(request),
        is_test=is_test,
        names_version=bool(posted.get("version")),
    )


def _parse_prefix(posted: QueryDict, prefix: str) -> str:
    """Return the posted prefix if it marks a form of this survey, else ``prefix`` itself.

    A page may show the same survey several times (``page_prefetch.get_unique_prefix``).
    """
    found = posted.get("form", "")
    is_own = len(found) < 100 and _REPETITION.sub("", found) == prefix
    return found if is_own else prefix


def process_form_post(post: FormPost) -> Outcome:
    """Check the page that was sent, choose the next step, or store the response at the end.

    Raises NotFound if the survey has been unpublished or deleted meanwhile.
    """
    try:
        answers = check_page(post)
        step = choose_step(post, answers)
        if step is None:
            outcome = Outcome(response=store_response(post))
        else:
            kept = post.partial if post.goes_back else keep_answered_step(post)
            outcome = Outcome(step=step, partial=kept)
    except NotFound:
        raise
    except FeedbackError as error:
        outcome = reject_form_post(post, error)
    count_start(post, outcome.response)
    return outcome


def check_page(post: FormPost) -> dict[str, Any]:
    """Return the valid answers up to the step that was sent; raises InvalidInput or Closed.

    A reader who goes back may leave invalid answers. A survey that is posted as a whole is checked
    when it is stored.
    """
    if post.number is None:
        return {}
    definition = post.live.definition
    upto = routing.get_last_key(definition.questions, post.number)
    checked = questions.check_answers(definition, post.answers, upto=upto)
    if checked.errors and not post.goes_back:
        open_surveys.require_open(post.live)
        raise InvalidInput(fields=checked.errors)
    return checked.answers


def choose_step(post: FormPost, answers: dict[str, Any]) -> Step | None:
    """Return the step to show next, None if the response can be stored; raises Closed."""
    if post.number is None:
        return None
    items = post.live.definition.questions
    if post.goes_back:
        step: Step | None = routing.find_previous_step(items, answers, post.number)
    else:
        step = routing.find_next_step(items, answers, post.number)
    if step is not None:  # else it may repeat the response that closed the survey
        open_surveys.require_open(post.live)
    return step


def store_response(post: FormPost) -> Response:
    """Store the answers; raises what ``services.submit_response`` raises."""
    return services.submit_response(
        survey_id=post.live.survey_id,
        kind=post.kind,
        answers=post.answers,
        page_id=post.page_id,
        reader=post.reader,
        language=languages.get_current_language(),
        idempotency_key=post.idempotency_key,
        sender=post.sender,
        is_form=True,
        is_test=post.is_test,
        hidden=post.hidden,
        copy_to=post.copy_to if post.may_copy else "",
        version=None if post.may_be_anonymous else post.live.number,
        partial=post.partial.key if post.partial else None,
    )


def reject_form_post(post: FormPost, error: FeedbackError) -> Outcome:
    """Return ``error`` with the step that it is about, else with all answers at once.

    These are shown if the survey has closed, or never had the version that was answered.
    """
    items = post.live.definition.questions
    answers = questions.check_answers(post.live.definition, post.answers).answers
    number = len(items) if post.number is None else min(post.number, len(items))
    if isinstance(error, Closed) or "version" in error.fields:
        step = routing.merge_steps(items, answers, number)
    else:
        step = routing.find_step_with_error(items, answers, error.fields, number)
    return Outcome(step=step, error=error, partial=post.partial)


def count_start(post: FormPost, response: Response | None) -> None:
    """Count a reader who began to answer, once for a form that is posted repeatedly."""
    repeated = response is not None and response.repeated
    if not post.is_first or not post.live.is_open or repeated or post.is_test:
        return
    # Responses are kept apart by a constraint; here, for a mere count, the cache will do.
    said = ["start", post.live.survey_id, post.page_id, post.number, post.answers]
    keys = idempotency_keys.get_submission_keys(said, post.sender)
    if response is None and idempotency_keys.was_seen(keys):
        return
    services.insert_start(
        live=post.live, page_id=post.page_id, language=languages.get_current_language()
    )
