"""The words of an exception that an examination met, without those of readers."""

import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from cx_feedback.core.text.failure_summary import name_failure

#: The most characters of them.
LONGEST = 200
#: Begins where a word begins, so that a long word without an address is read once.
_ADDRESS = re.compile(r"(?<![^\s<>\"'(=])[^\s<>\"'(=]+@[^\s<>\"'(=),]+")
#: What Django's ManifestStaticFilesStorage says; it has no exception of its own for it.
_NOT_COLLECTED = re.compile(r"Missing staticfiles manifest entry for '(.*)'")
_DOCTOR = Path(__file__).parent


def describe_failure(error: BaseException) -> str:
    """Return the words of an exception, its class and where it was raised.

    Of several lines the first: databases quote the row that they refuse in the second.
    """
    first = next(iter(str(error).strip().splitlines()), "")
    words = _ADDRESS.sub("…@…", first)[:LONGEST].strip()
    summary = locate_failure(error)
    return f"{words} – {summary}" if words else summary


def locate_failure(error: BaseException) -> str:
    """Return the class of an exception, and the innermost line outside of the doctor."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [number for number, frame in enumerate(frames) if _is_doctor(frame)]
    # What runs the doctor comes before its first frame, and is not to blame either.
    called = [frame for frame in frames[min(inside, default=0) :] if not _is_doctor(frame)]
    words = [name_failure(error)]
    for frame in (called or list(frames))[-1:]:
        words.append(f"in {_shorten_path(frame.filename)}:{frame.lineno} ({frame.name})")
    return " ".join(words)


def find_uncollected_file(error: BaseException) -> str:
    """Return the static file that the manifest lacks, "" if the exception has another reason."""
    return next((match[1] for one in _iterate_causes(error) if (match := _search(one))), "")


def _search(error: BaseException) -> re.Match[str] | None:
    return _NOT_COLLECTED.search(str(error)) if isinstance(error, ValueError) else None


def _iterate_causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _time in range(10):
        if found is None:
            return
        yield found
        found = found.__cause__ or found.__context__


def _is_doctor(frame: traceback.FrameSummary) -> bool:
    return Path(frame.filename).is_relative_to(_DOCTOR)


def _shorten_path(filename: str) -> str:
    """Return a path as modules are found, "django/db/models/base.py" say."""
    path = Path(filename)
    folders = [folder for folder in sys.path if folder and path.is_relative_to(folder)]
    return str(path.relative_to(max(folders, key=len))) if folders else path.name
