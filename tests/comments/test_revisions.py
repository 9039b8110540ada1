"""Every decision is about the text and the state that were seen."""

import datetime
import json

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    CommentRevision,
    CommentSettings,
    Flag,
    ModerationEvent,
    PastDecision,
    SpamCheck,
    State,
    Thread,
    Vote,
)
from cx_feedback.comments.services import decisions, network_scorer_checks
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.revisions import add_revision, parse_seen, restore_revision
from cx_feedback.comments.services.votes import VoteChoice
from cx_feedback.comments.spam import SpamFinding
from cx_feedback.comments.submission import initial_state
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import export_person
from tests.comments.seen import seen
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
DECIDE = f"{QUEUE}decide/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def mod_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def edit(reader):
    """A function by which the reader edits an own comment, which is reloaded."""

    def edit(comment, text):
        services.edit_comment(
            comment_id=comment.pk, actor=Actor(reader=reader), text=text, minutes=60
        )
        comment.refresh_from_db()

    return edit


def test_an_edit_that_waits_leaves_the_approved_text_public(
    client, mod_client, talk, write, edit, reader
):
    comment = write("Good words", state="published", reader=reader)
    edit(comment, "Bad words")
    assert (comment.state, comment.text, comment.proposed) == (State.PUBLISHED, "Good words", 2)
    html = mod_client.get(talk.url).content.decode()
    assert ("Good words" in html, "Bad words" in html) == (True, False)
    tabs = mod_client.get(QUEUE, {"state": "edited"})
    assert {tab.state: tab.count for tab in tabs.context["tabs"]}["edited"] == 1
    shown = tabs.content.decode()
    assert '<span class="deletion">Good</span><span class="addition">Bad</span> words' in shown
    assert "Publish the edit" in shown
    client.cookies["cx_reader"] = reader.key.hex
    own = client.get(f"/feedback/comments/mine/?page={talk.pk}&lang=en").content.decode()
    assert ("Good words" in own, "Bad words" in own) == (True, True)
    answer = client.get(f"/feedback/api/v1/comments/?page={talk.pk}", **OWN).json()
    assert answer["edits"] == {str(comment.pk): "<p>Bad words</p>"}


def test_approval_shows_the_edit_and_undo_lets_it_wait_again(mod_client, write, edit, reader):
    comment = write("Good words", state="published", reader=reader)
    edit(comment, "Better words")
    sent = {"one": f"approve:{comment.pk}", "seen": seen([comment.pk])}
    answer = mod_client.post(DECIDE, sent, **JSON).json()
    comment.refresh_from_db()
    assert (comment.text, comment.revision, comment.proposed) == ("Better words", 2, None)
    assert comment.edited_at == comment.revisions.get(number=2).created_at
    log = mod_client.get(f"{QUEUE}log/").content.decode()
    assert "Better words" in log
    mod_client.post(f"{QUEUE}undo/{answer['batch']}/")
    comment.refresh_from_db()
    assert (comment.text, comment.revision, comment.proposed) == ("Good words", 1, 2)
    assert comment.edited_at is None
    assert comment.events.get(batch=answer["batch"]).undone
    assert rebuild_counters() == 0


@pytest.mark.parametrize(("before", "touches"), [("published", True), ("", False)])
@pytest.mark.parametrize("accept", [True, False])
def test_only_a_settled_edit_of_a_published_comment_changes_the_page(
    write, monkeypatch, before, touches, accept
):
    comment = write("Good words", state=before)
    add_revision(comment, "Other words", waits=True)
    comment.save()
    touched = []
    monkeypatch.setattr(decisions, "touch_threads", touched.extend)
    decisions.settle_proposals([comment], accept=accept, now=timezone.now())
    assert touched == ([comment.thread_id] if touches else [])


