"""The list of scorers: built-in ones and those of ``CX_FEEDBACK["COMMENTS_SCORERS"]``."""

from functools import lru_cache

from django.utils.module_loading import import_string

from cx_feedback.comments.spam.base import Scorer
from cx_feedback.comments.spam.scorers import BUILT_IN
from cx_feedback.core import conf


def get_scorers() -> dict[str, Scorer]:
    """Return the scorers by name. A site's own scorer replaces a built-in one of the same name."""
    return _build_scorers(tuple(conf.get("COMMENTS_SCORERS")))


@lru_cache(maxsize=8)
def _build_scorers(paths: tuple[str, ...]) -> dict[str, Scorer]:
    classes = [*BUILT_IN, *(load_scorer_class(path) for path in paths)]
    return {cls.name: cls() for cls in classes}


def load_scorer_class(path: str) -> type[Scorer]:
    """Import a scorer class. Raises ImportError, or TypeError if it isn't a scorer."""
    found = import_string(path)
    is_scorer = isinstance(found, type) and issubclass(found, Scorer)
    if not (is_scorer and isinstance(getattr(found, "name", None), str)):
        raise TypeError(f"{path} is no Scorer with a name")
    return found
