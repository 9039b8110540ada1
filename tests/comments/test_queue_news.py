"""What an open queue learns without a reload: one conditional request, most of them a 304."""

import threading
import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.test import Client

from cx_feedback.comments import services
from cx_feedback.comments.models import Section
from cx_feedback.comments.moderation.queue_tabs import MAX_COUNTED, count_by_tab, count_queue
from cx_feedback.comments.permissions import Scope
from cx_feedback.comments.services.moderator_edits import edit_as_moderator
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.admin import presence
from cx_feedback.core.caching import cache_backends
from cx_feedback.core.caching.shared_cache import SharedCache
from tests.comments.seen import seen

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
NEWS = f"{QUEUE}news/"


@pytest.fixture(autouse=True)
def nobody_looks():
    cache.clear()


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def colleague(django_user_model):
    """The client of another moderator, Ana."""
    user = django_user_model.objects.create_superuser("ana", "ana@example.org", "pw")
    user.first_name = "Ana"
    user.save()
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def asked(comments, **more):
    """Return the parameters of a queue that shows ``comments``."""
    shown = list(comments)
    since = max((comment.pk for comment in shown), default=0)
    return {"seen": ",".join(seen([c.pk for c in shown])), "since": since, **more}


def ask(client, query, etag=""):
    return client.get(NEWS, query, **({"HTTP_IF_NONE_MATCH": etag} if etag else {}))


def test_nothing_new_is_a_304_of_few_queries(
    mod_client, colleague, write, django_assert_max_num_queries
):
    query = asked([write() for _ in range(3)])
    for client, queries in ((mod_client, 7), (colleague, 4)):
        etag = ask(client, query)["ETag"]
        # The session, the account with its profile and permissions, and one of ours.
        with django_assert_max_num_queries(queries):
            answer = ask(client, query, etag)
        assert (answer.status_code, answer.content) == (304, b"")


def test_each_kind_of_news_ends_the_304(mod_client, colleague, moderator, write, reader):
    shown, other = write(reader=reader), write(state="published")
    query = asked([shown])
    etag = ask(mod_client, query)["ETag"]
    happenings = [
        lambda: write(),
        lambda: services.reject_comments(ids=[other.pk]),
        lambda: services.edit_comment(
            comment_id=shown.pk, actor=Actor(reader=reader), text="Other", minutes=60
        ),
        lambda: edit_as_moderator(
            comment_id=shown.pk,
            text="x",
            moderator=moderator,
            seen=services.SeenComment(2, "pending"),
        ),
        lambda: ask(colleague, {**query, "at": shown.pk}),
    ]
    for happen in happenings:
        happen()
        answer = ask(mod_client, query, etag)
        assert answer.status_code == 200
        etag = answer["ETag"]
        assert ask(mod_client, query, etag).status_code == 304


def test_a_row_committed_late_ends_the_304(mod_client, write):
    late, last = write(), write()
    query = asked([last])
    number = late.pk
    late.delete()
    etag = ask(mod_client, query)["ETag"]
    late.pk, late.idempotency_key = number, ""
    late.save(force_insert=True)
    assert ask(mod_client, query, etag).status_code == 200


def test_new_comments_are_announced_and_fetched(mod_client, write):
    first = write("The first")
    query = asked([first])
    assert ask(mod_client, query).json()["message"] == ""
    second, third = write("The second"), write("The third")
    write("Spam", state="mark_spam")
    news = ask(mod_client, query).json()
    assert news["arrived"] == [second.pk, third.pk]
    assert news["message"] == "2 new comments – show"
    assert (news["counts"]["pending"], news["counts"]["spam"]) == ("3", "1")
    rows = mod_client.get(f"{QUEUE}rows/", {"ids": f"{second.pk},{third.pk},x"}).json()["rows"]
    assert list(rows) == [str(second.pk), str(third.pk)]
    assert "The second" in rows[str(second.pk)]
    assert f'data-cx-seen="{second.pk}:1:pending"' in rows[str(second.pk)]
    found = ask(mod_client, {**query, "q": "third"}).json()
    assert found["arrived"] == [third.pk]


def test_a_colleagues_decision_says_who_decided_what(mod_client, colleague, write, reader):
    first, second, third = write(), write("Good words", reader=reader), write()
    query = asked([first, second, third])
    services.reject_comments(ids=[first.pk], moderator=colleague.user)
    services.edit_comment(
        comment_id=second.pk, actor=Actor(reader=reader), text="Bad words", minutes=60
    )
    changed = ask(mod_client, query).json()["changed"]
    assert list(changed) == [f"{first.pk}:1:pending", f"{second.pk}:1:pending"]
    decided, edited = changed.values()
    assert decided["settled"]
    assert decided["words"].endswith(" Ana changed this to “Rejected”.")
    assert edited == {"settled": False, "words": "The text has changed since you opened it."}
    was = {"ids": second.pk, "seen": f"{second.pk}:1:pending"}
    row = mod_client.get(f"{QUEUE}rows/", was).json()["rows"][str(second.pk)]
    assert '<span class="addition">Bad</span>' in row
    services.undo_decision(batch=first.events.get().batch, moderator=colleague.user)
    third_key = f"{third.pk}:1:pending"
    third.delete()
    changed = ask(mod_client, query).json()["changed"]
    assert changed[third_key] == {"settled": True, "words": "This comment has been deleted."}
    assert len(changed) == 2