def test_a_refused_edit_leaves_the_text_and_reports(mod_client, write, edit, reader):
    comment = write("Good words", state="published", reader=reader)
    Comment.objects.update(flags=1)
    edit(comment, "Bad words")
    sent = {"one": f"refuse_edit:{comment.pk}", "seen": seen([comment.pk])}
    assert mod_client.post(DECIDE, sent, **JSON).json()["message"] == "1 edit refused."
    comment.refresh_from_db()
    assert (comment.text, comment.proposed, comment.flags) == ("Good words", None, 1)
    again = mod_client.post(DECIDE, sent, **JSON).json()
    assert again["changed"] == {}


@pytest.mark.parametrize("rule", ["all", "first", "trusted"])
def test_the_rule_decides_on_edits_of_guests_as_on_comments(talk, write, edit, reader, rule):
    CommentSettings.objects.create(site=talk.get_site(), rule=rule)
    comment = write("Good words", state="published", reader=reader)
    edit(comment, "Other words")
    assert (comment.text, comment.proposed) == ("Good words", 2)


def test_the_sites_own_words_are_edited_at_once(write, edit, reader):
    comment = write("Good words", state="published", reader=reader)
    Comment.objects.update(by_staff=True)
    edit(comment, "Other words")
    assert (comment.text, comment.proposed) == ("Other words", None)


@pytest.mark.parametrize(("verified", "shown"), [(True, "Other words"), (False, "Good words")])
def test_edits_of_an_approved_author_are_shown(talk, write, edit, reader, verified, shown):
    CommentSettings.objects.create(site=talk.get_site(), rule="first")
    comment = write("Good words", state="published", reader=reader)
    Comment.objects.update(verified=verified, author_key="ana")
    edit(comment, "Other words")
    assert comment.text == shown


def test_an_edited_comment_is_not_approved_by_an_old_queue(mod_client, write, edit, reader):
    comment = write("Good words", reader=reader)
    sent = {"one": f"approve:{comment.pk}", "seen": seen([comment.pk])}
    edit(comment, "Bad words")
    answer = mod_client.post(DECIDE, sent, **JSON).json()
    assert (answer["changed"], list(answer["conflicts"])) == ({}, [str(comment.pk)])
    row = answer["conflicts"][str(comment.pk)]
    assert '<span class="deletion">Good</span><span class="addition">Bad</span>' in row
    plain = mod_client.post(DECIDE, sent)
    assert plain.status_code == 409
    assert f"{comment.pk}:2:pending" in plain.content.decode()
    comment.refresh_from_db()
    assert comment.state == State.PENDING
    assert not ModerationEvent.objects.exists()
    sent["seen"] = seen([comment.pk])
    mod_client.post(DECIDE, sent)
    comment.refresh_from_db()
    assert (comment.state, comment.events.get().revision) == (State.PUBLISHED, 2)


def test_a_colleague_is_not_overturned_unnoticed(mod_client, moderator, write):
    comment = write("Words")
    sent = {"one": f"approve:{comment.pk}", "seen": seen([comment.pk])}
    services.reject_comments(ids=[comment.pk], moderator=moderator)
    answer = mod_client.post(DECIDE, sent, **JSON).json()
    row = answer["conflicts"][str(comment.pk)]
    assert "changed this comment to “Rejected”" in row
    assert Comment.objects.get().state == State.REJECTED


def test_the_same_decision_of_a_colleague_is_no_conflict(mod_client, moderator, write):
    comment = write("Words")
    sent = {"one": f"approve:{comment.pk}", "seen": seen([comment.pk])}
    services.approve_comments(ids=[comment.pk], moderator=moderator)
    assert mod_client.post(DECIDE, sent, **JSON).json()["conflicts"] == {}


@pytest.mark.parametrize("said", [[], ["1"], ["x:1:pending"], ["1:x:pending"], ["1:٣:pending"]])
def test_a_form_that_does_not_say_what_it_showed_decides_nothing(mod_client, write, said):
    comment = write("Words")
    sent = {"act": "approve", "ids": [comment.pk], "seen": said}
    assert mod_client.post(DECIDE, sent).status_code == 409
    assert Comment.objects.get().state == State.PENDING


