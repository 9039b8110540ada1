import json

import pytest
from wagtail.models import PageViewRestriction

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Thread
from cx_feedback.readers.models import Reader
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db
URL = "/feedback/api/v1/comments/"


def post(client, page, headers=OWN, **data):
    body = {"page": getattr(page, "pk", page), "name": "Ana", "text": "Hello", **data}
    return client.post(URL, json.dumps(body), content_type="application/json", **headers)


def listed(client, page, **query):
    return client.get(URL, {"page": page.pk, **query}).json()


def test_a_comment_waits_for_approval_and_its_author_sees_it(client, talk):
    response = post(client, talk, email="ana@example.org")
    assert response.status_code == 201
    assert response.json()["state"] == "pending"
    assert response.json()["html"] == "<p>Hello</p>"
    found = listed(client, talk)
    assert (found["published"], found["comments"]) == (0, [])
    assert [c["html"] for c in found["mine"]] == ["<p>Hello</p>"]
    assert list(listed(client, talk, only="mine")) == [
        "page",
        "mine",
        "own",
        "votes",
        "reactions",
    ]
    services.approve_comments(ids=[response.json()["id"]])
    found = listed(client, talk)
    assert [c["html"] for c in found["comments"]] == ["<p>Hello</p>"]
    assert found["mine"] == []


def test_others_see_neither_waiting_words_nor_addresses(client, django_client_factory, talk):
    made = post(client, talk, email="ana@example.org")
    other = django_client_factory()
    assert "mine" not in listed(other, talk)
    one = f"{URL}{made.json()['id']}/"
    assert client.get(one).status_code == 200
    assert other.get(one).status_code == 404
    services.approve_comments(ids=[made.json()["id"]])
    assert other.get(one).json()["name"] == "Ana"
    for answer in (made, client.get(one), other.get(one), other.get(URL, {"page": talk.pk})):
        assert b"example.org" not in answer.content
        assert answer["Cache-Control"] == "no-store"


@pytest.fixture
def django_client_factory():
    from django.test import Client

    return Client


def test_pages_by_key_in_both_orders(client, talk, write):
    made = [write(f"Number {n}", state="published").pk for n in range(5)]
    write("waiting")
    for order, wanted in (("oldest", made), ("newest", made[::-1])):
        seen, after = [], ""
        while after is not None:
            part = listed(client, talk, order=order, limit=2, **({"after": after} if after else {}))
            seen += [c["id"] for c in part["comments"]]
            after = part["next"]
        assert seen == wanted


def test_the_list_costs_five_queries(client, talk, write, django_assert_max_num_queries):
    for _ in range(20):
        write(parent=write(state="published"), state="published")
    listed(client, talk)
    with django_assert_max_num_queries(5):
        assert len(listed(client, talk)["comments"]) == 40


def test_a_post_costs_few_statements(client, talk, django_assert_max_num_queries):
    post(client, talk, text="First")
    with django_assert_max_num_queries(7):
        assert post(client, talk, text="Second").status_code == 201


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": None}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"name": ""}, "name"),
        ({"email": "no address"}, "email"),
        ({"page": 424242}, "page"),
        ({"page": "x"}, "page"),
        ({"page": None}, "page"),
        ({"parent": 424242}, "parent"),
        ({"challenge": "solved"}, "challenge"),
    ],
)
def test_bad_input_stores_nothing(client, talk, data, field):
    response = post(client, data.pop("page", talk), **data)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]
    assert not (Comment.objects.exists())
    assert not (Thread.objects.exists())
    assert not (Reader.objects.exists())
    assert not response.cookies


def test_broken_json_and_other_sites_store_nothing(client, talk):
    broken = client.post(URL, "{", content_type="application/json", **OWN)
    assert (broken.status_code, list(broken.json()["errors"])) == (400, ["body"])
    assert post(client, talk, headers=FOREIGN).status_code == 403
    assert not Comment.objects.exists()


def test_a_program_without_origin_writes_without_a_reader(client, talk):
    response = post(client, talk, headers={})
    assert response.status_code == 201
    assert not response.cookies
    assert Comment.objects.get().reader is None


def test_a_closed_thread_says_so(client, talk):
    services.set_thread_closed(page_id=talk.pk, closed=True)
    response = post(client, talk)
    assert (response.status_code, list(response.json()["errors"])) == (409, ["page"])
    assert listed(client, talk)["closed"] is True


def test_the_same_key_is_one_comment(client, talk):
    headers = {**OWN, "HTTP_IDEMPOTENCY_KEY": "abc"}
    first = post(client, talk, headers=headers)
    again = post(client, talk, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Comment.objects.count() == 1
    other = post(client, talk, headers=headers, text="Other words")
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])


def test_a_form_posted_after_a_lost_answer_brings_its_key(client, talk):
    post(client, talk, headers={**OWN, "HTTP_IDEMPOTENCY_KEY": "abc"})
    words = {"page": talk.pk, "name": "Ana", "text": "Hello", "idempotency_key": "abc"}
    response = client.post("/feedback/comments/post/", words, **OWN)
    assert response.status_code == 303
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "page"),
        ({"page": "x"}, "page"),
        ({"page": 424242}, "page"),
        ({"page": 0, "after": "É"}, "after"),
        ({"page": 0, "order": "worst"}, "order"),
        ({"page": 0, "limit": 101}, "limit"),
        ({"page": 0, "only": "yours"}, "only"),
    ],
)
def test_bad_queries_name_the_parameter(client, talk, query, field):
    if query.get("page") == 0:
        query["page"] = talk.pk
    response = client.get(URL, query)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_a_restricted_page_does_not_leak(client, talk, write):
    comment = write("A secret", state="published")
    PageViewRestriction.objects.create(page=talk, restriction_type=PageViewRestriction.LOGIN)
    paths = [
        f"{URL}?page={talk.pk}",
        f"{URL}{comment.pk}/",
        f"/feedback/comments/page/{talk.pk}/",
        f"/feedback/comments/{comment.pk}/",
        f"/feedback/comments/{comment.pk}/reply/",
    ]
    for path in paths:
        response = client.get(path)
        assert response.status_code in (400, 404), path
        assert b"secret" not in response.content
    assert post(client, talk).status_code == 400


def test_an_unpublished_page_takes_and_shows_nothing(client, talk, write):
    comment = write(state="published")
    talk.unpublish()
    assert client.get(f"{URL}?page={talk.pk}").status_code == 410
    assert client.get(f"{URL}{comment.pk}/").status_code == 410
    assert client.get(f"{URL}{2**64}/").status_code == 404


def test_the_schema_describes_the_room(client):
    paths = client.get("/feedback/api/v1/schema/").json()["paths"]
    assert {"get", "post"} <= set(paths[URL])
    assert f"{URL}{{comment_id}}/" in paths
