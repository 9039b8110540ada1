"""Each answer to readers about themselves is made by the serializer that describes it."""

import pytest

from tests.newsletter.test_guides import guide, signed_links  # noqa: F401
from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]


def test_serializers_make_the_answers(client, guide, mailing_list):  # noqa: F811
    walk = ShapeWalk(client, "subscriptions/", "guides/", "me/", "visits/")
    walk.call(client, "subscriptions/", {"email": "no address"}, status=400)
    walk.call(client, "subscriptions/", {"email": "ana@example.org"}, status=202)
    asked = {"email": "ana@example.org", "guide": signed_links.sign_form_key(guide.pk)}
    walk.call(client, "guides/", asked, status=202)
    walk.call(client, "me/")
    walk.call(client, "me/", {"visits": True}, method="patch")
    assert walk.get_missing() == set()
