"""Mentions in notes: who is notified, once, and how they turn it off."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.users.models import UserProfile

from cx_feedback.conversations import services
from cx_feedback.conversations.inbox.mentions import get_unanswered_mentions, render_note
from cx_feedback.conversations.models import ConversationSection, Mention, MentionPreference
from cx_feedback.conversations.permissions import get_scope
from cx_feedback.conversations.services.mentions import find_names
from cx_feedback.mail.models import Delivery
from tests.conversations.conftest import send
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


def login(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ada(make_editor):
    return make_editor("ada")


@pytest.fixture
def note(editor, write):
    """A function that stores a note about one conversation."""
    row = write(email="")

    def note(text, by=None):
        return services.add_note(conversation_id=row.pk, text=text, user=by or editor)

    return note


def mentioned(message):
    return sorted(one.account.get_username() for one in message.mentions.all())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ada, look", ["ada"]),
        ("Ask @ada. And @Bob-2!", ["ada", "Bob-2"]),
        ("(@ada) @ada", ["ada"]),
        ("ana@example.org", []),
        ("@ana@example.org.", ["ana@example.org"]),
        ("@ @@ @. a@", []),
        ("@" * 10_000, []),
        ("@é", ["é"]),
        (" ".join(f"@u{number}" for number in range(50)), [f"u{n}" for n in range(20)]),
    ],
)
def test_names_in_a_text(text, names):
    assert find_names(text) == names


def test_who_is_mentioned_gets_one_mail_with_a_link(ada, note, editor):
    message = note("@ada and @ada, what do you think?")
    assert mentioned(message) == ["ada"]
    [mail] = send()
    assert mail.to == ["ada@example.org"]
    assert mail.subject == f"edith mentions you in conversation {message.conversation_id}"
    link = f"/admin/cx-feedback/conversations/{message.conversation_id}/#message-{message.pk}"
    assert link in mail.body
    assert "what do you think" not in mail.body
    assert send() == []


def test_the_mail_is_in_the_language_of_the_account(ada, note):
    UserProfile.objects.create(user=ada, preferred_language="es")
    note("@ada?")
    [mail] = send()
    assert "te menciona" in mail.subject


def test_names_without_regard_to_case_unless_two_differ_by_it(ada, note, make_editor):
    assert mentioned(note("@Ada")) == ["ada"]
    make_editor("ADA")
    assert mentioned(note("@ADA")) == ["ADA"]
    assert mentioned(note("@ada")) == ["ada"]


def test_only_those_who_may_answer_it_are_notified(note, make_editor, home, editor):
    make_editor("writer", ["access_admin"])
    gone = make_editor("gone")
    gone.is_active = False
    gone.save()
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    section = home.add_child(instance=ArticlePage(title="Mine", slug="mine"))
    ConversationSection.objects.create(group=group, page=section)
    make_editor("bounded", ["access_admin"], [group])
    message = note("@writer @gone @bounded @edith @nobody @here")
    assert mentioned(message) == []
    assert not Delivery.objects.exists()


def test_it_can_be_turned_off_in_the_account(ada, note):
    client = login(ada)
    shown = client.get("/admin/account/")
    assert "mentions in conversations" in shown.content.decode().lower()
    forms = [one.get_form() for tab in shown.context["panels_by_tab"].values() for one in tab]
    given = {
        form[name].html_name: form[name].value() or ""
        for form in forms
        for name in form.fields
        if name != "by_mail"
    }
    given |= {"name_email-first_name": "Ada", "name_email-last_name": "L"}
    assert client.post("/admin/account/", given).status_code == 302
    assert MentionPreference.objects.filter(account=ada, by_mail=False).exists()
    message = note("@ada")
    assert mentioned(message) == ["ada"]
    assert send() == []
    client.post("/admin/account/", {**given, "cx_conversation_mentions-by_mail": "on"})
    note("@ada")
    assert len(send()) == 1


def test_who_answers_nothing_has_no_such_setting(make_editor):
    client = login(make_editor("writer", ["access_admin"]))
    assert "cx_conversation_mentions" not in client.get("/admin/account/").content.decode()


def test_answers_mention_nobody(ada, write, answer, proved):
    answer(write(by=proved), "Write to @ada")
    assert not Mention.objects.exists()


def test_the_first_page_of_the_admin_shows_it_until_something_is_done(ada, note, editor):
    client, words = login(ada), "Notes that mention you"
    assert words not in client.get("/admin/").content.decode()
    message = note("@ada")
    row = message.conversation
    assert words in client.get("/admin/").content.decode()
    assert words not in login(editor).get("/admin/").content.decode()
    services.add_note(conversation_id=row.pk, text="Done", user=ada)
    assert words not in client.get("/admin/").content.decode()
    note("@ada")
    assert get_unanswered_mentions(ada, get_scope(ada)).count() == 1
    row.refresh_from_db()
    services.close_conversation(
        conversation_id=row.pk, outcome="solved", user=editor, seen=row.version
    )
    assert not get_unanswered_mentions(ada, get_scope(ada)).exists()


def test_a_note_shows_names_in_bold_and_no_markup_of_its_own(ada, note, make_editor):
    make_editor("ada.b+c")
    message = note("<b>@ada</b> @Ada. @ada.b+c @adam @nobody")
    html = render_note(message.text, mentioned(message))
    strong = "<strong>@{}</strong>".format
    expected = f"&lt;b&gt;{strong('ada')}&lt;/b&gt; {strong('Ada')}. {strong('ada.b+c')}"
    assert html == f"<p>{expected} @adam @nobody</p>"


def test_the_screen_says_who_was_notified(ada, editor, write):
    row, client = write(), login(editor)
    url = f"/admin/cx-feedback/conversations/{row.pk}/"
    given = {"do": "note", "text": "@ada look", "seen": row.version}
    html = client.post(url, given, follow=True).content.decode()
    assert "Notified: ada." in html
    assert "<strong>@ada</strong> look" in html


def test_a_name_in_the_text_of_the_reader_is_left_as_it_is(ada, editor, write):
    html = login(editor).get(f"/admin/cx-feedback/conversations/{write('Hi @ada').pk}/")
    assert "Hi @ada" in html.content.decode()
    assert not Mention.objects.exists()
