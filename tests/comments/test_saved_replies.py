"""Saved replies with placeholders, and notes on authors."""

import pytest
from django.contrib.auth.models import Group, Permission

from cx_feedback.comments import services
from cx_feedback.comments.models import AuthorNote, Comment, SavedReply, Section
from cx_feedback.comments.services.author_notes import add_author_note
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.privacy.person_requests import erase_person, export_person
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"
REPLIES = "/admin/cx-feedback/comment-replies/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def granted(client, moderator):
    """A client of a moderator who may also manage saved replies and notes."""
    codenames = [f"{a}_savedreply" for a in ("add", "change", "delete", "view")]
    codenames += [f"{a}_authornote" for a in ("add", "delete", "view")]
    moderator.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(moderator)
    return client


def test_placeholders_are_filled_for_the_comment(granted, moderator, write, talk):
    comment = write(name="Ana {page}")
    moderator.first_name, moderator.last_name = "Edith", "Gray"
    moderator.save()
    text = "Dear {author}, on {page} at {site}: {link}. {moderator} {} {a\nb}"
    reply = SavedReply.objects.create(title="Thanks", text=text)
    url = f"{QUEUE}{comment.pk}/reply/"
    sent = granted.get(url, {"saved": reply.pk}, **JSON).json()["text"]
    site = talk.get_site()
    link = f"{site.root_url}/feedback/comments/{comment.pk}/"
    name = site.site_name or site.hostname
    assert sent == (
        f"Dear Ana {{page}}, on {talk.title} at {name}: {link}. Edith Gray {{}} {{a\nb}}"
    )
    page = granted.get(url, {"saved": reply.pk}).content.decode()
    assert ("Dear Ana {page}" in page, "Thanks" in page) == (True, True)
    assert granted.get(url, {"saved": "x"}, **JSON).json() == {"text": ""}
    queue = squeeze(granted.get(QUEUE).content)
    assert f'data-cx-saved="{reply.pk}" aria-keyshortcuts="Alt+1"' in queue


def test_who_has_no_public_name_signs_as_typed_or_as_the_site(granted, write, talk):
    comment = write()
    reply = SavedReply.objects.create(title="Thanks", text="{moderator}")
    url = f"{QUEUE}{comment.pk}/reply/"
    typed = granted.get(url, {"saved": reply.pk, "name": "Edith"}, **JSON).json()
    assert typed == {"text": "Edith"}
    site = talk.get_site()
    unnamed = granted.get(url, {"saved": reply.pk}, **JSON).json()
    assert unnamed == {"text": site.site_name or site.hostname}


def test_an_unknown_placeholder_is_an_error_at_the_field(granted):
    page = granted.post(f"{REPLIES}new/", {"title": "A", "text": "{author} {autor} {x y}"})
    [error] = page.context["form"].errors["text"]
    assert error.startswith("Unknown placeholder: {autor}, {x y}.")
    assert not SavedReply.objects.exists()
    assert granted.post(f"{REPLIES}new/", {"title": "A", "text": "{author}"}).status_code == 302
    twice = granted.post(f"{REPLIES}new/", {"title": "A", "text": "x"})
    assert "title" in twice.context["form"].errors
    assert granted.get(REPLIES).status_code == 200


def test_a_note_stands_beside_all_comments_of_the_author(granted, moderator, write):
    first, second = write(email="ana@example.org"), write(email="ana@example.org")
    other = write(email="bo@example.org")
    url = f"{QUEUE}{first.pk}/notes/"
    assert granted.post(url, {"note": " "}).status_code == 400
    assert granted.post(url, {"note": "x" * 501}).status_code == 400
    assert granted.post(url, {"note": "Is a local politician"}).status_code == 302
    rows = {row.comment.pk: row for row in granted.get(QUEUE).context["rows"]}
    assert [len(rows[c.pk].notes) for c in (first, second, other)] == [1, 1, 0]
    assert granted.get(QUEUE).content.decode().count("Is a local politician") == 2
    note = AuthorNote.objects.get()
    assert granted.post(f"{QUEUE}{other.pk}/notes/", {"delete": note.pk}).status_code in (302, 404)
    assert AuthorNote.objects.exists()
    assert granted.post(f"{QUEUE}{second.pk}/notes/", {"delete": note.pk}).status_code == 302
    assert not AuthorNote.objects.exists()


