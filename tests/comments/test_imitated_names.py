"""Names that look like those of the staff or of the article's author wait for a moderator."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache

from cx_feedback.comments.models import Comment, CommentSettings, Rule
from cx_feedback.comments.spam.protected_names import get_skeleton
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"


@pytest.fixture
def open_talk(talk, home):
    """An open thread below an article of Ana García, on a site with an editor, Boris Peña."""
    cache.clear()
    users = get_user_model().objects
    talk.owner = users.create_user("ana", first_name="Ana", last_name="García")
    talk.save()
    users.create_superuser("boris", "b@example.org", "pw", first_name="Boris", last_name="Peña")
    site = talk.get_site()
    site.site_name = "The Magazine"
    site.save()
    CommentSettings.objects.create(site=site, rule=Rule.OPEN)
    return talk


def post(client, page, name, text="Some words of mine"):
    body = {"page": page.pk, "name": name, "text": f"{text} {name}", "seconds": 40}
    answer = client.post(API, json.dumps(body), content_type="application/json", **OWN)
    assert answer.status_code == 201, answer.content
    return Comment.objects.get(pk=answer.json()["id"])


@pytest.mark.parametrize(
    "name",
    [
        "Ana García", "ANA GARCIA", "Ana  Garcia", "AnaGarcía", "Ana G\u200barc\u00adía",
        "Аnа Gаrсíа", "Αna Garcia", "𝐀𝐧𝐚 𝐆𝐚𝐫𝐜𝐢𝐚", "Ａｎａ　Ｇａｒｃｉａ",
        "Ana Garc1a", "Ana Gárcía ✔",
        "Ana García (editora)", "Boris Pena", "B0ris Peña", "Вoris Peña",
        "The Magazine", "the rnagazine", "Moderator",
        "Editor", "Admin", "Аdmin",
    ],
)  # fmt: skip
def test_a_name_that_imitates_waits_and_the_queue_says_why(client, open_talk, admin_user, name):
    comment = post(client, open_talk, name)
    assert comment.state == "pending"
    [finding] = [f for f in comment.spam_findings if f["scorer"] == "imitates"]
    assert finding["points"] == 0
    client.force_login(admin_user)
    html = client.get("/admin/cx-feedback/comments/").content.decode()
    assert "who belongs to the site" in html


@pytest.mark.parametrize(
    "name",
    ["Ana", "Ana Gómez", "Garcia", "Boris", "Анна Каренина", "محمد", "小明", "Ed", "O'Neill"],
)
def test_other_names_are_published(client, open_talk, name):
    assert post(client, open_talk, name).state == "published"


def test_the_staff_may_have_its_own_name(client, open_talk):
    boris = get_user_model().objects.get(username="boris")
    client.force_login(boris)
    assert post(client, open_talk, "").state == "published"


def test_the_articles_author_may_have_the_own_name_without_being_staff(client, open_talk):
    client.force_login(open_talk.owner)
    assert post(client, open_talk, "").state == "published"
    other = get_user_model().objects.create_user("x", first_name="Ana", last_name="García")
    client.force_login(other)
    assert post(client, open_talk, "").state == "pending"


def test_the_names_are_looked_up_once_in_a_while(client, open_talk, django_assert_max_num_queries):
    from cx_feedback.comments.spam.protected_names import find_imitated_name

    with django_assert_max_num_queries(5):
        assert find_imitated_name("Аna García", open_talk.pk) == "Ana García"
    with django_assert_max_num_queries(0):
        assert find_imitated_name("Eva", open_talk.pk) == ""


def test_a_skeleton_is_bounded_by_its_name():
    for name in ("", " ", "\u200b", "!?", "😀"):
        assert get_skeleton(name) == get_skeleton(name).strip()
    assert get_skeleton("Ñandú Über") == "nanduuber"
