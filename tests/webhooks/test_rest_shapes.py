"""Each answer about webhooks is made by the serializer that describes it."""

import pytest

from tests.rest_shapes import ShapeWalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("added_field")]
ENDPOINT = {
    "name": "Shop",
    "url": "https://shop.example/hooks",
    "events": ["comment.published", "reader.erased"],
}


def test_serializers_make_the_answers(client, admin_client, monkeypatch):
    walk = ShapeWalk(client, "webhooks/")
    made = walk.call(admin_client, "webhooks/", ENDPOINT, status=201)
    one = f"webhooks/{made['webhook']['id']}/"
    walk.call(admin_client, "webhooks/")
    walk.call(admin_client, one)
    walk.call(admin_client, one, {"events": ["reader.erased"]}, method="patch")
    walk.call(admin_client, f"{one}secrets/", {}, status=201)
    test = walk.call(admin_client, f"{one}tests/", {}, status=202)
    store_failure(test["id"])
    walk.call(admin_client, f"{one}deliveries/")
    walk.call(admin_client, f"{one}deliveries/{test['id']}/")
    walk.call(admin_client, f"{one}deliveries/{test['id']}/resend/", {}, status=202)
    walk.call(client, "webhooks/", status=403)
    assert walk.get_missing() == set()


def store_failure(delivery_id):
    """Store an attempt that got no answer."""
    from cx_feedback.webhooks.models import EventDelivery
    from cx_feedback.webhooks.services import sending
    from cx_feedback.webhooks.transport.pinned_connection import PostResult

    event = EventDelivery.objects.get(pk=delivery_id)
    claimed = sending.claim_event(endpoint_id=event.endpoint_id)
    sending.store_result(claimed, PostResult(503, "status", 120))
