"""From how many answers on readers see the figures of a poll: one rule for pages and for REST."""

import pytest

from cx_feedback.surveys.polls import poll_rules
from cx_feedback.surveys.results.thresholds import SHOW_FROM

pytestmark = pytest.mark.django_db


def test_enough_answers_are_five_and_never_fewer_than_results_need():
    assert [poll_rules.has_enough_answers(n) for n in (0, 4, 5, 6)] == [False, False, True, True]
    assert poll_rules.SHOW_POLL_FROM >= SHOW_FROM


def test_pages_and_rest_ask_the_rule(client, make_poll, vote, monkeypatch):
    monkeypatch.setattr(poll_rules, "SHOW_POLL_FROM", 10)
    poll = make_poll()
    vote(poll, yes=5)
    assert b"data-cx-value" not in client.get(f"/feedback/surveys/{poll.pk}/poll/").content
    found = client.get(f"/feedback/api/v1/surveys/{poll.pk}/poll/").json()
    assert (found["shown"], found["rows"]) == (False, [])
