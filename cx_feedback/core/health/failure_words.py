"""The words of an exception that an examination met, without those of readers."""

import re

from cx_feedback.core.text.failure_summary import summarize_failure

#: The most characters of them.
LONGEST = 200
#: Begins where a word begins, so that a long word without an address is read once.
_ADDRESS = re.compile(r"(?<![^\s<>\"'(=])[^\s<>\"'(=]+@[^\s<>\"'(=),]+")


def describe_failure(error: BaseException) -> str:
    """Return the words of an exception, its class and where it was raised.

    Of several lines the first: databases quote the row that they refuse in the second.
    """
    first = next(iter(str(error).strip().splitlines()), "")
    words = _ADDRESS.sub("…@…", first)[:LONGEST].strip()
    summary = summarize_failure(error)
    return f"{words} – {summary}" if words else summary
