"""The check of settings that list dotted paths to a site's own classes and objects."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.checks import CheckMessage, Error

from cx_feedback.core import conf


def check_paths(
    key: str, find_problems: Callable[[Any], Iterable[str]], *, hint: str, check_id: str
) -> list[CheckMessage]:
    """Return an error for each problem that ``find_problems`` finds with a path of a setting."""
    paths = conf.get(key)
    if not isinstance(paths, (list, tuple)):
        return []  # named by the check of the setting itself
    return [
        Error(f"CX_FEEDBACK[{key!r}] names {path!r}: {problem}.", hint=hint, id=check_id)
        for path in paths
        for problem in find_problems(path)
    ]