def test_notes_need_the_permission(client, moderator, write):
    comment = write(email="ana@example.org")
    services.add_author_note(comment_id=comment.pk, text="Secret note", moderator=None)
    client.force_login(moderator)
    assert "Secret note" not in client.get(QUEUE).content.decode()
    refused = client.post(f"{QUEUE}{comment.pk}/notes/", {"note": "x"})
    assert refused.status_code in (302, 403)
    assert AuthorNote.objects.count() == 1
    moderator.user_permissions.add(*Permission.objects.filter(codename="view_authornote"))
    client.force_login(type(moderator).objects.get())
    assert "Secret note" in client.get(QUEUE).content.decode()


def test_a_moderator_of_a_section_reads_the_notes_of_the_section(
    client, django_user_model, write, talk, home
):
    from django.contrib.auth.models import Group

    from tests.site.models import ArticlePage

    other = home.add_child(instance=ArticlePage(title="Other", slug="other"))
    other.body = [("comments", {"heading": "", "order": "newest"})]
    other.save_revision().publish()
    here = write(email="ana@example.org")
    there = write(email="ana@example.org", page=other)
    services.add_author_note(comment_id=here.pk, text="Note from here", moderator=None)
    services.add_author_note(comment_id=there.pk, text="Note from there", moderator=None)
    group = Group.objects.create(name="Beer")
    group.permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "view_authornote"])
    )
    Section.objects.create(group=group, page=talk)
    user = django_user_model.objects.create_user("sec", "s@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    html = client.get(QUEUE).content.decode()
    assert ("Note from here" in html, "Note from there" in html) == (True, False)


def test_an_author_of_whom_nothing_is_known_gets_no_note(write):
    comment = write()
    assert (comment.author_key, comment.reader_id) == ("", None)
    with pytest.raises(InvalidInput) as caught:
        services.add_author_note(comment_id=comment.pk, text="x", moderator=None)
    assert "note" in caught.value.fields


@pytest.mark.parametrize("by_address", [True, False])
def test_notes_are_exported_and_erased_with_the_person(write, reader, by_address):
    email = "ana@example.org" if by_address else ""
    comment = write(email=email, reader=reader)
    services.add_author_note(comment_id=comment.pk, text="A note", moderator=None)
    for known in ({"reader_ids": [reader.pk], "email": ""}, {"reader_ids": [], "email": email}):
        exported = export_person(**known)["author_notes"]
        expected = ["A note"] if by_address or known["reader_ids"] else []
        assert [row["text"] for row in exported] == expected
    erase_person(reader_ids=[reader.pk])
    assert not AuthorNote.objects.exists()


def test_a_note_goes_with_the_last_comment(write):
    comment = write(email="ana@example.org")
    services.add_author_note(comment_id=comment.pk, text="A note", moderator=None)
    assert services.delete_notes_without_comments() == 0
    Comment.objects.all().delete()
    assert services.delete_notes_without_comments() == 1


def test_a_note_is_deleted_only_where_it_can_be_read(
    client, write, reader, moderator, talk, django_user_model
):
    here, elsewhere = write(reader=reader), write(reader=reader, page=talk.get_parent())
    note = add_author_note(comment_id=elsewhere.pk, text="Angry", moderator=moderator)
    group = Group.objects.create(name="Beer")
    names = ["access_admin", *(f"{each}_authornote" for each in ("add", "view", "delete"))]
    group.permissions.set(Permission.objects.filter(codename__in=names))
    Section.objects.create(group=group, page=talk)
    user = django_user_model.objects.create_user("beer", "b@example.org", "pw")
    user.groups.add(group)
    client.force_login(user)
    url = f"{QUEUE}{here.pk}/notes/"
    client.post(url, {"delete": note.pk})
    assert AuthorNote.objects.filter(pk=note.pk).exists()
