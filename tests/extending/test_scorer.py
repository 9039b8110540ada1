"""``docs/extending/adding-a-spam-scorer.md``: its scorer works as it stands there."""

import pytest

from cx_feedback.comments import spam
from cx_feedback.comments.spam import Submission
from tests.extending.guides import install, load_example

GUIDE = "adding-a-spam-scorer.md"
SHOUTED = "THIS IS THE BEST ARTICLE that I have ever read, AND YOU MUST BUY IT"


@pytest.fixture
def _its_scorer(settings, monkeypatch):
    install(monkeypatch, load_example(GUIDE, "magazine/spam.py"))
    own = load_example(GUIDE, "mysite/settings/base.py").CX_FEEDBACK
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **own}


@pytest.mark.usefixtures("_its_scorer")
def test_the_scorer_of_the_guide():
    def find(text):
        found = [each.as_dict() for each in spam.score_submission(Submission(text=text))]
        return [each for each in found if each["scorer"] == "magazine_shouting"]

    [finding] = find(SHOUTED.upper())
    assert finding == {"scorer": "magazine_shouting", "points": 1.5, "detail": {"share": 1.0}}
    assert spam.describe_finding(finding) == "100% of the letters are capitals."
    assert find(SHOUTED) == find("YES, THANKS!") == []
