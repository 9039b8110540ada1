"""The words of an exception, without the addresses in them."""

import pytest

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


def test_a_failure_without_words_is_named_by_its_class():
    assert describe_failure(ValueError()) == "ValueError"
