"""Authors are told of what the site edits in their comments, and can object."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Objection, State
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import Closed
from cx_feedback.mail.models import Delivery
from cx_feedback.mail.services import send_due
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
API = "/feedback/api/v1/comments/"
MAIL = "ana@example.org"
NUMBER, MASKED = "Call me: 600 123 456", "Call me: …"


@pytest.fixture
def colleague(django_user_model):
    user = django_user_model.objects.create_user("other", "other@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user


@pytest.fixture
def comment(write, reader):
    written = write(NUMBER, reader=reader, email=MAIL, state="published")
    Comment.objects.update(verified=True)
    written.refresh_from_db()
    return written


def redact(comment, moderator, text=MASKED, reason="Private details"):
    comment.refresh_from_db()
    services.edit_as_moderator(
        comment_id=comment.pk,
        text=text,
        moderator=moderator,
        reason=reason,
        seen=services.get_seen(comment),
    )
    comment.refresh_from_db()
    return comment.events.filter(action="edit").latest("pk")


def object_to(event):
    return services.object_to_refusal(event_id=event.pk, text="It is my office's.")


def decide(objection, moderator, *, uphold):
    return services.decide_on_objection(
        objection_id=objection.pk, uphold=uphold, moderator=moderator, answer="So be it"
    )


def send_later(mailoutbox):
    Delivery.objects.update(due_at=timezone.now())
    send_due()
    return mailoutbox


def test_the_mail_says_what_was_done_and_why_without_the_words(
    client, comment, moderator, reader, talk, mailoutbox
):
    client.force_login(moderator)
    sent = {"text": MASKED, "reason": "Private details", "seen": seen([comment.pk])}
    assert client.post(f"{QUEUE}{comment.pk}/edit/", sent).status_code == 302
    client.logout()
    assert send_due().sent == 0
    [mail] = send_later(mailoutbox)
    assert mail.to == [MAIL]
    for body in (mail.body, mail.alternatives[0][0]):
        assert "The site has edited your comment." in body
        assert ("Private details" in body, "600" in body, "Call me" in body) == (True, False, False)
    [told] = client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json().get("refused", [None])
    assert told is None
    client.cookies["cx_reader"] = reader.key.hex
    [told] = client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()["refused"]
    assert ("600 123 456" in told["edit"], told["may_object"]) == (True, True)
    page = client.get(told["url"]).content.decode()
    assert ("600 123 456" in page, "Private details" in page) == (True, True)
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en").content.decode()
    assert ("600 123 456" in own, "The site has edited your comment." in own) == (True, True)
    assert "edited by the site" in own
    assert "600 123 456" not in client.get(talk.url).content.decode()
    stranger = type(client)()
    assert "600" not in stranger.get(told["url"]).content.decode()


def test_without_a_reason_the_author_is_told_all_the_same(
    client, comment, moderator, colleague, reader, talk, mailoutbox
):
    event = redact(comment, moderator, reason="")
    [mail] = send_later(mailoutbox)
    for body in (mail.body, mail.alternatives[0][0]):
        assert "The site has edited your comment." in body
        assert ("Reason" in body, "{reason}" in body, "600" in body) == (False, False, False)
    client.cookies["cx_reader"] = reader.key.hex
    [told] = client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()["refused"]
    assert (told["reason"], told["may_object"]) == ("", True)
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en").content.decode()
    assert "The site has edited your comment." in own
    assert "Reason" not in own
    assert client.get(told["url"]).status_code == 200
    decide(object_to(event), colleague, uphold=True)
    comment.refresh_from_db()
    assert comment.text == NUMBER


def test_in_spanish_without_a_reason(comment, moderator, mailoutbox):
    Comment.objects.update(language="es")
    redact(comment, moderator, reason="")
    [mail] = send_later(mailoutbox)
    for body in (mail.body, mail.alternatives[0][0]):
        assert "El sitio ha editado tu comentario." in body
        assert "Motivo" not in body


def test_who_hides_without_a_reason_tells_nobody(client, comment, moderator, reader, talk):
    services.decide_on_comments("hide", ids=[comment.pk], moderator=moderator)
    client.cookies["cx_reader"] = reader.key.hex
    assert "refused" not in client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()
    assert Delivery.objects.count() == 0


def test_an_address_that_nobody_proved_gets_no_mail(comment, moderator):
    Comment.objects.update(verified=False)
    redact(comment, moderator)
    assert Delivery.objects.count() == 0


def test_nobody_is_told_of_what_the_site_edits_in_spam(
    client, comment, moderator, reader, talk, mailoutbox
):
    services.mark_spam(ids=[comment.pk], moderator=moderator)
    event = redact(comment, moderator)
    assert send_later(mailoutbox) == []
    with pytest.raises(Closed):
        object_to(event)
    client.cookies["cx_reader"] = reader.key.hex
    assert "refused" not in client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()


def test_authors_own_edits_are_no_refusals(comment, reader):
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Other", minutes=60
    )
    assert Delivery.objects.count() == 0


def test_who_accepts_shows_the_authors_words_and_undo_the_sites(
    client, comment, moderator, colleague, talk, mailoutbox
):
    objection = object_to(redact(comment, moderator))
    assert decide(objection, colleague, uphold=True).is_restored
    comment.refresh_from_db()
    assert (comment.text, comment.edited_by_site, comment.edited_at) == (NUMBER, False, None)
    assert "600 123 456" in client.get(talk.url).content.decode()
    assert "Readers see your text now" in send_later(mailoutbox)[-1].body
    services.undo_decision(batch=Objection.objects.get().batch, moderator=colleague)
    comment.refresh_from_db()
    assert (comment.text, comment.edited_by_site, comment.proposed) == (MASKED, True, None)
    assert (comment.objected, Objection.objects.get().state) == (True, "open")
    assert "600 123 456" not in client.get(talk.url).content.decode()


def test_a_pending_comment_stays_pending(comment, moderator, colleague):
    services.decide_on_comments("hide", ids=[comment.pk])
    services.decide_on_comments("reject", ids=[comment.pk])
    services.restore_comments(ids=[comment.pk])
    objection = object_to(redact(comment, moderator))
    done = decide(objection, colleague, uphold=True)
    comment.refresh_from_db()
    assert (comment.state, comment.text, done.is_restored) == (State.PENDING, NUMBER, False)


def test_the_last_edit_is_what_can_be_objected_to(comment, moderator, colleague):
    first = redact(comment, moderator)
    second = redact(comment, moderator, text="Call me.")
    with pytest.raises(Closed, match="text has changed"):
        object_to(first)
    decide(object_to(second), colleague, uphold=True)
    comment.refresh_from_db()
    assert comment.text == NUMBER


def test_an_edit_that_waited_is_what_the_author_wrote(comment, moderator, colleague, reader):
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text=f"{NUMBER}!", minutes=60
    )
    decide(object_to(redact(comment, moderator)), colleague, uphold=True)
    comment.refresh_from_db()
    assert (comment.text, comment.proposed) == (f"{NUMBER}!", None)


def test_a_new_text_of_the_author_ends_the_decision_once_it_is_shown(comment, moderator, reader):
    event = redact(comment, moderator)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Write to me", minutes=60
    )
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    with pytest.raises(Closed, match="text has changed"):
        object_to(event)


def test_both_a_redaction_and_a_refused_edit_are_shown(client, comment, moderator, reader, talk):
    redact(comment, moderator)
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Again 600", minutes=60
    )
    services.decide_on_comments(
        "refuse_edit", ids=[comment.pk], moderator=moderator, reason="Again a number"
    )
    client.cookies["cx_reader"] = reader.key.hex
    told = client.get(f"{API}?page={talk.pk}&only=mine", **OWN).json()["refused"]
    assert [each["reason"] for each in told] == ["Again a number", "Private details"]


def test_the_queue_shows_what_accepting_would_show(client, comment, moderator, colleague):
    object_to(redact(comment, moderator))
    client.force_login(colleague)
    tab = client.get(QUEUE, {"state": "objected"}).content.decode()
    assert ("Edited by the site" in tab, "600 123 456" in tab) == (True, True)
