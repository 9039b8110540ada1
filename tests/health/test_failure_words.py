"""The words of an exception, without the addresses in them."""

import pytest

from cx_feedback.core.health import failure_words
from cx_feedback.core.health.failure_words import describe_failure


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("no mailbox for ana@example.org", "no mailbox for …@…"),
        ("Key (email)=(ana@example.org) exists", "Key (email)=(…@…) exists"),
        ('to=<ana@example.org>, "eva@example.org"', 'to=<…@…>, "…@…"'),
        ("ana@example.org,eva@example.org", "…@…"),
        ("ana@example.org=eva@example.org", "…@…=…@…"),
        ("at 12:00 @ home", "at 12:00 @ home"),
        ("first line\nDETAIL: ana@example.org", "first line"),
    ],
)
def test_no_address_is_left(words, shown):
    assert describe_failure(ValueError(words)).rpartition(" – ")[0] == shown


def fail_after_the_doctor():
    raise RuntimeError("here")


def run_and_describe(function):
    """Let the doctor call a function, and this module the doctor."""
    namespace = {"function": function}
    exec(compile("def run(): function()", failure_words.__file__, "exec"), namespace)
    try:
        namespace["run"]()
    except Exception as error:
        return describe_failure(error)


def test_the_innermost_line_outside_of_the_doctor_is_named():
    words = run_and_describe(fail_after_the_doctor)
    assert "RuntimeError in tests/health/test_failure_words.py:" in words
    assert words.endswith("(fail_after_the_doctor)")


def test_a_failure_of_the_doctor_itself_is_not_put_on_its_caller():
    words = run_and_describe(None)
    assert "in cx_feedback/core/health/failure_words.py:1 (run)" in words


def test_a_failure_without_words_is_named_by_its_class():
    assert describe_failure(ValueError()) == "ValueError"
