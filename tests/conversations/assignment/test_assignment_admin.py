"""Assignment rules and absences in the admin: forms, lists, and who sees whose absence."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client

from cx_feedback.conversations.assignment.absences import get_last_days
from cx_feedback.conversations.models import Absence, AssignmentRule, ConversationRule
from cx_feedback.core.pages import site_time
from tests.conversations.promise.test_clocks import make_calendar, make_promise

pytestmark = pytest.mark.django_db
RULES, ABSENCES = "/admin/cx-feedback/assignment-rules/", "/admin/cx-feedback/absences/"
DAYS = {"first_day": "2026-12-24", "last_day": "2026-12-31"}


def errors_of(response):
    assert response.status_code == 200
    return {name: " ".join(texts) for name, texts in response.context["form"].errors.items()}


def login(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def away(make_editor):
    """The absence of another account."""
    user = make_editor("zoe")
    day = datetime.date(2026, 12, 1)
    return Absence.objects.create(account=user, first_day=day, last_day=day)


def test_a_rule_is_added_and_shown(admin_client, editor, article):
    article.owner = editor
    article.save()
    group = Group.objects.create(name="Desk")
    given = {
        "name": "Mexico", "active": "on", "order": 5, "kind": "letter", "tier": "loyal",
        "language": "es", "author": editor.pk, "section": article.pk, "target": "account",
        "account": editor.pk, "group": group.pk,
    }  # fmt: skip
    assert admin_client.post(f"{RULES}new/", given).status_code == 302
    rule = AssignmentRule.objects.get()
    assert (rule.language, rule.author, rule.account, rule.group) == ("es", editor, editor, group)
    html = admin_client.get(RULES).content.decode()
    assert "edith, Desk" in html
    given |= {"target": "author"}
    assert admin_client.post(f"{RULES}edit/{rule.pk}/", given).status_code == 302
    rule.refresh_from_db()
    assert (rule.target, rule.account) == ("author", None)
    assert "author of the page, Desk" in admin_client.get(RULES).content.decode()


def test_what_is_not_chosen_says_what_it_means(admin_client, editor):
    AssignmentRule.objects.create(name="All", account=editor)
    html = admin_client.get(f"{RULES}new/").content.decode()
    for words in ("All reasons", "All tiers", "All languages", "All authors", "Nobody"):
        assert words in html
    assert "---------" not in html
    for url in ("/admin/cx-feedback/promises/new/", "/admin/cx-feedback/conversation-rules/new/"):
        assert '<option value="">---------' not in admin_client.get(url).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["reasons", "sections", "authors", "languages", "tiers"]),
        ("es", ["motivos", "secciones", "autores", "idiomas", "niveles"]),
    ],
)
def test_the_lists_say_that_an_empty_filter_is_for_all(admin_client, editor, language, words):
    AssignmentRule.objects.create(name="One", account=editor)
    make_promise(calendar=make_calendar())
    ConversationRule.objects.create(name="Low", trigger="detractor")
    headers = {"Accept-Language": language}
    for url, shown in (
        (RULES, words),
        ("/admin/cx-feedback/promises/", [words[0], words[1], words[4]]),
        ("/admin/cx-feedback/conversation-rules/", [words[1]]),
    ):
        html = admin_client.get(url, headers=headers).content.decode()
        cells = [" ".join(cell.split()) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", html)]
        for word in shown:
            assert any(cell.endswith(f" {word}") for cell in cells), (url, word)


def test_the_list_names_languages(admin_client, editor):
    AssignmentRule.objects.create(name="One", account=editor, language="es")
    assert "Español" in admin_client.get(RULES).content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"target": "account"}, "account", "Choose the account."),
        ({"target": "group"}, "group", "Choose the group."),
        ({"target": "moon"}, "target", "is not one of the available"),
        ({"target": "author", "language": "xx"}, "language", "is not one of the available"),
        ({"target": "author", "order": -1}, "order", "greater than or equal to 0"),
    ],
)
def test_wrong_rules_name_their_field(admin_client, given, field, words):
    errors = errors_of(admin_client.post(f"{RULES}new/", {"name": "x", "order": 1, **given}))
    assert words in errors[field]
    assert not AssignmentRule.objects.exists()


def test_who_may_not_answer_can_not_be_chosen(admin_client, make_editor):
    writer = make_editor("writer", ["access_admin"])
    given = {"name": "x", "order": 1, "target": "account", "account": writer.pk}
    assert "account" in errors_of(admin_client.post(f"{RULES}new/", given))


def test_a_language_that_the_site_no_longer_has_stays(admin_client):
    rule = AssignmentRule.objects.create(name="Old", language="eo", target="author")
    given = {"name": "New", "order": 1, "target": "author", "language": "eo"}
    assert admin_client.post(f"{RULES}edit/{rule.pk}/", given).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.language) == ("New", "eo")


def test_editors_have_their_own_absence(editor, away):
    client = login(editor)
    given = {**DAYS, "account": away.account_id}
    assert client.post(f"{ABSENCES}new/", given).status_code == 302
    own = Absence.objects.get(account=editor)
    assert own.last_day == datetime.date(2026, 12, 31)
    html = client.get(ABSENCES).content.decode()
    assert "edith" in html
    assert "zoe" not in html
    changed = {**given, "last_day": "2027-01-02"}
    assert client.post(f"{ABSENCES}edit/{own.pk}/", changed).status_code == 302
    own.refresh_from_db()
    assert (own.account, own.last_day) == (editor, datetime.date(2027, 1, 2))
    assert client.post(f"{ABSENCES}delete/{own.pk}/").status_code == 302
    assert Absence.objects.get() == away


@pytest.mark.parametrize("name", ["edit", "delete"])
def test_the_absence_of_others_takes_a_permission(make_editor, editor, away, name):
    url = f"{ABSENCES}{name}/{away.pk}/"
    for method in "get", "post":
        # Wagtail's answer to who may not.
        assert getattr(login(editor), method)(url, DAYS).status_code in (302, 403)
    away.refresh_from_db()
    assert away.first_day.day == 1
    codename = {"edit": "change_absence"}.get(name, "delete_absence")
    chief = make_editor("chief", ["access_admin", codename])
    given = {**DAYS, "account": away.account_id}
    assert login(chief).post(url, given).status_code == 302
    assert not Absence.objects.filter(first_day__day=1).exists()


def test_who_may_sets_the_absence_of_others(make_editor, away):
    chief = make_editor("chief", ["access_admin", "add_absence", "answer_conversation"])
    client = login(chief)
    given = {**DAYS, "account": away.account_id}
    assert client.post(f"{ABSENCES}new/", given).status_code == 302
    assert Absence.objects.filter(account=away.account).count() == 2
    assert "zoe" in client.get(ABSENCES).content.decode()


def test_an_absence_ends_after_it_begins(editor):
    wrong = {"first_day": "2026-12-24", "last_day": "2026-12-23"}
    errors = errors_of(login(editor).post(f"{ABSENCES}new/", wrong))
    assert errors == {"last_day": "This day is before the first one."}
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(account=editor, **wrong)


def test_the_last_day_of_who_is_away(editor, away):
    today = away.first_day
    Absence.objects.create(account=editor, first_day=today, last_day=today)
    assert get_last_days([], day=today) == {}
    assert get_last_days([editor.pk], day=today) == {editor.pk: today}
    assert get_last_days([editor.pk], day=today + datetime.timedelta(days=1)) == {}


def test_the_screen_of_a_conversation_says_who_is_away(editor, make_editor, write):
    today = site_time.localdate()
    Absence.objects.create(account=make_editor("zoe"), first_day=today, last_day=today)
    url = f"/admin/cx-feedback/conversations/{write().pk}/"
    html = " ".join(login(editor).get(url).content.decode().split())
    assert "zoe (away until " in html
    assert html.count("(away until ") == 1
