"""Every way by which words of a person get into the package, each with a marker of its own.

A way is a function that takes the ``Site`` and its marker. ``stored=False`` is for what must never
be stored at all.
"""

import json
import re
import uuid
from dataclasses import dataclass, field
from io import StringIO
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document

from cx_feedback.comments import services as comments
from cx_feedback.comments.exports.json_export import FORMAT, VERSION
from cx_feedback.comments.exports.vote_records import hash_reader_key
from cx_feedback.comments.models import Ban, Comment, Follow
from cx_feedback.comments.models.thread_paths import new_key
from cx_feedback.comments.services.author_questions import ask_author
from cx_feedback.conversations import services as conversations
from cx_feedback.conversations.models import Conversation, ConversationMessage, ConversationRule
from cx_feedback.mail import anymail_events
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, MailReport, Suppression
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.guides import signed_links as guide_links
from cx_feedback.newsletter.imports import services as subscriber_imports
from cx_feedback.newsletter.models import (
    FollowUpRule,
    Issue,
    MailingList,
    SubscriberImport,
    Subscription,
)
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.background import jobs
from cx_feedback.readers.models import JobRun
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.exports.services import request_export, write_export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.services.response_notes import add_note
from cx_feedback.surveys.services.response_tags import add_tag
from cx_feedback.webhooks import services as webhooks
from cx_feedback.webhooks.events.event_types import EVENT_TYPES
from cx_feedback.webhooks.services import sending
from cx_feedback.webhooks.transport.pinned_connection import PostResult
from tests.comments import files
from tests.comments.seen import seen
from tests.conftest import OWN
from tests.newsletter.conftest import link_in, send
from tests.surveys.flow.conftest import block
from tests.surveys.questions.asking import BLOCKS, GOOD, raw

API = "/feedback/api/v1/"
EMAIL = "canary@person.example"
FAN = "fan@example.org"
#: Types of questions that take words, with the answer that holds them.
WORDS: dict[str, Any] = {
    "choice": lambda word: {"other": word},
    "choices": lambda word: ["red", {"other": word}],
    "dropdown": lambda word: {"other": word},
    "short_text": lambda word: word,
    "text": lambda word: word,
    "email": lambda word: f"{word}@person.example",
}


@dataclass
class Site:
    """A site with one of everything, and the browser of the person."""

    page: Any
    moderator: Any
    admin: Client
    browser: Client = field(default_factory=Client)
    written: int = 0

    def __post_init__(self) -> None:
        stream = [raw(kind) for kind in BLOCKS]
        self.survey = surveys.publish_survey(
            survey=Survey(
                title="All of them",
                questions=stream,
                open_by_address=True,
                mails_answers=True,
                hidden_fields="source",
            )
        )
        pages = [raw("text"), block("page_break", "two"), raw("rating")]
        self.kept = surveys.publish_survey(
            survey=Survey(
                title="In pages", questions=pages, open_by_address=True, keeps_partials=True
            )
        )
        self.widget = surveys.publish_survey(
            survey=NPSWidget(title="Recommend us?", open_by_address=True, keeps_partials=True)
        )
        self.list = MailingList.objects.create(name="Friday letter")
        webhooks.create_endpoint(
            owner=self.moderator,
            name="The shop",
            url="https://shop.example.org/",
            events=list(EVENT_TYPES),
            with_texts=True,
        )
        FollowUpRule.objects.create(
            name="Thanks",
            trigger="answered",
            mailing_list=self.list,
            subject="Dear {name}",
            body="<p>Thank you, {name}.</p>",
            active=True,
        )

    def rest(self, path: str, body: dict[str, Any], method: str = "post", **how: Any) -> Any:
        """Send JSON, and return what comes back."""
        send_it = getattr(how.pop("browser", self.browser), method)
        body = {"page": self.page.pk, **body} if method == "post" else body
        how = {"content_type": "application/json", **OWN, **how}
        response = send_it(API + path, body, **how)
        assert response.status_code in (200, 201, 202, 204), response.content
        return response.json() if response.content else None

    def form(self, path: str, data: dict[str, Any], **how: Any) -> Any:
        """Post a form."""
        browser = how.pop("browser", self.browser)
        data = {"page": self.page.pk, **data}
        response = browser.post(f"/feedback/{path}", data, **OWN, **how)
        assert response.status_code in (200, 302, 303), response.content
        return response

    def write(self, text: str, **said: Any) -> Comment:
        """Write a comment as the person, over REST."""
        body = {"name": "Canary", "email": EMAIL, "text": text, **said}
        self.written += 1  # from another network each time: nobody is asked to wait
        address = f"10.{self.written}.1.1"
        written = self.rest("comments/", body, REMOTE_ADDR=address)
        return Comment.objects.get(pk=written["id"])

    def answer(self, **more: Any) -> Response:
        """Answer the survey over REST."""
        answers = more.pop("answers", {"q-rating": 3})
        path = f"surveys/{self.survey.pk}/responses/"
        self.rest(path, {"answers": answers, **more})
        return Response.objects.latest("pk")


