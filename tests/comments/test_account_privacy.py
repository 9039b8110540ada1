"""What moderators keep of an account: told and erased after its comments are gone too."""

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.models import AuthorNote, Ban, Comment
from cx_feedback.comments.submission.author_key import get_author_key
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.readers.services import erase_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(django_user_model, reader, write):
    """The reader of an account that was banned and noted for a comment that is gone."""
    user = django_user_model.objects.create_user("eva", "eva@example.org", "pw")
    Reader.objects.filter(pk=reader.pk).update(user=user)
    comment = write("Rude words", reader=reader, email="eva@example.org")
    key = get_author_key(user_id=user.pk)
    Comment.objects.filter(pk=comment.pk).update(user=user, verified=True, author_key=key)
    services.ban_author(comment_id=comment.pk, kinds=["author"], reason="Eva is rude")
    services.add_author_note(comment_id=comment.pk, text="Eva again", moderator=None)
    Comment.objects.filter(pk=comment.pk).delete()
    return reader


def test_they_are_told(account):
    told = export_person(reader_ids=[account.pk])
    assert [row["reason"] for row in told["bans"]] == ["Eva is rude"]
    assert [row["text"] for row in told["author_notes"]] == ["Eva again"]


def test_they_go_and_the_ban_holds_without_its_words(account):
    erase_person(reader_ids=[account.pk])
    ban = Ban.objects.get()
    assert (ban.reason, ban.is_active) == ("", True)
    assert not AuthorNote.objects.exists()


def test_those_of_another_account_are_not_theirs(account, django_user_model):
    other = django_user_model.objects.create_user("bo", "bo@example.org", "pw")
    told = export_person(reader_ids=[Reader.objects.create(user=other).pk])
    assert (told["bans"], told["author_notes"]) == ([], [])
