"""Nothing of a page's thread reaches who may not see the page, from that moment on."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.core import mail as outbox
from django.template import Context, Template
from django.test import Client, RequestFactory
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import PageViewRestriction

from cx_feedback.comments import services
from cx_feedback.comments.following.notification_mails import write_opt_in_mail
from cx_feedback.comments.following.signed_links import get_confirm_url, get_end_url
from cx_feedback.comments.models import Comment, Follow, Policy
from cx_feedback.comments.rendering import thread_renderer
from cx_feedback.comments.submission import page_rules
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.submission.verification_mail import make_token, write_verification_mail
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
PAGES = "/feedback/comments/"
SECRET, NAME, TITLE = "Words of members", "Berta Member", "The members' page"
KINDS = [PageViewRestriction.PASSWORD, PageViewRestriction.LOGIN, PageViewRestriction.GROUPS]


def restrict(page, kind=PageViewRestriction.LOGIN):
    made = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="x")
    made.groups.set([Group.objects.create(name="Members")])


#: How a page is taken away from the readers, given the page, its section and a hidden section.
HIDINGS = {
    **{kind: lambda page, section, hidden, kind=kind: restrict(page, kind) for kind in KINDS},
    "inherited": lambda page, section, hidden: restrict(section),
    "unpublished": lambda page, section, hidden: page.unpublish(),
    "unpublished with its section": lambda page, section, hidden: _unpublish_all(section),
    "moved": lambda page, section, hidden: page.move(hidden, pos="last-child"),
    "deleted": lambda page, section, hidden: section.delete(),
}


def _unpublish_all(section):
    chief = get_user_model().objects.create_superuser("chief", password="pw")
    UnpublishPageAction(section, user=chief, include_descendants=True).execute()


@pytest.fixture
def members(home, talk):
    """A page of a section with a published comment; and a section that nobody sees."""
    section = home.add_child(instance=type(talk)(title="Section", slug="section"))
    hidden = home.add_child(instance=type(talk)(title="Hidden", slug="hidden"))
    restrict(hidden, PageViewRestriction.PASSWORD)
    Group.objects.all().delete()
    page = section.add_child(instance=type(talk)(title=TITLE, slug="members"))
    page.body = [("comments", {"heading": "", "order": "newest"})]
    page.save_revision().publish()
    page.refresh_from_db()
    return page, section, hidden


@pytest.fixture
def comment(members, write):
    return write(SECRET, name=NAME, page=members[0], state="published", email="b@example.org")


def ways_in(page, comment):
    """Return each way of a reader to a page's thread, as method, address and body."""
    pk, one = page.pk, f"{PAGES}{comment.pk}/"
    post = {"name": "Eve", "text": "Let me see", "parent": str(comment.pk), "lang": "en"}
    return [
        ("get", f"{API}?page={pk}", None),
        ("get", f"{API}?page={pk}&only=mine", None),
        ("get", f"{API}?page={pk}&only=news", None),
        ("get", f"{API}{comment.pk}/", None),
        ("json", API, {"page": pk, "name": "Eve", "text": "In", "parent": comment.pk}),
        ("patch", f"{API}{comment.pk}/", {"text": "Mine now"}),
        ("delete", f"{API}{comment.pk}/", None),
        ("json", f"{API}{comment.pk}/votes/", {"value": 1}),
        ("json", f"{API}{comment.pk}/flags/", {"reason": "abuse"}),
        ("json", f"{API}follows/", {"page": pk, "email": "eve@example.org"}),
        ("get", one, None),
        ("get", f"{one}reply/", None),
        ("get", f"{one}flags/", None),
        ("get", f"{one}edit/", None),
        ("get", f"{one}delete/", None),
        ("get", f"{PAGES}page/{pk}/", None),
        ("get", f"{PAGES}page/{pk}/rss/", None),
        ("get", f"{PAGES}page/{pk}/atom/", None),
        ("get", f"{PAGES}follow/?page={pk}&comment={comment.pk}", None),
        ("post", f"{PAGES}post/", {**post, "page": str(pk)}),
        ("post", f"{one}votes/", {"value": "1"}),
        ("post", f"{one}flags/", {"reason": "abuse"}),
        ("post", f"{one}edit/", {"text": "Mine now"}),
        ("post", f"{one}delete/", {}),
        ("post", f"{PAGES}follow/", {"page": str(pk), "email": "eve@example.org"}),
        # A parent of another page than the one that is written on, and of none.
        ("post", f"{PAGES}post/", {**post, "page": ""}),
        ("post", f"{PAGES}post/", {**post, "page": "0"}),
    ]


def ask(client, method, url, body):
    if method == "get":
        return client.get(url, **OWN)
    if method == "post":
        return client.post(url, body, **OWN)
    call = {"json": client.post, "patch": client.patch, "delete": client.delete}[method]
    return call(url, json.dumps(body), content_type="application/json", **OWN)


def says(response) -> list[str]:
    """Return what of the page's thread is in an answer."""
    text = response.content.decode()
    return [words for words in (SECRET, NAME, TITLE, "members") if words in text]


@pytest.mark.parametrize("how", HIDINGS)
def test_from_the_moment_that_a_page_is_hidden_no_way_in_says_anything(members, comment, how):
    page, section, hidden = members
    for way in ways_in(page, comment)[:3]:
        assert ask(Client(), *way).status_code == 200  # all that can be remembered now is
    HIDINGS[how](page, section, hidden)
    before = Comment.objects.count()
    for method, url, body in ways_in(page, comment):
        answer = ask(Client(), method, url, body)
        assert (says(answer), answer.status_code >= 400) == ([], True), (method, url)
    for kind in ("rss", "atom"):
        assert says(Client().get(f"{PAGES}feed/{kind}/")) == []
    assert Comment.objects.count() == before
    assert not Follow.objects.exists()