@dataclass(frozen=True)
class Way:
    """A way in, its marker and whether the marker is stored before the erasure."""

    name: str
    marker: str
    run: Any
    stored: bool = True


WAYS: list[Way] = []


def way_in(stored: bool = True) -> Any:
    """Add the function to the ways, named after it."""

    def add(function: Any) -> Any:
        marker = f"canary{len(WAYS):02d}x"
        WAYS.append(Way(function.__name__, marker, function, stored))
        return function

    return add


@way_in()
def subscribe_with_a_name(site, word):
    site.rest("subscriptions/", {"email": EMAIL.title(), "name": word})
    (opt_in,) = send()
    site.browser.post(link_in(opt_in, "confirm"), **OWN)


def _add_question_types() -> None:
    for kind, build in WORDS.items():

        def by_rest(site, word, kind=kind, build=build):
            site.answer(answers={f"q-{kind}": build(word)})

        def by_form(site, word, kind=kind):
            parts = GOOD[kind][1]
            other = {part: word if part == ".other" else value for part, value in parts.items()}
            if ".other" not in parts:
                other = {"": WORDS[kind](word)}
            if kind == "choice":
                other[""] = ":other"
            data = {f"answers.q-{kind}{part}": value for part, value in other.items()}
            site.form(f"surveys/{site.survey.pk}/", data)

        by_rest.__name__, by_form.__name__ = f"answer_{kind}_by_rest", f"answer_{kind}_by_form"
        way_in()(by_rest)
        way_in()(by_form)


_add_question_types()


@way_in()
def hidden_field_by_rest(site, word):
    site.answer(hidden={"source": word})


@way_in()
def hidden_field_by_form(site, word):
    path = f"surveys/{site.survey.pk}/"
    site.form(path, {"answers.q-rating": "3", "hidden.source": word})


@way_in(stored=False)
def key_of_a_request(site, word):
    how = {"HTTP_IDEMPOTENCY_KEY": word}
    path = f"surveys/{site.survey.pk}/responses/"
    site.rest(path, {"answers": {"q-rating": 2}}, **how)


@way_in(stored=False)
def key_of_a_comment(site, word):
    body = {"name": "Canary", "email": EMAIL, "text": "With a key"}
    site.rest("comments/", body, HTTP_IDEMPOTENCY_KEY=word)


@way_in()
def unfinished_response(site, word):
    body = {"partial": str(uuid.uuid4()), "sequence": 1, "upto": "q-text"}
    site.rest(f"surveys/{site.kept.pk}/partials/", {**body, "answers": {"q-text": word}})


@way_in()
def copy_of_the_answers(site, word):
    site.answer(answers={"q-text": word}, copy_to=EMAIL)
    send()


