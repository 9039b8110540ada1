"""Texts that people have called spam or honest, for the spam filter of another room."""

from dataclasses import dataclass

from cx_feedback.core import signals


@dataclass(frozen=True)
class DecidedText:
    """A text with the name of its author, and whether somebody called it spam."""

    text: str
    name: str
    is_spam: bool


def get_decided_texts(most: int) -> list[DecidedText]:
    """Return the newest texts with a decision of all rooms, at most ``most`` of each kind."""
    found: list[DecidedText] = []
    for texts in signals.collect_answers(signals.decided_texts_asked, None, most=most):
        found += texts
    kinds = ([one for one in found if one.is_spam is kind] for kind in (True, False))
    return [one for kind in kinds for one in kind[:most]]
