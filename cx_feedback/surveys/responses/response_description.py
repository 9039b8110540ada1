"""A response in words, for another room in which editors answer it."""

from cx_feedback.core.rooms.response_descriptions import ResponseDescription
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import piping
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.selectors import get_definitions


def describe_response(object_id: int) -> ResponseDescription | None:
    """Return a response in words, in two queries; None for tests, spam and other rooms' ids.

    An anonymous response has no reader and is never asked for.
    """
    row = Response.objects.counted().filter(pk=object_id, reader__isnull=False).first()
    if row is None:
        return None
    definition = get_definitions([row.version_id])[row.version_id]
    lines, email = [], ""
    for question in definition.questions:
        given = row.answers.get(question.key)
        if given is None:
            continue
        kind = questions.get(question.type)
        if kind.is_address:
            email = email or given
        elif words := kind.format_answer(question, given):
            lines.append(f"{piping.pipe_text(question.label, {})}\n{words}")
    return ResponseDescription(definition.title, "\n\n".join(lines), email, row.language)