@way_in()
def copy_to_another_address(site, word):
    site.answer(answers={"q-text": "A copy"}, copy_to=f"{word}@person.example")
    send()


@way_in()
def nps_reason_by_rest(site, word):
    answers = {"score": 9, "reason": word}
    site.rest(f"nps/{site.widget.pk}/responses/", {"answers": answers})


@way_in()
def nps_reason_by_form(site, word):
    site.form(f"nps/{site.widget.pk}/", {"answers.score": "2", "answers.reason": word})


@way_in()
def nps_address(site, word):
    answers = {"score": 1, "reason": "Slow", "email": f"{word}@person.example"}
    site.rest(f"nps/{site.widget.pk}/responses/", {"answers": answers})


@way_in()
def comment_by_rest(site, word):
    site.write(word)


@way_in()
def name_of_a_comment(site, word):
    site.write("With a name", name=word)


@way_in()
def comment_by_form(site, word):
    site.form("comments/post/", {"name": "Canary", "email": EMAIL, "text": word})


@way_in()
def comment_of_another_browser(site, word):
    """The address alone leads to it."""
    data = {"name": "Canary", "email": EMAIL, "text": word}
    site.form("comments/post/", data, browser=Client())


@way_in()
def comment_with_another_address(site, word):
    """A mail asks that address whether it is the author's."""
    site.write("Of a second address", email=f"{word}@person.example")
    send()


@way_in()
def reply_to_somebody(site, word):
    other = site.rest(
        "comments/", {"name": "Bo", "text": "Others’ words", "email": FAN}, browser=Client()
    )
    comments.approve_comments(ids=[other["id"]], moderator=site.moderator)
    site.write(word, parent=other["id"])


@way_in()
def text_before_an_edit(site, word):
    comment = site.write(word)
    site.rest(f"comments/{comment.pk}/", {"text": "Said otherwise"}, "patch")


@way_in()
def edit_by_form(site, word):
    comment = site.write("First version")
    site.form(f"comments/{comment.pk}/edit/", {"text": word})


@way_in()
def comment_that_followers_got(site, word):
    comment = site.write(word)
    thread = comment.thread
    Follow.objects.get_or_create(
        thread=thread, email=FAN, defaults={"confirmed_at": timezone.now()}
    )
    comments.approve_comments(ids=[comment.pk], moderator=site.moderator)
    comments.follower_notifications.notify_followers()
    assert any(word in message.body for message in send())


@way_in()
def published_comment_in_a_cache(site, word):
    comment = site.write(word)
    comments.approve_comments(ids=[comment.pk], moderator=site.moderator)
    anybody = Client()
    assert word in anybody.get(site.page.url).content.decode()
    for path in (f"comments/page/{site.page.pk}/", f"comments/page/{site.page.pk}/rss/"):
        anybody.get(f"/feedback/{path}")
    anybody.get(f"{API}comments/?page={site.page.pk}")


@way_in()
def flag_by_rest(site, word):
    other = Comment.objects.filter(author_name="Bo").latest("pk")
    site.rest(f"comments/{other.pk}/flags/", {"reason": "other", "text": word})


@way_in()
def flag_by_form(site, word):
    other = site.rest("comments/", {"name": "Bo", "text": "More words"}, browser=Client())
    comments.approve_comments(ids=[other["id"]], moderator=site.moderator)
    site.form(f"comments/{other['id']}/flags/", {"reason": "other", "text": word})


@way_in()
def follow_by_form(site, word):
    """The address that is typed into this browser is another one of the same person."""
    site.form("comments/follow/", {"email": f"{word}@person.example"})
    send()


@way_in()
def words_of_a_moderator(site, word):
    comment = site.write("To be shortened")
    comments.edit_as_moderator(
        comment_id=comment.pk,
        text=word,
        moderator=site.moderator,
        seen=comments.get_seen(comment),
    )


