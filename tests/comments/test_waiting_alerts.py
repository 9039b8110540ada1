"""Moderators are told once of what waits longer than the site sets."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, CommentSettings, Section, WaitingAlert
from cx_feedback.comments.schedule import SCHEDULE
from cx_feedback.comments.submission.author import Actor
from cx_feedback.comments.tasks import alert_moderators
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def watched(talk, moderator):
    """A site that alerts after a day, and its one moderator."""
    return CommentSettings.objects.create(site=talk.get_site(), alert_hours=24)


def later(hours):
    return services.alert_moderators(now=timezone.now() + hours * HOUR)


def test_each_moderator_gets_one_mail_per_stretch(watched, write, moderator, mailoutbox):
    first = write()
    assert later(23) == 0
    assert later(25) == 1
    assert (later(25), alert_moderators()) == (0, 0)  # the task runs now: nothing is late any more
    assert WaitingAlert.objects.get().ended_at is not None
    assert later(25) == 1  # another stretch
    write()
    assert later(49) == 0
    send_due()
    [mail] = mailoutbox  # that of the first stretch had nothing to say any more
    assert (mail.to, "1" in mail.body, "{" in mail.body) == (["mod@example.org"], True, False)
    assert "24 hours" in mail.body
    assert "/admin/cx-feedback/comments/" in mail.body
    assert first.text not in mail.body
    services.approve_comments(ids=list(Comment.objects.values_list("pk", flat=True)))
    assert later(99) == 0
    assert not WaitingAlert.objects.filter(ended_at=None).exists()


def test_a_mail_is_not_sent_after_the_wait_is_over(watched, write, mailoutbox):
    comment = write()
    later(25)
    services.approve_comments(ids=[comment.pk])
    later(26)
    send_due()
    assert mailoutbox == []


def test_a_comment_that_waits_again_waits_from_then(watched, write, moderator):
    comment = write(state="reject")
    Comment.objects.update(created_at=timezone.now() - 99 * HOUR)
    services.restore_comments(ids=[comment.pk], moderator=moderator)
    assert (later(23), later(25)) == (0, 1)


def test_edits_and_objections_wait_too(watched, write, reader, moderator):
    comment = write("Good", reader=reader, state="published")
    services.edit_comment(comment_id=comment.pk, actor=Actor(reader=reader), text="B", minutes=60)
    comment.refresh_from_db()
    assert comment.proposed
    assert (later(23), later(25)) == (0, 1)
    services.reject_comments(ids=[comment.pk], moderator=moderator, reason="Why")
    assert later(25) == 0
    services.object_to_refusal(event_id=comment.events.latest("pk").pk, text="Because")
    assert (later(23), later(25)) == (0, 1)


def test_only_who_may_decide_there_is_told(
    watched, write, talk, home, moderator, django_user_model
):
    other = home.add_child(instance=ArticlePage(title="Other", slug="other"))
    for place, page in (("here", talk), ("there", other)):
        group = Group.objects.create(name=place)
        group.permissions.set(Permission.objects.filter(codename="access_admin"))
        Section.objects.create(group=group, page=page)
        user = django_user_model.objects.create_user(place, f"{place}@example.org", "pw")
        user.groups.add(group)
    django_user_model.objects.create_superuser("silent", "", "pw")
    write()
    assert later(25) == 2
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {"mod@example.org", "here@example.org"}


def test_a_site_that_sets_no_hours_alerts_nobody(write, talk, moderator):
    settings = CommentSettings.objects.create(site=talk.get_site())
    write()
    assert later(9999) == 0
    settings.alert_hours = 1
    settings.save()
    assert later(2) == 1
    settings.alert_hours = 0
    settings.save()
    assert later(2) == 0
    assert not WaitingAlert.objects.filter(ended_at=None).exists()
    assert later(24 * 60) == 0
    assert not WaitingAlert.objects.exists()  # ended long ago


def test_the_first_page_says_so(client, watched, write, moderator):
    write()
    client.force_login(moderator)
    words = "has waited too long"
    assert words not in client.get("/admin/").content.decode()
    Comment.objects.update(created_at=timezone.now() - 25 * HOUR)
    alert_moderators()
    html = client.get("/admin/").content.decode()
    assert (words in html, "more than 24 hours" in html) == (True, True)
    services.approve_comments(ids=[Comment.objects.get().pk])
    assert words not in client.get("/admin/").content.decode()


def test_the_mail_is_in_the_moderators_language(watched, write, moderator):
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=moderator, preferred_language="es")
    write()
    later(25)
    message = Delivery.objects.get().message
    assert ("esperan" in message.subject, "24 horas" in message.text) == (True, True)


def test_the_job_is_on_the_schedule():
    assert SCHEDULE["cx-comments-alert-moderators"]["task"] == alert_moderators.name
