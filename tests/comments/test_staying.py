"""A thread stays with its page, whatever editors do with the page."""

import pytest
from wagtail.models import Locale

from cx_feedback.comments.models import Comment, Thread
from tests.conftest import OWN
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
URL = "/feedback/api/v1/comments/"


@pytest.fixture
def section(home):
    return home.add_child(instance=ArticlePage(title="Section", slug="section"))


def shows(client, page, words):
    page.refresh_from_db()
    # A page and its translation share an address on the tests' site: the language tells.
    language = page.locale.language_code
    response = client.get(page.url, headers={"Accept-Language": language})
    assert response.status_code == 200
    return words in response.content.decode()


def test_a_new_slug(client, talk, write):
    write("Said before", state="published")
    before = talk.url
    talk.slug = "renamed"
    talk.save_revision().publish()
    talk.refresh_from_db()
    assert talk.url != before
    assert shows(client, talk, "Said before")


def test_a_move_by_the_admin(admin_client, client, talk, section, write):
    first = write("Said before", state="published")
    before = talk.url
    admin_client.post(f"/admin/pages/{talk.pk}/move/{section.pk}/confirm/")
    assert shows(client, talk, "Said before")
    assert talk.url == "/en/section/an-article/" != before
    data = {"page": talk.pk, "name": "Eva", "text": "Said after", "parent": first.pk}
    assert client.post(URL, data, content_type="application/json", **OWN).status_code == 201
    assert Comment.objects.get(text="Said after").parent == first
    assert Thread.objects.count() == 1


def test_unpublishing_and_publishing_again(client, talk, write):
    write("Said before", state="published")
    talk.unpublish()
    assert client.get(URL, {"page": talk.pk}).status_code == 410
    talk.save_revision().publish()
    assert shows(client, talk, "Said before")


def test_a_translation_has_a_thread_of_its_own(client, talk, home, write):
    write("Said in English", state="published")
    spanish = Locale.objects.create(language_code="es")
    home.copy_for_translation(spanish).save_revision().publish()
    translated = talk.copy_for_translation(spanish)
    translated.save_revision().publish()
    assert shows(client, talk, "Said in English")
    assert not shows(client, translated, "Said in English")
    write("Dicho en español", page=translated, state="published")
    assert shows(client, translated, "Dicho en español")
    assert not shows(client, talk, "Dicho en español")
    assert dict(Thread.objects.values_list("page", "published")) == {talk.pk: 1, translated.pk: 1}


def test_a_copy_begins_without_comments(client, talk, section, write):
    write("Said before", state="published")
    copied = talk.copy(to=section, update_attrs={"slug": "copied", "title": "Copied"})
    assert not shows(client, copied, "Said before")
    assert shows(client, talk, "Said before")


def test_the_thread_goes_with_its_page(talk, write):
    write(parent=write(state="published"))
    talk.delete()
    assert not Thread.objects.exists()
    assert not Comment.objects.exists()