@way_in()
def note_on_an_author(site, word):
    comment = site.write("Of a known author")
    comments.add_author_note(comment_id=comment.pk, text=word, moderator=site.moderator)


@way_in()
def reason_of_a_ban(site, word):
    comment = site.write("Of a banned author")
    comments.ban_author(
        comment_id=comment.pk, kinds=["reader"], shadow=True, reason=word, moderator=site.moderator
    )
    comments.lift_ban(ban=Ban.objects.latest("pk"), moderator=site.moderator)


@way_in()
def reason_of_a_decision(site, word):
    comment = site.write("To be rejected")
    why = {"act": "reject", "ids": [comment.pk], "reason": word, "seen": seen([comment.pk])}
    assert site.admin.post("/admin/cx-feedback/comments/decide/", why).status_code in (200, 302)


@way_in()
def objection_to_a_decision(site, word):
    comment = site.write("To be rejected too")
    comments.reject_comments(ids=[comment.pk], moderator=site.moderator, reason="Off topic")
    event = comment.events.latest("pk").pk
    body = {"decision": event, "text": word}
    path = f"{API}comments/{comment.pk}/objections/"
    response = site.browser.post(path, body, content_type="application/json", **OWN)
    assert response.status_code == 201, response.content


@way_in()
def tag_of_a_response(site, word):
    row = site.answer()
    add_tag(survey=site.survey, response_ids=[row.pk], name=word, user=site.moderator)


@way_in()
def note_on_a_response(site, word):
    from cx_feedback.surveys.services.response_notes import get_content_mark

    row = site.answer()
    add_note(
        survey=site.survey,
        response_id=row.pk,
        text=word,
        seen=get_content_mark(row),
        author=site.moderator,
    )


@way_in()
def file_of_responses(site, word):
    site.answer(answers={"q-text": word})
    export = request_export(
        survey=site.survey, user=site.moderator, format="csv", headings="labels", with_texts=True
    )
    write_export(export_id=export.pk)


@way_in()
def list_from_a_file(site, word):
    path = settings.BASE_OF_TEST / "subscribers.csv"
    head = "email,reader,language,list,consent_wording,consent_date\n"
    other = MailingList.objects.create(name="Monday letter")
    path.write_text(f"{head}{EMAIL},,en,{other.name},{word},2025-03-31\n")
    call_command("cx_import_subscribers", str(path))
    path.unlink()


@way_in()
def preferences_of_a_subscriber(site, word):
    row = Subscription.objects.get(email=EMAIL, mailing_list=site.list)
    url = signed_links.get_preferences_url(row.pk).removeprefix("http://localhost")
    data = {"lang": "en", "name": word, "lists": [site.list.pk]}
    assert site.browser.post(url, data, **OWN).status_code == 303


@way_in()
def letter_with_a_name(site, word):
    """After the preferences: the rule writes to the name."""
    Subscription.objects.filter(email=EMAIL).update(name=word)
    FollowUpRule.objects.create(
        name="Again",
        trigger="answered",
        mailing_list=site.list,
        subject="Again {name}",
        body="<p>Thank you.</p>",
        active=True,
    )
    site.answer()
    newsletter.dispatch_follow_ups()
    assert any(word in message.subject for message in send())


@way_in()
def test_of_an_issue(site, word):
    issue = Issue.objects.create(
        mailing_list=site.list, subject="The news", body=[("text", "<p>Hello.</p>")]
    )
    newsletter.send_test_issue(issue=issue, address=f"{word}@person.example")
    send()
    Delivery.objects.filter(address__startswith=word).update(address=EMAIL, error=word)


@way_in()
def guide_by_form(site, word):
    document = Document.objects.create(title="Notebook", file=ContentFile(b"x", name="n.pdf"))
    data = {"email": EMAIL, "guide": guide_links.sign_form_key(document.pk), "lang": "en"}
    site.form("newsletter/guide/", data)
    send()
    Delivery.objects.filter(address=EMAIL, mailing__startswith="guide").update(error=word)


