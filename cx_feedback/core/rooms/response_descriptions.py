"""Responses in words, for rooms in which editors answer them."""

from dataclasses import dataclass

from cx_feedback.core import signals


@dataclass(frozen=True)
class ResponseDescription:
    """A response in words. ``email`` is the address that its reader left in it, "" without one."""

    title: str
    #: A line for each question and one for its answer, without the address.
    text: str
    email: str
    language: str


def describe_response(object_id: int) -> ResponseDescription | None:
    """Return a response in words, None if no room has it or if it doesn't count."""
    found = signals.collect_answers(signals.response_described, None, object_id=object_id)
    return found[0] if found else None