def test_who_may_see_the_page_finds_all_of_it(members, comment, django_user_model):
    restrict(members[0])
    browser = Client()
    browser.force_login(django_user_model.objects.create_user("eva", first_name="Eva"))
    assert SECRET in browser.get(f"{PAGES}{comment.pk}/").content.decode()
    assert SECRET in browser.get(f"{API}?page={members[0].pk}").content.decode()
    assert "private" in browser.get(f"{PAGES}{comment.pk}/")["Cache-Control"]


def test_ones_own_words_on_a_page_that_is_hidden_now(members, write, reader):
    write("Mine", page=members[0], reader=reader)
    browser = Client()
    browser.cookies["cx_reader"] = reader.key.hex
    assert "Mine" in browser.get(f"{PAGES}mine/").content.decode()
    restrict(members[0])
    assert "Mine" not in browser.get(f"{PAGES}mine/").content.decode()


def test_caches_in_front_have_to_ask_for_pages_of_the_thread(members, comment):
    page = members[0]
    for url in (
        f"{PAGES}{comment.pk}/",
        f"{PAGES}page/{page.pk}/",
        f"{PAGES}page/{page.pk}/rss/",
        f"{PAGES}feed/atom/",
    ):
        answer = Client().get(url)
        assert "no-cache" in answer["Cache-Control"]
        assert "max-age=0" in answer["Cache-Control"]
        if "ETag" in answer:
            again = Client().get(url, HTTP_IF_NONE_MATCH=answer["ETag"])
            assert (again.status_code, again.content) == (304, b"")


def test_the_links_of_mails_work_and_name_no_hidden_page(members, comment):
    page = members[0]
    follow = Follow.objects.create(thread=comment.thread, email="f@example.org")
    restrict(page)
    links = [
        get_confirm_url(page, follow.pk, follow.asked_at.timestamp()),
        get_end_url(page, follow.pk),
    ]
    for link in links:
        path = link.partition("/feedback/")[2]
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"/feedback/{path}", **OWN)
            assert (answer.status_code, says(answer)) == (200, [])
    follow.refresh_from_db()
    assert follow.ended_at is not None


def test_the_page_that_proves_an_address_shows_ones_own_words_and_no_hidden_page(
    members, write, reader
):
    comment = write("My own", page=members[0], email="a@example.org", reader=reader)
    Comment.objects.filter(pk=comment.pk).update(state="awaiting")
    restrict(members[0])
    html = Client().get(f"{PAGES}verify-email/{make_token(comment)}/").content.decode()
    assert ("My own" in html, TITLE in html, "/members/" in html) == (True, False, False)
    assert TITLE not in str(write_verification_mail(comment))


def test_a_mail_that_waits_is_not_sent_once_the_page_is_hidden(
    members, write, django_capture_on_commit_callbacks
):
    page = members[0]
    first = write(page=page, state="published")
    services.following.request_follow(page_id=page.pk, email="f@example.org", actor=Actor())
    follow = Follow.objects.get()
    services.following.confirm_follow(
        follow_id=follow.pk, asked=follow.asked_at.timestamp(), actor=Actor()
    )
    write(SECRET, name=NAME, page=page, parent=first, state="published")
    services.follower_notifications.notify_followers()
    assert Delivery.objects.filter(mailing__startswith="follow:").exists()
    assert TITLE in write_opt_in_mail(follow).text
    restrict(page)
    post_office.send_due()
    assert [m.subject for m in outbox.outbox] == []
    reasons = set(Delivery.objects.values_list("error", flat=True))
    assert reasons == {"The page is not public any more"}


def test_a_tag_shows_no_thread_of_another_page_that_is_hidden(members, comment, talk):
    tag = Template("{% load cx_feedback_comments %}{% cx_comments other %}")
    request = RequestFactory().get("/")
    context = {"page": talk, "other": members[0], "request": request}
    request.user = AnonymousUser()
    assert SECRET in tag.render(Context(context))
    restrict(members[0])
    assert tag.render(Context(context)) == ""


def test_the_rendered_section_does_not_outlive_what_it_was_rendered_for(members, comment):
    talk = thread_renderer.get_page_thread(members[0])
    before = thread_renderer._get_cache_key(talk)
    assert thread_renderer._get_cache_key(talk) == before
    restrict(members[0])
    assert thread_renderer._get_cache_key(talk) != before


def test_a_page_that_moves_has_the_rules_of_its_new_place_at_once(members, comment):
    page, _section, hidden = members
    Policy.objects.create(page=hidden, rule="closed")
    assert not page_rules.get_rules_and_thread_id(page.pk)[0].closed
    page.move(hidden, pos="last-child")
    assert page_rules.get_rules_and_thread_id(page.pk)[0].closed


def test_the_addresses_of_pages_that_go_are_purged(
    members, comment, purged, django_capture_on_commit_callbacks
):
    page, section, hidden = members
    old = page.full_url
    for hide in (
        lambda: restrict(section),
        lambda: PageViewRestriction.objects.get(page=section).delete(),
        lambda: section.move(hidden, pos="last-child"),
    ):
        purged.clear()
        with django_capture_on_commit_callbacks(execute=True):
            hide()
        assert purged == [old]
    page.refresh_from_db()
    purged.clear()
    with django_capture_on_commit_callbacks(execute=True):
        hidden.delete()
    assert page.full_url in purged