@way_in()
def letter_by_rest(site, word):
    """The address of the person, which a mail asks about."""
    body = {"text": word, "email": EMAIL, "name": "Canary"}
    site.rest("conversations/", body, REMOTE_ADDR="10.9.1.1")
    send()


@way_in()
def letter_by_form(site, word):
    data = {"text": "A letter", "email": EMAIL, "name": word, "subject": word}
    site.form("conversations/letter/", {**data, "page": ""}, REMOTE_ADDR="10.9.1.2")


@way_in()
def letter_of_another_browser(site, word):
    data = {"text": word, "email": EMAIL, "to": "author"}
    site.form("conversations/letter/", data, browser=Client(), REMOTE_ADDR="10.9.1.3")


@way_in()
def answer_to_a_letter(site, word):
    """The words of an editor, and a note, in a conversation with the person and in mails."""
    row = Conversation.objects.filter(email=EMAIL).latest("pk")
    Conversation.objects.filter(pk=row.pk).update(verified=True)
    common = {"conversation_id": row.pk, "user": site.moderator}
    conversations.answer_conversation(text=f"Dear {word}", seen=row.version, **common)
    assert any(word in message.body for message in send())
    conversations.add_note(text=f"A note on {word}", **common)
    conversations.tag_conversation(names=[word], **common)


@way_in()
def answer_of_the_reader(site, word):
    row = Conversation.objects.filter(email=EMAIL).latest("pk")
    conversations.answer_conversation(
        conversation_id=row.pk, text="Yes", user=site.moderator, seen=row.version
    )
    path = re.search(r"http://[^/]+(/feedback/conversations/\S+)", send()[0].body)[1]
    assert site.browser.post(path, {"do": "answer", "text": word}, **OWN).status_code == 303


@way_in()
def conversation_by_a_rule(site, word):
    """A score with words and the address of the person, which a rule makes a conversation."""
    ConversationRule.objects.create(name="Low scores", trigger="detractor", active=True)
    widget = surveys.publish_survey(
        survey=NPSWidget(title="Would you?", open_by_address=True, detractor_next="write")
    )
    answers = {"score": 1, "reason": word, "email": EMAIL}
    site.rest(f"nps/{widget.pk}/responses/", {"answers": answers})
    assert ConversationMessage.objects.filter(text__contains=word).exists()


@way_in()
def question_to_the_author(site, word):
    """A comment that a moderator passes on to the author of the page."""
    of_the_person = Comment.objects.filter(author_email=EMAIL, reader__isnull=False)
    comment = of_the_person.filter(state__in=["pending", "published"]).latest("pk")
    Comment.objects.filter(pk=comment.pk).update(text=word)
    comment.refresh_from_db()
    passed_on = ask_author(
        comment_id=comment.pk, moderator=site.moderator, seen=comments.get_seen(comment)
    )
    assert passed_on


@way_in()
def report_of_a_provider(site, word):
    row = Delivery.objects.filter(address=EMAIL).latest("pk")
    MailReport.objects.create(
        delivery=row, kind="bounced", detail=word, url=f"/{word}/", digest="1"
    )
    MailReport.objects.create(kind="bounced", detail=f"550 {EMAIL} {word}", digest="2")


@way_in(stored=False)
def editor_s_suppression(site, word):
    """The address is what it leaves."""
    post_office.suppress_address(address=EMAIL)
    assert Suppression.objects.filter(address=EMAIL).exists()


@way_in()
def event_of_a_provider(site, word):
    """What the webhook of a provider says, as django-anymail hands it on."""
    row = Delivery.objects.filter(address=EMAIL).latest("pk")
    said = {
        "event_type": "bounced",
        "message_id": row.message_id_local,
        "recipient": EMAIL,
        "timestamp": timezone.now(),
        "event_id": f"{word}-1",
        "reject_reason": "bounced",
        "description": f"550 {EMAIL} {word}",
        "mta_response": word,
        "click_url": f"https://example.org/{word}",
        "esp_event": {"user-agent": word},
    }
    anymail_events.handle_event(None, event=SimpleNamespace(**said), esp_name="Provider")
    post_office.lift_suppression(address=EMAIL)


