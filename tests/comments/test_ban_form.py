"""The form that bans an author, on a page of its own."""

import re

import pytest

from cx_feedback.comments.models import Comment
from tests.pages import squeeze

pytestmark = pytest.mark.django_db


def test_a_whole_network_address_is_not_banned_by_mistake(client, write, moderator):
    comment = write("Words", email="ana@example.org")
    Comment.objects.filter(pk=comment.pk).update(author_key="a" * 32, client_hash="b" * 32)
    client.force_login(moderator)
    html = squeeze(client.get(f"/admin/cx-feedback/comments/{comment.pk}/ban/").content)
    boxes = dict(re.findall(r'name="kinds" value="(\w+)"([^>]*)>', html))
    assert "checked" in boxes["author"]
    assert boxes["client"].strip() == ""  # neither ticked nor impossible
