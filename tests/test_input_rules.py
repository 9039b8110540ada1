"""One place for each rule: a form post and JSON are read by the same serializer."""

import json

import pytest
from rest_framework import serializers

from cx_feedback.comments.following.follow_input import FollowSerializer
from cx_feedback.comments.submission.comment_input import CommentInputSerializer, EditSerializer
from cx_feedback.comments.submission.flag_input import FlagSerializer
from cx_feedback.newsletter.guides import signed_links
from cx_feedback.newsletter.guides.guide_requests import GuideIn
from cx_feedback.newsletter.subscribing.subscription_input import SubscriptionIn
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"


@pytest.fixture
def ways(talk, write, client, reader):  # noqa: F811
    """For each serializer: the path of the form, that of REST, its method, and valid data."""
    client.cookies["cx_reader"] = reader.key.hex
    mine, other = write(reader=reader), write(state="published")
    address = {"page": talk.pk, "email": "ana@example.org"}
    guide = {**address, "guide": signed_links.sign_form_key(1)}
    words = {"page": talk.pk, "name": "Ana", "text": "Words"}
    report = {"reason": "abuse", "text": "Rude"}
    one, two = f"comments/{mine.pk}/", f"comments/{other.pk}/"
    return {
        CommentInputSerializer: ("comments/post/", "comments/", "post", words),
        EditSerializer: (f"{one}edit/", one, "patch", {"text": "Changed"}),
        FlagSerializer: (f"{two}flags/", f"{two}flags/", "post", report),
        FollowSerializer: ("comments/follow/", "comments/follows/", "post", address),
        SubscriptionIn: ("newsletter/subscribe/", "subscriptions/", "post", address),
        GuideIn: ("newsletter/guide/", "guides/", "post", guide),
    }


@pytest.mark.parametrize(
    "serializer",
    [CommentInputSerializer, EditSerializer, FlagSerializer, FollowSerializer, SubscriptionIn,
     GuideIn],
)  # fmt: skip
def test_a_rule_of_a_serializer_holds_for_the_form_and_for_rest(
    client, ways, serializer, monkeypatch
):
    form, rest, method, data = ways[serializer]
    field = "text" if "text" in data else "email"

    def refuse(self, values):
        raise serializers.ValidationError({field: ["Not on a Tuesday."]})

    monkeypatch.setattr(serializer, "validate", refuse)
    posted = client.post(f"/feedback/{form}", data, **OWN)
    assert (posted.status_code, "Not on a Tuesday." in posted.content.decode()) == (400, True)
    body = {"data": json.dumps(data), "content_type": "application/json"}
    sent = getattr(client, method)(API + rest, **body, **OWN)
    assert (sent.status_code, sent.json()["errors"]) == (400, {field: ["Not on a Tuesday."]})


def test_every_wrong_field_is_named_at_once(client, talk):  # noqa: F811
    wrong = {"page": talk.pk, "name": "", "email": "no address", "text": "", "parent": "x"}
    body = {"data": json.dumps(wrong), "content_type": "application/json"}
    errors = client.post(f"{API}comments/", **body, **OWN).json()["errors"]
    html = client.post("/feedback/comments/post/", wrong, **OWN).content.decode()
    assert errors.keys() == {"name", "email", "text", "parent"}
    assert all(errors[field][0] in html for field in ("name", "email", "text"))


def test_messages_are_in_the_language_of_each_request(client, talk):  # noqa: F811
    body = {"data": json.dumps({"page": talk.pk}), "content_type": "application/json"}
    for language in ("en", "es", "en"):
        response = client.post(f"{API}comments/", **body, **OWN, HTTP_ACCEPT_LANGUAGE=language)
        [message] = response.json()["errors"]["text"]
        assert (message == "Write your comment first.") == (language == "en")
