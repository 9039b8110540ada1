"""Moderators of some sections see and decide on nothing else, whatever address they ask for."""

import pytest
from django.contrib.auth.models import Group, Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import Ban, Comment, ModerationEvent, Section, State, Thread
from cx_feedback.comments.permissions import get_scope
from tests.comments.seen import seen

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def sections(home, talk, write):
    """Two sections: the words "Mine …" and "Hidden from you …" below articles of each."""
    made = {}
    for name, words in (("mine", "Mine"), ("theirs", "Secret")):
        section = home.add_child(instance=type(talk)(title=f"Section {words}", slug=name))
        page = section.add_child(instance=type(talk)(title=f"Page {words}", slug=f"{name}-page"))
        waiting = write(f"{words} waits", page=page, name=f"{words} Author")
        shown = write(f"{words} shown", page=page, state="published", email=f"{name}@example.org")
        Comment.objects.filter(pk=shown.pk).update(author_key=name * 5)
        made[name] = (section, page, waiting, shown)
    return made


@pytest.fixture
def bounded(client, django_user_model, sections):
    """A client of a moderator of the first section."""
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin"]))
    Section.objects.create(group=group, page=sections["mine"][0])
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    client.user = user
    return client


def test_what_a_group_gives(bounded, django_user_model, sections):
    find = django_user_model.objects.get
    assert get_scope(find(username="bounded")).paths == (sections["mine"][0].path,)
    right = Permission.objects.get(codename="moderate_comment")
    bounded.user.groups.get().permissions.add(right)
    assert not get_scope(find(username="bounded")).everywhere
    free = Group.objects.create(name="Everywhere")
    bounded.user.groups.add(free)
    assert not get_scope(find(username="bounded")).everywhere
    free.permissions.add(right)
    assert get_scope(find(username="bounded")).everywhere
    stranger = django_user_model.objects.create_user("nobody", "nobody@example.org", "pw")
    assert not get_scope(stranger)
    stranger.user_permissions.add(right)
    assert get_scope(find(username="nobody")).everywhere


@pytest.mark.parametrize(
    "path",
    [
        "", "?state=all", "?state=all&q=Secret", "?state=all&author=secret", "log/", "bans/",
        "performance/", "results/?state=all",
        "?state=all&author=key:theirstheirstheirstheirstheirs",
    ],
)  # fmt: skip
def test_no_list_shows_the_others(bounded, sections, path):
    everywhere = services.ban_author(comment_id=sections["theirs"][3].pk, kinds=["author"])
    assert everywhere.bans
    services.hide_comments(ids=[sections["theirs"][3].pk], reason="Secret reason")
    response = bounded.get(QUEUE + path)
    html = response.content.decode()
    assert response.status_code == 200
    words = (
        html.replace("q=Secret", "")
        .replace("q%3DSecret", "")
        .replace("author=secret", "")
        .replace('"Secret"', "")
    )
    assert "Secret" not in words
    assert "theirs@" not in html


def test_queue_counts_menu_and_home_are_the_sections(bounded, sections):
    response = bounded.get(QUEUE, {"state": "all"})
    counts = {tab.state: tab.count for tab in response.context["tabs"]}
    assert (counts["all"], counts["pending"], counts["published"]) == (2, 1, 1)
    home = bounded.get("/admin/").content.decode()
    assert "Comments (1)" in home
    assert "Mine waits" in home
    assert "Secret" not in home
    theirs = sections["theirs"]
    asked = bounded.get(QUEUE, {"state": "all", "page": theirs[1].pk}).content.decode()
    assert "Page Secret" not in asked
    narrowed = bounded.get(QUEUE, {"state": "all", "section": theirs[0].pk})
    assert "Secret shown" not in narrowed.content.decode()


