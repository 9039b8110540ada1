"""The version of a survey that a form or a body of JSON answers.

Each form says which version it shows. One that does not, such as a form that a cache has kept since
before forms did, answers the newest version for which it is valid.
"""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_id, parse_number
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.form_answers import get_answered_keys, parse_answers
from cx_feedback.surveys.selectors import LiveSurvey

#: The largest number that a version may have.
LARGEST = 10**9 - 1


def parse_version_field(data: dict[str, Any]) -> int | None:
    """Return the version in a JSON object, None if there is none; raises InvalidInput.

    Returns 0 for a number that no version has.
    """
    version = data.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise InvalidInput(fields={"version": [_("A version is a whole number.")]})
    return version if version is None or 0 < version <= LARGEST else 0


def find_posted_version(
    posted: QueryDict, live: LiveSurvey
) -> tuple[LiveSurvey, InvalidInput | None]:
    """Return ``live`` as the sender of a form saw it.

    For a version that never was, return the current one and the error that names ``version``.
    """
    if version := posted.get("version"):
        try:
            return selectors.get_live_version(live, parse_number(version, 1, LARGEST) or 0), None
        except InvalidInput as error:
            return live, error
    if _is_valid(posted, live.definition):
        return live, None
    earlier = selectors.iterate_earlier_versions(live, get_answered_keys(posted))
    return next((one for one in earlier if _is_valid(posted, one.definition)), live), None


def has_former_thanks(live: LiveSurvey, response: Response) -> bool:
    """Return whether the thanks for a response to ``live`` differ from those on pages today."""
    if live.today is None or response.version_id != live.version_id:
        return False
    return _get_thanks(live.definition) != _get_thanks(live.today)


def _get_thanks(definition: Definition) -> Any:
    endings = [item for item in definition.questions if routing.is_ending(item)]
    return definition.thanks, definition.extra, endings


def _is_valid(posted: QueryDict, definition: Definition) -> bool:
    """Return whether the answers up to the step that was posted are valid."""
    items = definition.questions
    number = parse_id(posted.get("step", ""), digits=9) if routing.has_flow(items) else None
    upto = "" if number is None else routing.get_last_key(items, number)
    return not questions.check_answers(
        definition, parse_answers(posted, definition), upto=upto
    ).errors
