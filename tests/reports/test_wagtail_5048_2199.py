"""wagtail#5048 and #2199: the session expires while somebody edits.

What was typed was lost behind a login page, or a script broke on it. The moderators' queue gets
a redirect to the login, decides nothing and keeps what was typed (how it looks:
``tests/browser/test_moderation.py``).
"""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.comments.conftest import moderator, talk, write  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sent", [{"act": "approve"}, {"act": "reject", "reason": "Off topic"}], ids=lambda s: s["act"]
)
def test_a_decision_after_the_session_changes_nothing(client, moderator, write, sent):  # noqa: F811
    comment = write()
    client.force_login(moderator)
    assert client.get(reverse("cx_comments:queue")).status_code == 200
    Session.objects.all().delete()
    answer = client.post(reverse("cx_comments:decide"), {"ids": [comment.pk], **sent})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("wagtailadmin_login"))
    comment.refresh_from_db()
    assert comment.state == "pending"
