"""System check of a site's own scorers. Its id stays: E041 a path that leads to no scorer."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from cx_feedback.core import conf


@register("cx_feedback")
def check_scorers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that each path of ``COMMENTS_SCORERS`` leads to a Scorer with a name."""
    paths = conf.get("COMMENTS_SCORERS")
    if not isinstance(paths, (list, tuple)):
        return []  # named by the check of the setting itself
    return [
        Error(
            f"CX_FEEDBACK['COMMENTS_SCORERS'] names {path!r}: {problem}.",
            hint="See docs/spam.md.",
            id="cx_feedback.E041",
        )
        for path in paths
        if (problem := _find_problem(path))
    ]


def _find_problem(path: Any) -> str:
    from cx_feedback.comments.spam.registry import load_scorer_class

    try:
        load_scorer_class(path)
    except (ImportError, TypeError, AttributeError) as error:
        return str(error)
    return ""
