"""Each answer about conversations is made by the serializer that describes it."""

import pytest

from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]


def test_serializers_make_the_answers(client, editor, article):
    walk = ShapeWalk(client, "conversations/")
    letter = {"text": "The paywall asks twice.", "email": "ana@example.org", "page": article.pk}
    walk.call(client, "conversations/", {**letter, "email": "no address"}, status=400)
    walk.call(client, "conversations/", letter, status=202)
    client.force_login(editor)
    walk.call(client, "conversations/?limit=1")
    assert walk.get_missing() == set()
