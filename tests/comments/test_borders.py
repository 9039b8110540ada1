"""Comments on the border of a rule: "free after n" frees the author of the n-th."""

from types import SimpleNamespace

import pytest

from cx_feedback.comments.models import Rule
from cx_feedback.comments.submission.initial_state import apply_rule


@pytest.mark.parametrize(
    ("rule", "free_after", "approved", "state"),
    [
        (Rule.TRUSTED, 3, 2, "pending"),
        (Rule.TRUSTED, 3, 3, "published"),
        (Rule.TRUSTED, 3, 4, "published"),
        (Rule.TRUSTED, 0, 0, "pending"),
        (Rule.FIRST, 9, 0, "pending"),
        (Rule.FIRST, 9, 1, "published"),
    ],
)
def test_an_author_is_free_after_so_many_approved_comments(rule, free_after, approved, state):
    rules = SimpleNamespace(rule=rule, free_after=free_after)
    record = SimpleNamespace(approved=approved)
    assert apply_rule(rules, verified=True, record=record, email="ana@example.org") == state