def test_many_are_decided_but_for_what_has_changed(mod_client, write, edit, reader):
    mine, other = write("Good words", reader=reader), write("Other")
    sent = {"act": "approve", "ids": [mine.pk, other.pk], "seen": seen([mine.pk, other.pk])}
    edit(mine, "Bad words")
    answer = mod_client.post(DECIDE, sent, **JSON).json()
    assert (list(answer["changed"]), list(answer["conflicts"])) == ([str(other.pk)], [str(mine.pk)])
    assert answer["message"] == (
        "1 comment approved. 1 comment has changed since you opened it: decide about it again."
    )


def test_undo_publishes_no_text_that_was_written_since(write, edit, reader, moderator):
    comment = write("Good words", state="published", reader=reader)
    spam = services.mark_spam(ids=[comment.pk], moderator=moderator)
    edit(comment, "Bad words")
    assert comment.state == State.SPAM
    assert services.undo_decision(batch=spam.batch, moderator=moderator).changed == {}
    assert Comment.objects.get().state == State.SPAM


def test_a_reply_names_what_it_answers(mod_client, moderator, write, edit, reader):
    comment = write("Good words", reader=reader)
    sent = {"text": "We agree", "name": "Ed", "seen": seen([comment.pk])}
    edit(comment, "Bad words")
    page = mod_client.post(f"{QUEUE}{comment.pk}/reply/", sent)
    assert page.status_code == 409
    html = page.content.decode()
    assert ("We agree" in html, "has changed since you opened it" in html) == (True, True)
    assert Comment.objects.count() == 1
    sent["seen"] = seen([comment.pk])
    assert mod_client.post(f"{QUEUE}{comment.pk}/reply/", sent).status_code == 302
    assert Comment.objects.published().count() == 2


def test_a_moderator_edits_and_the_authors_words_are_kept(mod_client, talk, write, edit, reader):
    CommentSettings.objects.create(site=talk.get_site(), rule="open")
    comment = write("Call me: 600 123 456", state="published", reader=reader)
    url = f"{QUEUE}{comment.pk}/edit/"
    assert "Call me: 600 123 456" in mod_client.get(url).content.decode()
    sent = {"text": "Call me: [number removed]", "reason": "Phone", "seen": seen([comment.pk])}
    assert mod_client.post(url, sent).status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.edited_by_site) == ("Call me: [number removed]", True)
    page = mod_client.get(talk.url).content.decode()
    assert ("edited by the site" in page, "600 123" in page) == (True, False)
    assert "600 123 456" in mod_client.get(f"{QUEUE}{comment.pk}/").content.decode()
    entry = ModelLogEntry.objects.get(action="cx_feedback.comments.comment.edit")
    assert entry.data["reason"] == "Phone"
    # The author can't bring the number back unread, whatever the rule.
    edit(comment, "Call me: 600 123 456!")
    assert (comment.text, comment.proposed) == ("Call me: [number removed]", 3)


def test_bad_edits_of_a_moderator_change_nothing(mod_client, moderator, write, edit, reader):
    comment = write("Words", state="published", reader=reader)
    url = f"{QUEUE}{comment.pk}/edit/"
    for text in ("", "  \n", "\u200b", "> ", "[ ](https://a.example)", "x" * 100_000):
        page = mod_client.post(url, {"text": text, "seen": seen([comment.pk])})
        assert page.status_code == 400
    old = seen([comment.pk])
    edit(comment, "Newer")
    page = mod_client.post(url, {"text": "My careful redaction", "seen": old})
    assert (page.status_code, "My careful redaction" in page.content.decode()) == (409, True)
    comment.refresh_from_db()
    assert (comment.text, comment.edited_by_site) == ("Words", False)
    known = services.get_seen(comment)
    with pytest.raises(InvalidInput) as caught:
        services.edit_as_moderator(
            comment_id=comment.pk, text="\u200b", moderator=moderator, seen=known
        )
    assert "text" in caught.value.fields


