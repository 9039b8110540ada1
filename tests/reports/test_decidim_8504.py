"""decidim#8504, sourcegraph#43884, iogt#1390: a double click counts twice.

Without JavaScript three clicks on a slow server were three answers.
"""

import pytest
from django.test import Client

from cx_feedback.comments.models import Comment, Vote
from cx_feedback.surveys.models import Response
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cookie", [True, False])
def test_three_clicks_are_one_act(client, talk, write, cookie):  # noqa: F811
    survey, widget, comment = make_survey(), make_widget(), write(state="published")
    acts = [
        (f"/feedback/surveys/{survey.pk}/", {"answers.q-choice": GOOD}),
        (f"/feedback/nps/{widget.pk}/", {"answers.score": "9"}),
        ("/feedback/comments/post/", {"page": talk.pk, "text": "Once", "name": "Eva"}),
        (f"/feedback/comments/{comment.pk}/votes/", {"value": "1"}),
    ]
    for address, data in acts:
        for _ in range(3):
            browser = client if cookie else Client()
            assert browser.post(address, data, **OWN).status_code in (200, 303), address
    assert Response.objects.filter(survey=survey).count() == 1
    assert Response.objects.filter(survey=widget).count() == 1
    assert Comment.objects.filter(text="Once").count() == 1
    assert Vote.objects.count() == 1