@way_in()
def comment_of_another_system(site, word):
    said = files.said(7, 1, f"<p>Imported {word}</p>").replace("ana@example.org", EMAIL)
    content = files.disqus(files.thread(1, site.page.full_url), said)
    import_file("cx_import_disqus", "disqus.xml", content)


@way_in()
def comment_of_a_blog(site, word):
    said = {"author": word, "author_email": EMAIL.upper(), "author_url": f"https://{word}.example"}
    content = files.item(files.comment(8, word, **said), link=site.page.full_url)
    import_file("cx_import_wordpress", "blog.xml", files.wxr(content), match_only=True)


@way_in(stored=False)
def other_fields_of_a_blog(site, word):
    """The network address of a comment, and comments of pages that are not on this site."""
    said = files.comment(9, "Words", author_IP=word, author_email=EMAIL, user_id=word)
    here = files.item(said, link=site.page.full_url)
    there = files.item(files.comment(10, word, author=word), id=2, slug=word)
    import_file("cx_import_wordpress", "blog.xml", files.wxr(here, there), match_only=True)


def import_export(site: Site, *records: dict[str, Any]) -> None:
    """Import records of comments of another site, as cx_export_comments writes them."""
    page = {"type": "page", "id": "1", "url": site.page.full_url, "language": "en"}
    written = [{"written_at": "2025-03-31T10:00:00+00:00", **record} for record in records]
    said = {"format": FORMAT, "version": VERSION, "records": [page, *written]}
    import_file("cx_import_comments", "export.json", json.dumps(said).encode())


@way_in()
def comment_of_an_export(site, word):
    row = {"type": "comment", "key": new_key(timezone.now()), "state": "published"}
    import_export(site, {**row, "name": word, "email": EMAIL.upper(), "text": f"Exported {word}"})


@way_in()
def flag_of_an_export(site, word):
    """Of this site, before the database was set up anew: the reader is there by a hash."""
    key = new_key(timezone.now())
    row = {"type": "comment", "key": key, "state": "published", "name": "Bo", "text": "Words"}
    flag = {"type": "flag", "comment": key, "reader": hash_reader_key(get_reader_key(site))}
    import_export(site, row, {**flag, "reason": "other", "text": word})


@way_in()
def responses_of_a_file(site, word):
    """The address of one column says whose the words of the others are."""
    head = "id,date,Question of email,Question of text,Question of choice [other]"
    rows = f"{head}\n1,2025-03-31,{EMAIL.upper()},{word},{word}\n"
    import_file("cx_import_responses", "answers.csv", rows.encode(), survey=site.survey.pk)


@way_in(stored=False)
def rest_of_a_file_of_responses(site, word):
    """Columns that belong to no question, and values that no question takes."""
    head = f"id,date,Question of email,Question of rating,Remarks,{word}"
    rows = f"{head}\n{word},2025-03-31,{EMAIL},{word},{word},{word}\n"
    import_file("cx_import_responses", "answers.csv", rows.encode(), survey=site.survey.pk)


@way_in(stored=False)
def refused_rows_of_a_file(site, word):
    """Addresses and dates that are none: reported to the editor, and not kept."""
    rows = f"email,name,consent_date\n{word}@,{word},2025-03-31\n{EMAIL},{word},{word}\n"
    import_file("cx_import_subscribers", "people.csv", rows.encode(), list=site.list.name)


@way_in(stored=False)
def upload_that_was_discarded(site, word):
    content = f"email,name\n{EMAIL},{word}\n".encode()
    row = subscriber_imports.upload_file(
        file=SimpleUploadedFile("people.csv", content), user=site.moderator
    )
    assert SubscriberImport.objects.get(pk=row.pk).sample
    subscriber_imports.discard_import(import_id=row.pk)


