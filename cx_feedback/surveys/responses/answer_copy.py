"""“Mail me my answers”: a copy of a response, once, to an address that its reader gives for it.

The mail room posts it; without that room nothing is offered. Anybody can enter any address, so the
mail must be no use for sending words to strangers: it says what readers themselves wrote only to
an address that its owner has confirmed. There is one copy per address and day.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.core import signals
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.client_address import get_client_hash
from cx_feedback.core.http.throttles import count_request
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import piping
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.definitions import Definition, Question

#: The name of the form field, and of the field over REST.
FIELD = "copy_to"
#: The most characters of an address.
LONGEST = 254


def is_possible() -> bool:
    """Return whether a room is installed that posts copies."""
    return signals.copy_requested.has_listeners()


def is_offered(definition: Definition) -> bool:
    """Return whether readers can have their answers mailed."""
    return definition.mails_answers and not definition.anonymous and is_possible()


def parse_address(definition: Definition, value: Any) -> str:
    """Return the address for the copy, "" for none; raises InvalidInput that names ``copy_to``."""
    if value in (None, "") or not is_offered(definition):
        return ""
    address = value.strip().lower() if isinstance(value, str) else ""
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not address or len(address) > LONGEST:
        words = _("Write an email address, such as name@example.org.")
        raise InvalidInput(fields={FIELD: [words]})
    return address


def may_send(request: HttpRequest) -> bool:
    """Return whether the client of ``request`` may have another copy sent; counts this one.

    Above the rate the answers are stored all the same.
    """
    number, limit = count_request("mail", get_client_hash(request))
    return number <= limit


def request_copy(response: Response, definition: Definition, address: str) -> None:
    """Ask for the mail with a copy of a new response, in the transaction that stores it."""
    reader = response.reader
    is_own = reader is not None and reader.email == address
    asked = (q for q in definition.questions if q.key in response.answers)
    lines = [
        (piping.pipe_text(q.label, {}), _write_answer(q, response.answers[q.key], is_own))
        for q in asked
    ]
    try:
        signals.copy_requested.send(
            Response,
            email=address,
            reader_id=response.reader_id if is_own else None,
            language=response.language,
            title=definition.title,
            lines=lines,
        )
    except InvalidInput as error:  # an address that no mail server takes
        texts = [text for found in error.fields.values() for text in found]
        raise InvalidInput(fields={FIELD: texts}) from None


def _write_answer(question: Question, value: Any, is_own: bool) -> str:
    """Return an answer in words; without ``is_own``, nothing that the sender wrote."""
    kind = questions.get(question.type)
    if is_own or not kind.get_own_words(question, value):
        return kind.format_answer(question, value)
    return _("(Your own words are not repeated in this email.)")
