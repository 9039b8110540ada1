"""The first page of the queue takes the same few queries for superusers and for sections."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, SavedReply, Section
from cx_feedback.comments.moderation.rejection_reasons import get_site_reasons
from cx_feedback.comments.moderation.saved_replies import get_options
from cx_feedback.comments.permissions import Scope, get_scope

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def bounded(talk, django_user_model):
    """An account that moderates the article, and one more page that is gone."""
    group = Group.objects.create(name="Mine")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=talk)
    Section.objects.create(group=group, page=None)
    user = django_user_model.objects.create_user("bounded", "bounded@example.org", "pw")
    user.groups.add(group)
    return user


def test_a_section_costs_three_queries_more_than_everything(
    client, admin_user, bounded, write, django_assert_max_num_queries
):
    for n in range(20):
        parent = write(state="published")
        write(f"Words of a comment, number {n}", parent=parent, email=f"a{n % 9}@example.org")
    # Of the 15, nine are Django's and Wagtail's; they look up no permissions of a superuser.
    for user, most in ((admin_user, 12), (bounded, 15)):
        client.force_login(user)
        client.get(QUEUE)
        with django_assert_max_num_queries(most):
            assert client.get(QUEUE).content.count(b"data-cx-row=") == 20


def test_the_scope_is_one_query(bounded, moderator, talk, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert get_scope(bounded) == Scope(paths=(talk.path,))
    with django_assert_num_queries(1):
        assert get_scope(moderator) == Scope(everywhere=True)
    bounded.groups.add(Group.objects.create(name="All"))
    fresh = type(bounded).objects.get(pk=bounded.pk)
    assert get_scope(fresh) == Scope(paths=(talk.path,))
    allowed = Permission.objects.filter(codename="moderate_comment")
    Group.objects.get(name="All").permissions.set(allowed)
    fresh = type(bounded).objects.get(pk=bounded.pk)
    assert get_scope(fresh) == Scope(everywhere=True)


def test_what_editors_change_is_there_at_once(talk, django_assert_num_queries):
    assert (len(get_site_reasons()), get_options()) == (1, [])
    settings = CommentSettings.objects.create(site=talk.get_site(), reject_reasons="Rude")
    assert get_site_reasons()[0].reasons == ["Rude"]
    settings.reject_reasons = "Wrong"
    settings.save()
    reply = SavedReply.objects.create(title="Thanks", text="Thanks!")
    assert get_site_reasons()[0].reasons == ["Wrong"]
    assert [option.title for option in get_options()] == ["Thanks"]
    with django_assert_num_queries(0):
        get_site_reasons(), get_options()
    reply.delete()
    site = Site.objects.create(hostname="second.example", root_page=talk)
    assert (get_options(), len(get_site_reasons()), len(get_site_reasons(site))) == ([], 2, 1)
