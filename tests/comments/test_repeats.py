"""What is sent twice is one comment, and what two people write alike is two."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, Rule
from cx_feedback.comments.services.comment_storage import REPEAT_WINDOW
from cx_feedback.core.http.idempotency_keys import PRESS
from cx_feedback.readers.models import Reader
from tests.conftest import OWN
from tests.threads import AT_ONCE, in_threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def press(talk):
    """A function that posts the plain form."""

    def press(client=None, text="Great!", name="Ana", **headers):
        data = {"page": talk.pk, "name": name, "text": text}
        response = (client or Client()).post("/feedback/comments/post/", data, **{**OWN, **headers})
        assert response.status_code == 303, response.content
        return response

    return press


@pytest.fixture
def send(talk):
    """A function that posts to REST under a key."""

    def send(key, text="Great!", client=None, **headers):
        return (client or Client()).post(
            "/feedback/api/v1/comments/",
            {"page": talk.pk, "name": "Ana", "text": text},
            content_type="application/json",
            **{**OWN, "HTTP_IDEMPOTENCY_KEY": key, **headers},
        )

    return send


def publish_at_once(talk):
    CommentSettings.objects.update_or_create(site=talk.get_site(), defaults={"rule": Rule.OPEN})


@pytest.mark.parametrize("rule", [Rule.ALL, Rule.OPEN])
def test_three_clicks_are_one_comment_and_go_to_one_place(press, talk, rule):
    CommentSettings.objects.create(site=talk.get_site(), rule=rule)
    told = {press()["Location"] for _ in range(3)}
    assert len(told) == 1
    assert Comment.objects.count() == Reader.objects.count() == 1
    client = Client()
    press(client, "Once more")
    press(client, "Once more")  # with the cookie that the first answer brought
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    "who",
    [
        lambda n: {"REMOTE_ADDR": f"10.0.0.{n}"},
        lambda n: {"HTTP_USER_AGENT": f"Browser {n}"},
        lambda n: {"HTTP_COOKIE": f"cx_reader={Reader.objects.create().key.hex}"},
    ],
)
def test_people_who_write_the_same_words_under_one_name_are_people(press, who):
    for n in range(5):
        press(**who(n))
    assert Comment.objects.count() == 5


def test_accounts_that_write_the_same_are_accounts(press, django_user_model):
    for name in ("ana", "eva"):
        client = Client()
        client.force_login(django_user_model.objects.create_user(name, first_name="Alex"))
        press(client)
        press(client)
    assert Comment.objects.count() == 2


def test_a_repeat_that_the_rules_would_ask_about_is_the_first(press, talk, monkeypatch):
    publish_at_once(talk)
    first = press()

    def refuse(**_given):
        raise services.comment_storage.FeedbackError("doubtful")

    monkeypatch.setattr(services.comment_storage, "choose_initial_state", refuse)
    assert press()["Location"] == first["Location"]


def test_the_same_words_after_the_window_are_another_comment(press):
    press()
    Comment.objects.update(created_at=timezone.now() - REPEAT_WINDOW)
    press()
    press()
    assert Comment.objects.count() == 2


def test_the_hash_of_a_sender_goes_with_that_of_the_address(press):
    press()
    assert Comment.objects.get().idempotency_key.startswith(PRESS)
    services.clear_client_hashes(now=timezone.now() + datetime.timedelta(days=400))
    assert Comment.objects.get().idempotency_key == ""


@pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
def test_a_replay_answers_alike_and_another_body_is_refused(send, key):
    first, again, other = send(key), send(key), send(key, "Other words")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
@pytest.mark.parametrize("words", ["Great!", "Other words"])
def test_a_key_of_another_reader_is_another_key(send, key, words):
    clients = [Client(), Client()]
    for client in clients:
        client.cookies["cx_reader"] = Reader.objects.create().key.hex
    first, second = send(key, client=clients[0]), send(key, words, clients[1])
    assert (first.status_code, second.status_code) == (201, 201)
    assert send(key, words, clients[1]).json() == second.json()
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])
def test_a_replay_with_the_cookie_that_came_meanwhile_is_known(send, key):
    client = Client()
    first = send(key, client=client)
    assert client.cookies
    assert send(key, client=client).json() == first.json()
    assert Comment.objects.count() == 1


class TestAtOnce:
    pytestmark = AT_ONCE

    @pytest.mark.parametrize("rule", [Rule.ALL, Rule.OPEN])
    def test_clicks_at_once_are_one_comment(self, press, talk, rule):
        CommentSettings.objects.create(site=talk.get_site(), rule=rule)
        told = in_threads(*[lambda: press()["Location"]] * 6)
        assert len(set(told)) == 1
        assert Comment.objects.count() == 1
