"""Votes, flags and subscriptions: once for a request that comes twice, and each reader's own."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from cx_feedback.comments.models import CommentSettings, Flag, Vote
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.readers.acts import idempotent_actions
from cx_feedback.readers.models import Reader, StoredAnswer
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN
from tests.threads import AT_ONCE, in_threads

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
KEYS = pytest.mark.parametrize("key", ["1", "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"])


@pytest.fixture
def comment(talk, write):  # noqa: F811
    CommentSettings.objects.create(site=talk.get_site(), votes="both")
    return write(state="published")


@pytest.fixture(params=["votes", "flags", "subscriptions", "follows"])
def act(request, comment, mailing_list):
    """A function that sends one of the acts over REST, or the same with another body."""
    page = comment.thread.page_id
    path, bodies = {
        "votes": (f"comments/{comment.pk}/votes/", ({"value": 1}, {"value": -1})),
        "flags": (f"comments/{comment.pk}/flags/", ({"reason": "spam"}, {"reason": "abuse"})),
        "subscriptions": ("subscriptions/", ({"email": "a@example.org"}, {"email": "b@x.org"})),
        "follows": (
            "comments/follows/",
            ({"email": "a@example.org", "page": page}, {"email": "b@example.org", "page": page}),
        ),
    }[request.param]

    def act(key, other=False, client=None, **headers):
        headers = {**OWN, "HTTP_IDEMPOTENCY_KEY": key, **headers}
        return (client or Client()).post(
            f"{API}{path}", bodies[int(other)], content_type="application/json", **headers
        )

    return act


@pytest.fixture
def mailing_list(db):
    return MailingList.objects.create(name="Friday letter")


def stored():
    """Return what all of these acts made, as far as they count."""
    rows = [*Vote.objects.values_list("comment", "value"), *Flag.objects.values_list("reason")]
    return [*rows, *Subscription.objects.values_list("email"), Delivery.objects.count()]


@KEYS
def test_a_replay_answers_alike_and_another_body_is_refused(act, key):
    first = act(key)
    assert first.status_code in (200, 201, 202), first.content
    before, readers = stored(), Reader.objects.count()
    again, other = act(key), act(key, other=True)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    assert (stored(), Reader.objects.count()) == (before, readers)
    assert not again.cookies


@KEYS
def test_a_replay_with_the_cookie_that_came_meanwhile_is_known(act, key):
    client = Client()
    first = act(key, client=client)
    before = stored()
    again = act(key, client=client)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert stored() == before


@KEYS
def test_a_key_of_another_reader_is_another_key(comment, key):
    for n, value in enumerate((1, -1, -1)):
        client = Client()
        client.cookies["cx_reader"] = Reader.objects.create().key.hex
        for _ in range(2):
            response = client.post(
                f"{API}comments/{comment.pk}/votes/",
                {"value": value},
                content_type="application/json",
                **OWN,
                HTTP_IDEMPOTENCY_KEY=key,
            )
            assert response.json()["mine"] == value
        assert Vote.objects.count() == n + 1


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_one_s_own_comment_is_changed_once(own_client, talk, method):  # noqa: F811
    def send(method, path, body, key):
        how = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": key}
        return getattr(own_client, method)(f"{API}comments/{path}", body, **how)

    words = {"page": talk.pk, "name": "Ana", "text": "The first"}
    path = f"{send('post', '', words, 'a').json()['id']}/"
    first, again = (send(method, path, {"text": "The second"}, "b") for _ in range(2))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    if method == "patch":
        assert first.json()["html"] == "<p>The second</p>"
        assert send(method, path, {"text": "The third"}, "b").status_code == 422


def test_what_was_refused_is_no_answer(comment):
    def flag(reason):
        return Client().post(
            f"{API}comments/{comment.pk}/flags/",
            {"reason": reason},
            content_type="application/json",
            **OWN,
            HTTP_IDEMPOTENCY_KEY="1",
        )

    assert flag("nonsense").status_code == 400
    assert not StoredAnswer.objects.exists()
    assert flag("spam").status_code == 201


FORMS = pytest.mark.parametrize(
    ("path", "data", "model"),
    [("votes", {"value": "1"}, Vote), ("flags", {"reason": "spam"}, Flag)],
)


def press(comment, path, data, client=None, **headers):
    address = f"/feedback/comments/{comment.pk}/{path}/"
    response = (client or Client()).post(address, data, **{**OWN, **headers})
    assert response.status_code == 303, response.content
    return response["Location"]


@FORMS
def test_three_clicks_without_a_cookie_are_one(comment, path, data, model):
    readers = Reader.objects.count()
    assert len({press(comment, path, data) for _ in range(3)}) == 1
    assert (model.objects.count(), Reader.objects.count()) == (1, readers + 1)


@FORMS
@pytest.mark.parametrize(
    "who",
    [
        lambda n: {"REMOTE_ADDR": f"10.0.0.{n}"},
        lambda n: {"HTTP_USER_AGENT": f"Browser {n}"},
        lambda n: {"HTTP_COOKIE": f"cx_reader={Reader.objects.create().key.hex}"},
    ],
)
def test_fifty_readers_are_fifty(comment, path, data, model, who):
    for n in range(50):
        press(comment, path, data, **who(n))
    assert model.objects.count() == 50


@FORMS
def test_accounts_behind_one_address_are_themselves(comment, path, data, model, django_user_model):
    for name in ("ana", "eva"):
        client = Client()
        client.force_login(django_user_model.objects.create_user(name))
        press(comment, path, data, client)
    assert model.objects.count() == 2


def test_answers_are_kept_for_a_day(comment):
    press(comment, "votes", {"value": "1"})
    assert idempotent_actions.delete_old_answers() == 0
    later = timezone.now() + datetime.timedelta(days=8, minutes=1)
    assert idempotent_actions.delete_old_answers(now=later) == 1


class TestAtOnce:
    pytestmark = AT_ONCE

    @FORMS
    def test_clicks_at_once_are_one(self, comment, path, data, model):
        in_threads(*[lambda: press(comment, path, data)] * 6)
        assert model.objects.count() == 1
        comment.refresh_from_db()
        assert comment.up + comment.flags == 1

    @KEYS
    def test_one_key_at_once_is_one_act(self, act, key):
        told = in_threads(*[lambda: act(key)] * 6)
        assert len({(answer.status_code, answer.content) for answer in told}) == 1
