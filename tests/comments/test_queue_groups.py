"""Nearly the same comments, and those of one author, stand together and are decided at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent
from cx_feedback.comments.moderation import queue_groups
from cx_feedback.comments.services.text_shingles import (
    are_alike,
    compute_min_shingles,
    get_shingles,
)
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from tests.comments.seen import seen
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
JSON = {"HTTP_ACCEPT": "application/json"}
OFFER = "Earn four thousand euros a week from home without any work, ask Peter on {} today please"


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def offers(write):
    """Three texts that are nearly the same, with other comments between them."""
    made = []
    for place in ("telegram", "whatsapp", "signal"):
        made.append(write(OFFER.format(place)))
        write()
    return made


def rows_of(response):
    return [row.comment.pk for row in response.context["rows"]]


def groups_of(response):
    rows = response.context["rows"]
    return [(str(r.group.kind), [c.pk for c in r.group.comments]) for r in rows if r.begins_group]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (OFFER, OFFER.upper() + "!!! xk39", True),
        (OFFER, f"Hello friends. {OFFER}", True),
        (OFFER, "An article about Peter and four thousand euros, well written as ever", False),
        ("Great!", "GREAT", True),
        ("Great!", "Bad", False),
        ("👍", "👍", True),
        ("", "", False),
        ("uno dos tres", "dos tres cuatro", False),
    ],
)
def test_what_is_alike(one, other, alike):
    assert are_alike(get_shingles(one), get_shingles(other)) is alike


def test_most_of_what_is_alike_is_found_by_two_numbers():
    words = [f"w{n}" for n in range(60)]
    first = compute_min_shingles(" ".join(words))
    found = 0
    for place in range(60):
        other = compute_min_shingles(" ".join([*words[:place], "other", *words[place + 1 :]]))
        found += first.first == other.first or first.second == other.second
    assert found >= 57
    assert compute_min_shingles("word " * 100_000) == compute_min_shingles("word " * 3)


def test_alike_comments_stand_together_and_are_decided_at_once(mod_client, moderator, offers):
    response = mod_client.get(QUEUE)
    ids = [comment.pk for comment in offers]
    assert groups_of(response) == [("alike", ids)]
    assert rows_of(response)[:3] == ids
    assert len(rows_of(response)) == 6
    html = squeeze(response.content)
    assert "<b data-cx-group-size>3</b> nearly the same" in html
    value = f"mark_spam:{','.join(map(str, ids))}"
    assert f'name="one" value="{value}"' in html
    everything = Comment.objects.values_list("pk", flat=True)
    answer = mod_client.post(f"{QUEUE}decide/", {"one": value, "seen": seen(everything)}, **JSON)
    assert answer.json()["message"] == "3 comments marked as spam."
    events = ModerationEvent.objects.filter(action="mark_spam")
    assert {(e.comment_id, e.revision, e.moderator_id) for e in events} == {
        (pk, 1, moderator.pk) for pk in ids
    }
    mod_client.post(f"{QUEUE}undo/{answer.json()['batch']}/")
    assert set(Comment.objects.values_list("state", flat=True)) == {"pending"}


def test_what_changed_in_a_group_is_a_conflict_alone(mod_client, write, reader):
    first, second = write(OFFER.format("x")), write(OFFER.format("y"), reader=reader)
    shown = seen([first.pk, second.pk])
    services.edit_comment(
        comment_id=second.pk, actor=Actor(reader=reader), text="Other", minutes=60
    )
    sent = {"one": f"approve:{first.pk},{second.pk}", "seen": shown}
    answer = mod_client.post(f"{QUEUE}decide/", sent, **JSON).json()
    assert list(answer["changed"]) == [str(first.pk)]
    assert list(answer["conflicts"]) == [str(second.pk)]
    second.refresh_from_db()
    assert second.state == "pending"


def test_one_authors_comments_stand_together_also_from_later_pages(mod_client, write, monkeypatch):
    monkeypatch.setattr("cx_feedback.comments.moderation.queue_views.QueueView.paginate_by", 2)
    one, other = readers.create_reader(), readers.create_reader()
    first, second = write(reader=one), write(reader=other)
    third, fourth = write(), write(reader=one)
    fifth, sixth = write(email="eva@example.org"), write(email="eva@example.org")
    assert fifth.author_key == sixth.author_key
    response = mod_client.get(QUEUE)
    assert rows_of(response) == [first.pk, fourth.pk, second.pk]
    assert groups_of(response) == [("author", [first.pk, fourth.pk])]
    assert "by the same author" in response.content.decode()
    assert groups_of(mod_client.get(QUEUE, {"p": 3})) == [("author", [fifth.pk, sixth.pk])]
    assert third.pk in rows_of(mod_client.get(QUEUE, {"p": 2}))


def test_the_others_of_an_author_stand_behind_what_is_alike(mod_client, write, reader):
    first = write(OFFER.format("x"), reader=reader)
    between, alike = write(), write(OFFER.format("y"))
    own, last = write(reader=reader), write(reader=reader)
    response = mod_client.get(QUEUE)
    order = [first, alike, own, last, between]
    assert rows_of(response) == [c.pk for c in order]
    assert groups_of(response) == [
        ("alike", [first.pk, alike.pk]),
        ("author", [own.pk, last.pk]),
    ]


def test_groups_keep_to_the_search_and_to_what_waits(mod_client, write):
    first, second = write(OFFER.format("telegram")), write(OFFER.format("signal"))
    write(OFFER.format("decided"), state="reject")
    assert groups_of(mod_client.get(QUEUE)) == [("alike", [first.pk, second.pk])]
    assert rows_of(mod_client.get(QUEUE, {"q": "telegram"})) == [first.pk]
    assert groups_of(mod_client.get(QUEUE, {"state": "rejected"})) == []


def test_an_edit_moves_a_comment_to_what_it_is_like_now(mod_client, write, reader):
    first, second = write(OFFER.format("x")), write("Good words", reader=reader)
    services.edit_comment(
        comment_id=second.pk, actor=Actor(reader=reader), text=OFFER.format("y"), minutes=60
    )
    assert groups_of(mod_client.get(QUEUE)) == [("alike", [first.pk, second.pk])]
    services.delete_comment(comment_id=second.pk, actor=Actor(reader=reader), minutes=60)
    second.refresh_from_db()
    assert (second.shingle_first, second.shingle_second) == (None, None)


def test_groups_are_bounded(write, monkeypatch):
    monkeypatch.setattr(queue_groups, "MAX_GROUP", 3)
    made = [write(OFFER.format(n)) for n in range(8)]
    tab = Comment.objects.order_by("pk")
    groups = queue_groups.group_comments(made[:2], tab)
    assert [group.size for group in groups] == [3, 3] or [group.size for group in groups] == [3]
    placed = [c.pk for group in groups for c in group.comments]
    assert len(placed) == len(set(placed))
    assert {c.pk for c in made[:2]} <= set(placed)


def test_the_queue_takes_at_most_fifteen_queries(admin_client, write, reader, admin_user):
    for number in range(12):
        write(OFFER.format(number), email=f"a{number % 5}@example.org")
        write(f"Words of number {number}", reader=reader)
    admin_client.get(QUEUE)
    with CaptureQueriesContext(connection) as captured:
        response = admin_client.get(QUEUE)
    assert len(rows_of(response)) == 24
    assert len(captured) <= 15
