"""Who types the address of somebody else learns nothing of them and takes nothing away."""

import json
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site

from cx_feedback.comments import services
from cx_feedback.comments.models import AuthorNote, Comment, CommentSettings, Follow, Rule
from cx_feedback.mail.models import Delivery, MailReport
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import export_person
from tests.comments.conftest import talk  # noqa: F401
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
EMAIL = "ana@example.org"


class Browser:
    """A browser that comments, and reads and erases what is stored about its reader."""

    def __init__(self, page):
        self.page, self.client = page, Client()

    def post(self, path, **body):
        data = json.dumps({"page": self.page.pk, **body})
        response = self.client.post(API + path, data, content_type="application/json", **OWN)
        assert response.status_code in (201, 202), response.content
        return response.json() if response.content else None

    def comment(self, text, email=EMAIL, **more):
        body = {"name": "Ana", "text": text, "seconds": 20, **more}
        return self.post("comments/", email=email, **body)

    def press(self, word):
        """Press the button behind the link with ``word`` in the newest mail."""
        mail.outbox.clear()
        call_command("cx_send_due", verbosity=0)
        path = re.search(rf"https?://[^/\s]+(/feedback/\S*{word}/\S+)", mail.outbox[-1].body)[1]
        assert self.client.post(path, **OWN).status_code == 200

    def follow(self, **more):
        self.post("comments/follows/", email=EMAIL, **more)

    def read_follows(self):
        told = self.read().get("comment_actions", [])
        return [row["email"] for row in told if row["kind"] == "follow"]

    def read(self):
        return self.client.get(f"{API}me/", **OWN).json()

    def erase(self):
        assert self.client.delete(f"{API}me/", **OWN).status_code == 204


@pytest.fixture
def ana(talk):  # noqa: F811
    return Browser(talk)


@pytest.fixture
def mallory(talk):  # noqa: F811
    return Browser(talk)


@pytest.fixture
def first_rule(home):
    """Comments of known authors are published at once."""
    site = Site.objects.get(is_default_site=True)
    CommentSettings.objects.create(site=site, rule=Rule.FIRST)


@pytest.mark.usefixtures("first_rule")
class TestTheMailThatAsks:
    """The mail to an address that a commenter typed."""

    def test_nothing_of_it_is_told_before_the_address_is_proved(self, mallory):
        mallory.comment("I am Ana")
        asked = Delivery.objects.get(address=EMAIL)
        MailReport.objects.create(delivery=asked, kind="clicked", url="/a/", digest="1")
        told = mallory.read()
        assert [row["text"] for row in told["comments"]] == ["I am Ana"]
        assert told["deliveries"] == []

    def test_it_stays_after_the_erasure_of_the_commenter_until_it_expires(self, mallory):
        mallory.comment("I am Ana")
        mallory.erase()
        assert Delivery.objects.filter(address=EMAIL, reader=None).exists()

    def test_it_is_theirs_once_the_address_is_proved(self, ana):
        ana.comment("I am Ana indeed")
        ana.press("verify-email")
        (told,) = ana.read()["deliveries"]
        assert told["address"] == EMAIL
        assert Delivery.objects.get().reader == Reader.objects.get(email=EMAIL)

    def test_further_comments_of_the_same_browser_alone_wait_for_it(self, ana, mallory):
        assert ana.comment("The first")["state"] == "awaiting"
        assert mallory.comment("Of another browser")["state"] == "pending"
        assert ana.comment("The second")["state"] == "awaiting"
        ana.press("verify-email")
        assert set(Comment.objects.values_list("state", flat=True)) == {"pending"}


