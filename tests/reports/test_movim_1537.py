"""movim#1537, diaspora#5094: a text is lost where the connection was.

The words came back with the browser's "back", and the reply that they were had become a comment
of the first level. ``tests/browser/test_comments.py`` does the same in a browser.
"""

import re

import pytest

from cx_feedback.comments.models import Comment
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN

pytestmark = pytest.mark.django_db


def test_a_form_that_is_sent_again_is_a_reply_still(client, talk, write):  # noqa: F811
    first = write(state="published")
    html = client.get(f"/feedback/comments/{first.pk}/reply/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    posted = {**hidden, "text": "A reply", "name": ""}  # refused, and sent again
    refused = client.post("/feedback/comments/post/", posted, **OWN)
    html = refused.content.decode()
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert (refused.status_code, "A reply" in html) == (400, True)
    client.post("/feedback/comments/post/", {**again, "text": "A reply", "name": "Eva"}, **OWN)
    assert Comment.objects.get(text="A reply").parent == first
