"""banned-word-tracker#15: formatting evades the filter.

Its users marked a part of a banned word as bold or italic, and the message stayed.
"""

import pytest
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, Rule
from tests.comments.conftest import talk  # noqa: F401
from tests.comments.test_admission import ask_of, state_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("You _puta_", "pending"),
        ("You p**u**ta", "pending"),
        ("You *pu*ta, `pu`ta", "pending"),
        ("You [pu](https://example.org)ta", "pending"),
        ("A _disputa_ about **computing**", "published"),
    ],
)
def test_formatting_hides_no_blocked_word(client, talk, text, state):  # noqa: F811
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN, blocked_words="puta")
    assert state_of(ask_of(client, talk, text=text)) == state
