"""Summaries of unexpected exceptions for tables and logs: where they happened, not their words.

The words of an exception can hold those of a reader: databases quote the row that they refuse.
They would stay in a table or a log after the reader was erased.
"""

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]


def summarize_failure(error: BaseException) -> str:
    """Return the class of an exception, and the file and line of this package it came from.

    Errors of the operating system have their own words, such as "No space left on device".
    """
    words = [name_failure(error)]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    for frame in (ours or list(frames))[-1:]:
        path = Path(frame.filename)
        name = path.relative_to(_PACKAGE.parent) if ours else path.name
        words.append(f"in {name}:{frame.lineno} ({frame.name})")
    return " ".join(words)


def name_failure(error: BaseException) -> str:
    """Return the class of an exception, with the words of the operating system if it has some."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return f"{name} ({error.strerror})"
    return name


def format_stack(error: BaseException) -> str:
    """Return a traceback for a log: the lines of source of an exception and of its causes."""
    parts: list[str] = []
    found: BaseException | None = error
    while found is not None and len(parts) < 10:
        stack = "".join(traceback.format_tb(found.__traceback__))
        parts.append(f"{stack}{summarize_failure(found)}")
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\n\n".join(reversed(parts))
