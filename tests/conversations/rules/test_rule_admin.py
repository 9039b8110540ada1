"""Rules for conversations in the admin."""

import pytest

from cx_feedback.conversations.models import ConversationRule
from tests.pages import make_survey
from tests.surveys.conftest import BAD

pytestmark = pytest.mark.django_db
RULES = "/admin/cx-feedback/conversation-rules/"


def errors_of(response):
    assert response.status_code == 200
    return {name: " ".join(texts) for name, texts in response.context["form"].errors.items()}


def test_a_rule_is_added_shown_and_switched_off(admin_client, editor):
    given = {"name": "Low scores", "active": "on", "trigger": "nps", "limit": 4}
    posted = admin_client.post(f"{RULES}new/", {**given, "assignee": editor.pk})
    assert posted.status_code == 302
    rule = ConversationRule.objects.get()
    assert (rule.limit, rule.assignee, rule.answers) == (4, editor, [])
    assert rule.active_since
    assert "gave an NPS of at most 4" in admin_client.get(RULES).content.decode()
    admin_client.post(f"{RULES}edit/{rule.pk}/", {**given, "active": ""})
    rule.refresh_from_db()
    assert (rule.active, rule.active_since) == (False, None)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"trigger": "nps"}, "limit", "Enter a number from 0 to 10."),
        ({"trigger": "csat", "limit": 6}, "limit", "Enter a number from 1 to 5."),
        ({"trigger": "ces", "limit": 0}, "limit", "Enter a number from 1 to 7."),
        ({"trigger": "answer"}, "answers", "Choose at least one answer."),
        ({"trigger": "answer", "answers": ["x" * 161]}, "answers", "is not one of the available"),
        ({"trigger": "answer", "answers": list("abcdefghijkl") * 9}, "answers", "At most 100"),
        ({"trigger": "rain"}, "trigger", "is not one of the available"),
    ],
)
def test_wrong_rules_name_their_field(admin_client, given, field, words):
    errors = errors_of(admin_client.post(f"{RULES}new/", {"name": "x", **given}))
    assert words in errors[field]
    assert not ConversationRule.objects.exists()


def test_who_may_not_answer_can_not_be_chosen(admin_client, make_editor):
    writer = make_editor("writer", ["access_admin"])
    given = {"name": "x", "trigger": "detractor", "assignee": writer.pk}
    assert "assignee" in errors_of(admin_client.post(f"{RULES}new/", given))


def test_answers_are_offered_and_those_that_are_gone_stay(admin_client):
    survey = make_survey()
    word = f"{survey.translation_key}:q-choice:{BAD}"
    assert f'value="{word}"' in admin_client.get(f"{RULES}new/").content.decode()
    given = {"name": "x", "trigger": "answer", "answers": [word, "gone:q:v"]}
    assert admin_client.post(f"{RULES}new/", given).status_code == 302
    rule = ConversationRule.objects.get()
    assert rule.answers == [word, "gone:q:v"]
    html = admin_client.get(f"{RULES}edit/{rule.pk}/").content.decode()
    assert f'value="{word}" selected' in html
    assert "An answer that is no longer offered" in html
