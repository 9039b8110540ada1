"""System checks of the spam detection. Their ids stay: E041 a path that leads to no scorer, E042 a
damaged shipped model.
"""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from cx_feedback.core.settings.path_checks import check_paths


@register("cx_feedback")
def check_scorers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that each path of ``COMMENTS_SCORERS`` leads to a Scorer with a name."""
    return check_paths(
        "COMMENTS_SCORERS",
        _find_problems,
        hint="See docs/explanation/spam.md.",
        check_id="cx_feedback.E041",
    )


def _find_problems(path: Any) -> Iterator[str]:
    from cx_feedback.comments.spam.registry import load_scorer_class

    try:
        load_scorer_class(path)
    except (ImportError, TypeError, AttributeError) as error:
        yield str(error)


@register("cx_feedback")
def check_prior(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the shipped spam model can be read (``cx_feedback.E042``)."""
    from cx_feedback.comments.spam.prior import DamagedPrior, load_prior

    try:
        load_prior()
    except DamagedPrior as error:
        return [Error(str(error), hint="See docs/explanation/spam.md.", id="cx_feedback.E042")]
    return []