@way_in()
def account_of_a_reader(site, word):
    """An account of the site, whose name comments bear. Its own table is the site's."""
    accounts = get_user_model()._default_manager
    account = accounts.create_user(f"{word}-login", EMAIL, "x", first_name=word)
    browser = Client()
    browser.force_login(account)
    site.rest("comments/", {"text": "As an account"}, browser=browser)
    site.answer(answers={"q-text": "As an account"})


@way_in()
def texts_for_other_programs(site, word):
    """They are read when an event is sent, and answers of receivers are not kept."""
    site.answer(answers={"q-text": word})
    sent = []

    def post_message(url, body, headers):
        sent.append(body.decode())
        return PostResult(500, "status", 5)

    with mock.patch("cx_feedback.webhooks.services.sending.post_message", post_message):
        for pk in sending.find_due_endpoints():
            sending.send_events(endpoint_id=pk)
    assert any(word in body for body in sent)


@way_in(stored=False)
def words_of_an_exception(site, word):
    """A database quotes the row that it refuses."""
    from cx_feedback.surveys.tasks import fold_responses

    def fail():
        raise ValueError(f"Key (email)=({EMAIL}) already exists: {word}")

    [job] = [job for job in jobs.get_jobs() if job.name == "cx-surveys-fold-responses"]
    jobs.claim_job(job, JobRun.objects.filter(name=job.name).first())
    with mock.patch.object(fold_responses, "run", fail):
        assert jobs.run_job(job)


@way_in(stored=False)
def headers(site, word):
    how = {
        "HTTP_USER_AGENT": f"Mozilla/5.0 {word}",
        "HTTP_REFERER": f"http://testserver/{word}/",
        "HTTP_ACCEPT_LANGUAGE": f"en, {word}",
        "HTTP_X_FORWARDED_FOR": word,
        "HTTP_X_REQUEST_ID": word,
    }
    site.browser.cookies["other"] = word
    site.rest("comments/", {"name": "Canary", "text": "With headers"}, **how)
    site.rest(f"surveys/{site.survey.pk}/responses/", {"answers": {"q-rating": 1}}, **how)
    site.rest("subscriptions/", {"email": EMAIL}, **how)
    del site.browser.cookies["other"]


@way_in(stored=False)
def query_of_an_address(site, word):
    site.browser.get(f"{site.page.url}?name={word}&source={word}")
    site.browser.get(f"/feedback/surveys/{site.survey.pk}/ask/?source={word}")


@way_in(stored=False)
def what_was_refused(site, word):
    """Bad input: too long, no address, no such question."""
    long = word * 2_000
    for path, body in (
        ("comments/", {"name": long, "text": long}),
        ("comments/", {"name": "Canary", "email": f"{word}@", "text": "x"}),
        ("subscriptions/", {"email": f"{word}@"}),
        (f"surveys/{site.survey.pk}/responses/", {"answers": {"q-text": long, word: word}}),
        (f"nps/{site.widget.pk}/responses/", {"answers": {"score": word}}),
    ):
        response = site.browser.post(API + path, body, content_type="application/json", **OWN)
        assert 400 <= response.status_code < 500, (path, response.content)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer cxf_{word}"}
    assert site.browser.get(f"{API}surveys/", **bearer).status_code == 401


def import_file(command: str, name: str, content: bytes, **options: Any) -> None:
    """Import a file by a command, as somebody of the site does who deletes it afterwards."""
    path = settings.BASE_OF_TEST / name
    path.write_bytes(content)
    call_command(command, str(path), **{"stdout": StringIO(), "stderr": StringIO(), **options})
    path.unlink()


def get_reader_key(site: Site) -> str:
    """Return the key in the cookie of the browser."""
    return re.sub(r"\W", "", site.browser.cookies["cx_reader"].value)
