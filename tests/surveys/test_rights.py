"""Rights apart: to edit surveys, to see results, to see texts, to export; in groups and pages."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import GroupPagePermission

from cx_feedback.surveys.permissions import EXPORT, VIEW_PAGE_RESULTS, VIEW_RESULTS, VIEW_TEXTS

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"
RULES = (VIEW_RESULTS, VIEW_TEXTS, EXPORT)


@pytest.fixture
def allow(django_user_model):
    """Return a function that makes a user of the admin with the rights of these codenames."""

    def make(*codenames, **kwargs):
        user = django_user_model.objects.create_user("u", "u@example.org", "x", **kwargs)
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["access_admin", *codenames])
        )
        return user

    return make


@pytest.mark.parametrize(
    ("codenames", "allowed"),
    [
        ([], []),
        (["add_survey", "change_survey", "delete_survey", "publish_survey", "view_survey"], []),
        (["change_npswidget", "publish_npswidget"], []),
        (["view_results"], [VIEW_RESULTS]),
        (["view_texts"], [VIEW_TEXTS]),
        (["export_responses"], []),
        (["view_results", "export_responses"], [VIEW_RESULTS, EXPORT]),
        (["view_results", "view_texts"], [VIEW_RESULTS, VIEW_TEXTS]),
    ],
)
def test_each_right_gives_its_own_and_no_other(allow, codenames, allowed):
    user = allow(*codenames)
    assert [rule for rule in RULES if rule.is_granted_to(user)] == allowed


def test_superusers_may_and_nobodies_may_not(admin_user, allow):
    left = allow("view_results", "view_texts", "export_responses", is_active=False)
    for rule in RULES:
        assert rule.is_granted_to(admin_user)
        assert not any(rule.is_granted_to(user) for user in (None, AnonymousUser(), left))


def test_a_page_editor_sees_the_results_of_own_pages_only(allow, article, home, admin_user):
    user = allow()
    assert not VIEW_PAGE_RESULTS.is_granted_to(user, article)
    group = Group.objects.create(name="Article")
    user.groups.add(group)
    right = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=article, permission=right)
    again = type(user).objects.get(pk=user.pk)
    assert VIEW_PAGE_RESULTS.is_granted_to(again, article)
    assert not VIEW_PAGE_RESULTS.is_granted_to(again, home)
    assert not VIEW_RESULTS.is_granted_to(again)
    assert VIEW_PAGE_RESULTS.is_granted_to(admin_user, home)
    assert not VIEW_PAGE_RESULTS.is_granted_to(AnonymousUser(), article)
    assert not VIEW_PAGE_RESULTS.is_granted_to(None, article)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Can see the results", "Can see texts and email", "Can export answers"]),
        ("es", ["Puede ver los resultados", "Puede leer los textos", "Puede exportar"]),
    ],
)
def test_an_administrator_ticks_them_in_a_group(admin_client, admin_user, language, words):
    group = Group.objects.create(name="Analysts")
    url = reverse("wagtailusers_groups:edit", args=[group.pk])
    with override(language):
        html = admin_client.get(url, headers={"accept-language": language}).content.decode()
    for label in words:
        assert re.search(rf"<label[^>]*>\s*(<input[^>]*>)?\s*{label}", html), label
    rights = Permission.objects.filter(codename__in=["view_results", "view_texts"])
    counts = dict(re.findall(r'name="(\S+_FORMS)" value="(\d+)"', html))
    data = {"name": "Analysts", "permissions": [right.pk for right in rights], **counts}
    response = admin_client.post(url, data)
    assert response.status_code == 302
    assert set(group.permissions.all()) == set(rights)


def test_the_right_to_see_results_leads_to_them_and_no_further(client, allow, survey):
    client.force_login(allow("view_results"))
    assert LIST in client.get("/admin/").content.decode()
    html = client.get(LIST).content.decode()
    assert f"{LIST}results/{survey.pk}/" in html
    assert f"{LIST}edit/" not in html
    html = client.get(f"{LIST}results/{survey.pk}/").content.decode()
    assert "Nobody has answered yet" in html
    for closed in ("add/", f"edit/{survey.pk}/", f"copy/{survey.pk}/", f"history/{survey.pk}/"):
        assert client.get(f"{LIST}{closed}").status_code == 302


def test_who_may_edit_a_survey_sees_no_answers(client, allow, survey):
    client.force_login(allow("change_survey", "add_survey", "publish_survey"))
    for url in (LIST, f"{LIST}edit/{survey.pk}/"):
        html = client.get(url).content.decode()
        assert "Your visit" in html
        assert f"{LIST}results/{survey.pk}/" not in html
    assert client.get(f"{LIST}results/{survey.pk}/").status_code == 302
    assert client.get(f"/feedback/api/v1/surveys/{survey.pk}/results/").status_code == 403
