"""What tests of conversations need: letters, editors, and the links in mails."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from cx_feedback.conversations import services
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.mail import services as post_office
from cx_feedback.readers.models import Reader


@pytest.fixture
def write(reader):
    """A function that stores a letter and returns its conversation."""

    def write(text="The paywall asks twice", *, by=None, email="ana@example.org", **fields):
        letter = Letter(text=text, name="Ana", email=email, language="en", **fields)
        return store_letter(letter=letter, reader=by or reader).conversation

    return write


@pytest.fixture
def proved(reader):
    """The reader, who has proved the address of the letters."""
    Reader.objects.filter(pk=reader.pk).update(email="ana@example.org")
    reader.email = "ana@example.org"
    return reader


@pytest.fixture
def make_editor(django_user_model):
    """A function that makes an account that may answer, everywhere unless it has groups."""

    def make(name="edith", codenames=("access_admin", "answer_conversation"), groups=()):
        user = django_user_model.objects.create_user(name, f"{name}@example.org", "pw")
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        user.groups.set(groups)
        return user

    return make


@pytest.fixture
def editor(make_editor):
    return make_editor()


@pytest.fixture
def answer(editor):
    """A function that answers a conversation as it is now."""

    def answer(conversation, text="We have mended it.", **how):
        conversation.refresh_from_db()
        return services.answer_conversation(
            conversation_id=conversation.pk,
            text=text,
            user=how.pop("user", editor),
            seen=how.pop("seen", conversation.version),
            **how,
        )

    return answer


def send():
    """Send what is due and return the emails."""
    mail.outbox.clear()
    post_office.send_due()
    return list(mail.outbox)


def link_in(message):
    """Return the path of the link to a page of conversations in a mail."""
    return re.search(r"https?://[^/\s]+(/feedback/conversations/\S+)", message.body)[1]
