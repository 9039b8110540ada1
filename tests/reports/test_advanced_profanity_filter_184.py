"""AdvancedProfanityFilter#184: Turkish capitals.

A word on the list was not found where it was written with the Turkish capital İ or the small ı.
"""

import pytest
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, Rule
from tests.comments.conftest import talk  # noqa: F401
from tests.comments.test_admission import ask_of, state_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("line", ["istanbul", "İSTANBUL", "ISTANBUL", "ıstanbul"])
@pytest.mark.parametrize("text", ["In İSTANBUL", "In istanbul", "In ISTANBUL", "In ıstanbul"])
def test_turkish_capitals_hide_no_blocked_word(client, talk, line, text):  # noqa: F811
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN, blocked_words=line)
    assert state_of(ask_of(client, talk, text=text)) == "pending"
    assert state_of(ask_of(client, talk, text="In Izmir")) == "published"