def test_a_decided_edit_and_a_reviewed_comment_leave_their_tabs(
    mod_client, colleague, write, reader
):
    comment = write("Good words", state="published", reader=reader)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Better", minutes=60
    )
    query = {**asked([comment]), "state": "edited"}
    assert ask(mod_client, query).json()["changed"] == {}
    services.approve_comments(ids=[comment.pk], moderator=colleague.user)
    [change] = ask(mod_client, query).json()["changed"].values()
    assert change["settled"]
    assert "Ana changed this to “Published”" in change["words"]


def test_who_looks_at_what_is_gone_after_a_while(mod_client, colleague, write, monkeypatch):
    first, second = write(), write()
    query = asked([first, second])
    ask(colleague, {**query, "at": second.pk})
    assert ask(colleague, {**query, "at": second.pk}).json()["looking"] == {}
    looking = ask(mod_client, {**query, "at": second.pk}).json()["looking"]
    assert looking == {str(second.pk): "Ana is looking at this."}
    assert ask(colleague, query).json()["looking"] == {str(second.pk): "mod is looking at this."}
    later = time.time() + presence.SECONDS + 1
    monkeypatch.setattr("cx_feedback.core.admin.presence.time.time", lambda: later)
    assert ask(mod_client, query).json()["looking"] == {}


class Hanging:
    """A cache behind a network that takes a connection and says nothing."""

    over = threading.Event()

    def __init__(self, location, params):
        pass

    def __getattr__(self, name):
        return lambda *args, **kwargs: self.over.wait(30)


def test_news_do_not_wait_for_a_cache_that_hangs(moderator, write, settings, monkeypatch):
    write()
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Hanging"}}
    monkeypatch.setattr(presence, "cache", SharedCache())
    before = time.perf_counter()
    assert presence.record_presence(moderator, 1, [1, 2], kind="comment") == {}
    # One call is given up after PATIENCE, the second isn't made; busy machines take their time.
    assert cache_backends.PATIENCE <= 0.1
    assert time.perf_counter() - before < 5
    Hanging.over.set()


def test_other_sections_are_not_told(client, home, talk, write, colleague, django_user_model):
    comment = write()
    section = home.add_child(instance=type(talk)(title="Mine", slug="mine"))
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=section)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    query = asked([comment])
    ask(colleague, {**query, "at": comment.pk})
    services.reject_comments(ids=[comment.pk], moderator=colleague.user)
    write()
    news = ask(client, {**query, "since": 0}).json()
    assert (news["arrived"], news["looking"], news["counts"]["pending"]) == ([], {}, "0")
    [change] = news["changed"].values()
    assert "Ana" not in change["words"]
    assert client.get(f"{QUEUE}rows/", {"ids": comment.pk}).json()["rows"] == {}


def test_nonsense_is_no_error(mod_client):
    nonsense = {"seen": "x,1:y,9:9:9:9,\x00", "since": "-1", "at": "9" * 30, "state": "?"}
    assert ask(mod_client, nonsense).status_code == 200
    assert mod_client.get(f"{QUEUE}rows/", {"ids": "x,,-1"}).json() == {"rows": {}}


def test_both_ways_to_count_agree(write, monkeypatch, reader):
    for state in ("", "", "published", "reject", "mark_spam"):
        write(state=state)
    rows = Scope(everywhere=True).comments()
    quick = count_queue(rows, filtered=False)
    exact = count_queue(rows, filtered=True)
    assert {k: exact.by_tab[k] for k in quick.by_tab} == quick.by_tab
    assert exact.by_tab == count_by_tab(rows)
    assert quick.newest == exact.newest == rows.latest("pk").pk
    monkeypatch.setattr("cx_feedback.comments.moderation.queue_tabs.MAX_COUNTED", 2)
    bounded = count_queue(rows, filtered=False).by_tab
    assert (bounded["pending"], bounded["all"], bounded["spam"]) == (2, 2, 1)


def test_a_tab_of_many_says_that_there_are_more(mod_client, write, monkeypatch):
    monkeypatch.setattr("cx_feedback.comments.moderation.queue_tabs.MAX_COUNTED", 2)
    for _ in range(3):
        write()
    assert '<span data-cx-count="pending">2+</span>' in mod_client.get(QUEUE).content.decode()
    assert MAX_COUNTED >= 1_000


def test_nobody_is_seen_at_comments_of_other_sections(colleague, write, talk, django_user_model):
    group = Group.objects.create(name="Beer")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=talk)
    user = django_user_model.objects.create_user("beer", "b@example.org", "pw")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    own, other = write(), write(page=talk.get_parent())
    query = asked([own, other])
    before = ask(client, query, etag="x")["ETag"]
    ask(client, {**query, "at": other.pk})
    assert ask(colleague, {**query, "at": other.pk}).json()["looking"] == {}
    # Nor does the answer change with who looks at them.
    assert ask(client, query)["ETag"] == before
    ask(client, {**query, "at": own.pk})
    assert list(ask(colleague, query).json()["looking"]) == [str(own.pk)]