def test_deletion_for_good_needs_a_reason_and_leaves_no_words(
    mod_client, talk, write, edit, reader, moderator
):
    comment = write("Secret one", state="published", reader=reader, email="a@example.org")
    write("A reply", parent=comment, state="published")
    edit(comment, "Secret two")
    url = f"{QUEUE}{comment.pk}/delete/"
    sent = {"reason": " ", "seen": seen([comment.pk])}
    assert mod_client.post(url, sent).status_code == 400
    known = services.get_seen(comment)
    assert mod_client.post(url, {**sent, "reason": "A court's order"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.state, comment.text, comment.author_email) == (State.ERASED, "", "")
    assert not CommentRevision.objects.exists()
    assert (Thread.objects.get().published, rebuild_counters()) == (1, 0)
    entry = ModelLogEntry.objects.get(action="cx_feedback.comments.comment.delete")
    assert (entry.data["reason"], entry.user) == ("A court's order", moderator)
    with pytest.raises(NotFound):
        services.delete_as_moderator(
            comment_id=comment.pk, reason="Again", moderator=moderator, seen=known
        )
    assert mod_client.get(f"/feedback/comments/{comment.pk}/").status_code in (200, 410)
    batch = ModerationEvent.objects.get(action="delete").batch
    assert services.undo_decision(batch=batch, moderator=moderator).changed == {}


def test_a_decision_on_a_deleted_comment_is_a_conflict_of_words(write, moderator):
    comment = write("Words")
    known = services.get_seen(comment)
    services.delete_as_moderator(comment_id=comment.pk, reason="x", moderator=moderator, seen=known)
    done = services.decide_on_comments("approve", ids=[comment.pk], seen={comment.pk: known})
    assert (done.changed, done.conflicts) == ({}, [comment.pk])
    with pytest.raises((Conflict, NotFound)):
        services.edit_as_moderator(
            comment_id=comment.pk, text="New", moderator=moderator, seen=known
        )


def test_texts_go_with_the_author_and_with_time(write, edit, reader, settings):
    comment = write("One", state="published", reader=reader)
    edit(comment, "Two")
    edit(comment, "Three")
    texts = export_person(reader_ids=[reader.pk])["comments"][0]["earlier_texts"]
    assert [one["text"] for one in texts] == ["Two", "Three"]
    late = timezone.now() + datetime.timedelta(days=91)
    assert services.delete_old_revisions(now=late) == 1  # "Two": the others are shown or wait
    services.delete_comment(comment_id=comment.pk, actor=Actor(reader=reader), minutes=60)
    assert not CommentRevision.objects.exists()
    again = write("Four", state="published", reader=reader)
    edit(again, "Five")
    services.erase_comments(reader_ids=[reader.pk])
    assert not CommentRevision.objects.exists()


def test_refused_comments_go_after_the_sites_time(write, moderator, settings):
    rejected, answered = write("Refused"), write("Answered", state="published")
    write("A reply", parent=answered, state="published")
    kept = write("Kept", state="published")
    services.reject_comments(ids=[rejected.pk, answered.pk], moderator=moderator)
    later = timezone.now() + datetime.timedelta(days=181)
    spam = write("Spam")
    services.mark_spam(ids=[spam.pk], moderator=moderator)
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_REFUSED_DAYS": 0}
    assert services.delete_refused_comments(now=later) == 0
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_REFUSED_DAYS": 180}
    assert services.delete_refused_comments(now=later - datetime.timedelta(days=2)) == 0
    assert services.delete_refused_comments(now=later) == 2
    assert {answered.pk, kept.pk} < set(Comment.objects.values_list("pk", flat=True))


def test_all_that_belongs_to_a_refused_comment_goes_with_it(write, edit, reader, moderator):
    comment, other = write("Good words", state="published", reader=reader), Reader.objects.create()
    edit(comment, "Other words")
    actor = Actor(reader=other)
    services.cast_vote(comment_id=comment.pk, actor=actor, choice=VoteChoice(1))
    services.flag_comment(comment_id=comment.pk, actor=actor, reason="abuse", text="Look")
    services.mark_spam(ids=[comment.pk], moderator=moderator)
    kinds = (CommentRevision, Vote, Flag, ModerationEvent)
    assert all(kind.objects.exists() for kind in kinds)
    late = timezone.now() + datetime.timedelta(days=181)
    assert services.delete_refused_comments(now=late) == 1
    assert not any(kind.objects.exists() for kind in (Comment, *kinds))
    # The transparency report still counts the decision and the report, the page nothing.
    counted = set(PastDecision.objects.values_list("subject", "kind", "count"))
    assert {("event", "mark_spam", 1), ("report", "abuse", 1)} <= counted
    assert rebuild_counters() == 0


def test_the_edit_form_shows_what_the_author_wrote_last(client, write, edit, reader):
    comment = write("One", state="published", reader=reader)
    edit(comment, "Two")
    client.cookies["cx_reader"] = reader.key.hex
    html = client.get(f"/feedback/comments/{comment.pk}/edit/?lang=en").content.decode()
    assert "Two" in html
    body = json.dumps({"text": "Two"})
    answer = client.patch(
        f"/feedback/api/v1/comments/{comment.pk}/", body, content_type="application/json", **OWN
    ).json()
    assert answer["edit"] == "<p>Two</p>"
    assert CommentRevision.objects.count() == 2


def test_an_edit_that_has_to_be_read_waits_after_the_check_of_a_network_scorer(
    talk, write, edit, reader, monkeypatch
):
    rule = {"rule": "open", "blocked_words": "casino"}
    CommentSettings.objects.create(site=talk.get_site(), **rule)
    monkeypatch.setattr(network_scorer_checks, "score_by_network", lambda submission: [])
    good, bad = write("Good words", reader=reader), write("Good words too", reader=reader)
    for comment in (good, bad):  # a proof of work was solved for each
        SpamCheck.objects.create(comment=comment, is_solved=True, sealed="")
    edit(good, "Better words")
    edit(bad, "Casino")
    assert services.run_due_checks() == 2
    states = Comment.objects.in_bulk([good.pk, bad.pk])
    assert (states[good.pk].state, states[bad.pk].state) == (State.PUBLISHED, State.PENDING)


def test_a_doubtful_edit_before_the_proof_of_the_address_waits_for_a_moderator(
    talk, write, edit, reader, monkeypatch
):
    CommentSettings.objects.create(site=talk.get_site(), rule="first")
    comment = write("Good words", reader=reader, email="ana@example.org")
    Comment.objects.update(state=State.AWAITING)
    finding = SpamFinding("links", 2.5)
    monkeypatch.setattr(initial_state, "score_submission", lambda *_args, **_how: [finding])
    edit(comment, "Doubtful words")
    assert comment.state == State.PENDING


def test_undo_shows_no_text_whose_approval_was_undone(write, edit, reader, moderator):
    comment = write("First", state="published", reader=reader)
    edit(comment, "Second")
    approved = services.approve_comments(ids=[comment.pk], moderator=moderator)
    edit(comment, "Third")
    refused = services.decide_on_comments("refuse_edit", ids=[comment.pk], moderator=moderator)
    services.undo_decision(batch=approved.batch, moderator=moderator)
    services.undo_decision(batch=refused.batch, moderator=moderator)
    comment.refresh_from_db()
    assert comment.text == "First"


@pytest.mark.parametrize(("shown", "proposed"), [(1, 3), (3, 2), (3, None)])
def test_a_text_that_is_no_longer_stored_cannot_come_back(write, edit, reader, shown, proposed):
    comment = write("First", state="published", reader=reader)
    edit(comment, "Second")
    assert not restore_revision(comment, shown=shown, proposed=proposed)
    comment.refresh_from_db()
    assert (comment.text, comment.proposed) == ("First", 2)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3:published", (3, "published")),
        ("999999999:pending", (999_999_999, "pending")),
        ("1000000000:pending", None),  # more than the database can compare with
        ("3:", None),
        (":pending", None),
        ("-3:pending", None),
        ("three:pending", None),
        ("", None),
    ],
)
def test_what_was_seen_comes_back_as_it_was_sent(said, meant):
    found = parse_seen(said)
    assert (found and (found.revision, found.state)) == meant
    assert found is None or str(found) == said