class TestNotesOfModerators:
    """Notes are kept by the address, whoever typed it."""

    @pytest.fixture
    def noted(self, ana):
        """Write as Ana, of whom a moderator keeps a note."""
        pk = ana.comment("I am Ana indeed")["id"]
        services.add_author_note(comment_id=pk, text="Quarrels with Bo", moderator=None)
        return pk

    def test_who_types_the_address_sees_and_erases_none(self, noted, mallory):
        pk = mallory.comment("I am Ana too")["id"]
        services.add_author_note(comment_id=pk, text="Ana again", moderator=None)
        assert mallory.read()["author_notes"] == []
        mallory.erase()
        assert AuthorNote.objects.count() == 2

    def test_the_owner_of_the_address_gets_all_of_them(self, noted, ana, mallory):
        mallory.comment("I am Ana too")
        Comment.objects.filter(pk=noted).update(verified=True)
        assert [row["text"] for row in ana.read()["author_notes"]] == ["Quarrels with Bo"]
        assert len(export_person(email=EMAIL)["author_notes"]) == 1
        ana.erase()
        assert not AuthorNote.objects.exists()

    def test_an_address_that_one_browser_alone_typed_hides_nothing(self, noted, ana):
        assert [row["text"] for row in ana.read()["author_notes"]] == ["Quarrels with Bo"]
        ana.erase()
        assert not AuthorNote.objects.exists()


class TestFollowing:
    """Anybody can ask to follow with any address; the mail to it decides whose request it is."""

    @pytest.fixture
    def followed(self, ana):
        """Follow and confirm in a browser that is known."""
        ana.comment("Hello", email="")
        ana.follow()
        ana.press("confirm")
        assert ana.read_follows() == [EMAIL]

    @pytest.fixture
    def stranger(self, mallory):
        mallory.comment("Hello too", email="")
        return mallory

    def ask_as(self, stranger):
        Delivery.objects.all().delete()  # the pause between two mails is over
        stranger.follow()

    def test_nothing_tells_a_known_address_from_another(self, followed, stranger):
        self.ask_as(stranger)
        stranger.post("comments/follows/", email="nobody@example.org")
        assert stranger.read_follows() == []

    def test_who_ended_it_keeps_the_proof_whoever_asks_again(self, followed, stranger, ana):
        follow = Follow.objects.get()
        services.following.end_follow(follow_id=follow.pk)
        self.ask_as(stranger)
        assert (stranger.read_follows(), ana.read_follows()) == ([], [EMAIL])
        stranger.erase()
        assert Follow.objects.get().earlier_requests
        ana.erase()
        assert not Follow.objects.exists()

    def test_the_request_of_two_is_nobodys_until_it_is_confirmed(self, ana, stranger):
        ana.comment("Hello", email="")
        ana.follow()
        self.ask_as(stranger)
        stranger.erase()
        Delivery.objects.all().delete()
        ana.follow()
        ana.press("confirm")
        assert ana.read_follows() == [EMAIL]

    def test_it_is_of_who_confirms_not_of_who_asked(self, ana, stranger):
        stranger.follow()
        ana.comment("Hello", email="")
        ana.press("confirm")
        assert (stranger.read_follows(), ana.read_follows()) == ([], [EMAIL])
        stranger.erase()
        assert Follow.objects.get().confirmed_at

    def test_an_unknown_browser_confirms_for_nobody(self, ana, stranger):
        stranger.follow()
        ana.press("confirm")
        follow = Follow.objects.get()
        assert (follow.reader, follow.confirmed_at is None) == (None, False)

    def test_it_is_of_the_reader_who_proved_the_address(self, ana, stranger):
        owner = Reader.objects.create(email=EMAIL)
        stranger.follow()
        ana.press("confirm")
        assert Follow.objects.get().reader == owner

    def test_a_forwarded_mail_gives_it_to_nobody_else(self, ana, stranger):
        stranger.follow()
        ana.comment("Hello", email="")
        Reader.objects.filter(pk=Comment.objects.get(text="Hello").reader_id).update(
            email="bo@example.org"
        )
        ana.press("confirm")
        assert Follow.objects.get().reader is None

    def test_an_unconfirmed_request_goes_with_its_browser(self, stranger):
        stranger.follow()
        stranger.erase()
        assert not Follow.objects.exists()
        assert not Delivery.objects.filter(address=EMAIL).exists()
