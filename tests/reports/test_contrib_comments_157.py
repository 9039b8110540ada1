"""contrib-comments#157: comments of deleted pages.

Its users deleted what was commented on and found out later what became of the comments. Here
they go with their page, and nothing said so before.
"""

import pytest
from django.utils import timezone
from wagtail.models import Locale

from cx_feedback.comments.models import Comment, Follow, Thread
from tests.comments.conftest import talk, write  # noqa: F401
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db

COMMENTS = "3 comments will be deleted too."
FOLLOWER = "1 follower will no longer be told about new comments."


@pytest.fixture
def discussed(talk, write):  # noqa: F811
    """An article with two comments and a follower, and one below it with another comment."""
    first = write(state="published")
    write()
    Comment.objects.filter(pk=write().pk).update(state="tombstone")
    below = talk.add_child(instance=ArticlePage(title="Below", slug="below"))
    below.save_revision().publish()
    write(page=below)
    asked = {"thread": first.thread, "confirmed_at": timezone.now()}
    Follow.objects.create(email="ana@example.org", **asked)
    Follow.objects.create(email="left@example.org", ended_at=timezone.now(), **asked)
    return talk


def test_deleting_a_page_says_what_goes_with_it_and_with_those_below(admin_client, discussed):
    url = f"/admin/pages/{discussed.pk}/delete/"
    html = admin_client.get(url).content.decode()
    assert COMMENTS in html
    assert FOLLOWER in html
    assert "To keep the thread, unpublish the page instead." in html
    after = admin_client.post(url, follow=True).content.decode()
    assert COMMENTS not in after
    assert not Comment.objects.exists()
    assert not Thread.objects.exists()


def test_it_is_said_again_when_the_confirmation_was_wrong(admin_client, discussed, settings):
    settings.WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 1
    url = f"/admin/pages/{discussed.pk}/delete/"
    html = admin_client.post(url, {"confirm_site_name": "another"}).content.decode()
    assert COMMENTS in html
    assert Comment.objects.exists()


def test_deleting_several_pages_says_it_too(admin_client, home, discussed):
    plain = home.add_child(instance=ArticlePage(title="Plain", slug="plain"))
    url = f"/admin/bulk/wagtailcore/page/delete/?id={plain.pk}&id={discussed.pk}"
    html = admin_client.get(url).content.decode()
    assert COMMENTS in html
    assert FOLLOWER in html
    admin_client.post(url)
    assert not Comment.objects.exists()


def test_a_page_without_comments_says_nothing(admin_client, home, discussed):
    plain = home.add_child(instance=ArticlePage(title="Plain", slug="plain"))
    for url in (
        f"/admin/pages/{plain.pk}/delete/",
        f"/admin/bulk/wagtailcore/page/delete/?id={plain.pk}",
    ):
        html = admin_client.get(url).content.decode()
        assert "be deleted too" not in html


def test_the_translations_that_go_with_it_are_counted(
    admin_client,
    settings,
    discussed,
    write,  # noqa: F811
):
    settings.WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True
    spanish = Locale.objects.create(language_code="es")
    copied = discussed.get_parent().copy_for_translation(spanish)
    translated = discussed.copy_for_translation(spanish)
    assert translated.get_parent() == copied
    translated.save_revision().publish()
    write(page=translated)
    html = admin_client.get(f"/admin/pages/{discussed.pk}/delete/").content.decode()
    assert "4 comments will be deleted too." in html