def test_no_address_leads_to_the_others(bounded, sections, moderator):
    _section, page, waiting, shown = sections["theirs"]
    act = services.hide_comments(ids=[shown.pk], moderator=moderator)
    ban = services.ban_author(comment_id=shown.pk, kinds=["author"]).bans[0]
    events = ModerationEvent.objects.count()
    for part in ("", "reject/", "reply/", "edit/", "delete/", "ban/"):
        assert bounded.get(f"{QUEUE}{waiting.pk}/{part}", follow=True).status_code == 404
    for part in ("reply/", "edit/", "delete/"):
        sent = {"text": "Hi", "reason": "Mine", "seen": seen([waiting.pk])}
        said = bounded.post(f"{QUEUE}{waiting.pk}/{part}", sent, follow=True)
        assert said.status_code == 404
    sent = {"kinds": ["author"], "days": "7"}
    assert bounded.post(f"{QUEUE}{shown.pk}/ban/", sent, follow=True).status_code == 404
    mine, theirs = sections["mine"][2], [waiting.pk, shown.pk]
    for act_name in (*services.DECISIONS, *services.HIGHLIGHT_ACTIONS):
        bounded.post(f"{QUEUE}decide/", {"act": act_name, "ids": theirs, "seen": seen(theirs)})
    bounded.post(f"{QUEUE}undo/{act.batch}/")
    assert bounded.post(f"{QUEUE}bans/{ban.pk}/lift/", follow=True).status_code == 404
    closed = bounded.post(f"{QUEUE}thread/{page.pk}/", {"closed": "yes"}, follow=True)
    assert closed.status_code == 404
    assert bounded.get(f"{QUEUE}imports/").status_code in (302, 403)
    assert ModerationEvent.objects.count() == events
    assert Ban.objects.active().count() == 1
    assert not Thread.objects.filter(closed=True).exists()
    assert Comment.objects.get(pk=waiting.pk).state == State.PENDING
    assert Comment.objects.get(pk=shown.pk).state == State.HIDDEN
    both = [mine.pk, waiting.pk]
    bounded.post(f"{QUEUE}decide/", {"act": "approve", "ids": both, "seen": seen(both)})
    assert Comment.objects.get(pk=mine.pk).state == State.PUBLISHED
    assert Comment.objects.get(pk=waiting.pk).state == State.PENDING
    undo = ModerationEvent.objects.last()
    bounded.post(f"{QUEUE}undo/{undo.batch}/")
    assert Comment.objects.get(pk=mine.pk).state == State.PENDING


def test_the_page_editor_and_the_audit_log_link_only_to_ones_own(sections, bounded):
    from wagtail.admin.admin_url_finder import AdminURLFinder

    finder = AdminURLFinder(bounded.user)
    assert finder.get_edit_url(sections["mine"][2])
    assert finder.get_edit_url(sections["theirs"][2]) is None


def test_an_address_that_waits_for_its_proof_is_nobodys(bounded, sections):
    comment = sections["mine"][2]
    Comment.objects.filter(pk=comment.pk).update(state=State.AWAITING)
    assert bounded.get(f"{QUEUE}{comment.pk}/", follow=True).status_code == 404
    assert "Mine waits" not in bounded.get(QUEUE, {"state": "all"}).content.decode()
    bounded.post(
        f"{QUEUE}decide/", {"act": "mark_spam", "ids": comment.pk, "seen": seen([comment.pk])}
    )
    assert Comment.objects.get(pk=comment.pk).state == State.AWAITING


def test_sections_and_policies_have_screens(admin_client, sections, talk):
    group = Group.objects.create(name="Politics")
    sent = {"group": group.pk, "page": sections["mine"][0].pk}
    assert admin_client.post("/admin/cx-feedback/comment-sections/new/", sent).status_code == 302
    assert "Politics" in admin_client.get("/admin/cx-feedback/comment-sections/").content.decode()
    new = f"/admin/cx-feedback/comment-policies/new/?page={talk.pk}"
    assert talk.title in admin_client.get(new).content.decode()
    policy = {"page": talk.pk, "rule": "trusted", "free_after": "3", "close_after": "14"}
    assert admin_client.post(new, policy).status_code == 302
    html = admin_client.get("/admin/cx-feedback/comment-policies/").content.decode()
    assert "Review every comment before publishing" in html  # the site's own rule
    assert "/admin/settings/cx_feedback_comments/commentsettings/" in html
    assert "Publish without review after some approved comments" in html
    editor = admin_client.get(f"/admin/pages/{talk.pk}/edit/").content.decode()
    assert f"{QUEUE}?state=all&amp;page={talk.pk}" in editor
    assert "/admin/cx-feedback/comment-policies/edit/" in editor
