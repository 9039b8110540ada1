"""Changing a survey with answers in, through the admin: what it says, what it keeps."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html

from cx_feedback.core.errors import NotFound
from cx_feedback.surveys import questions, selectors, services
from cx_feedback.surveys.editing.meaning_changes import find_changes
from cx_feedback.surveys.editing.restore import build_raw_value, find_retired, restore_question
from cx_feedback.surveys.models import Start, Survey
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.results_by_question import get_results
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/surveys/"


def edited(scale_to=5, choices=(GOOD, BAD), without=()):
    """The usual questions with another scale, fewer choices, or some questions left out."""
    raw = [block for block in stream() if block["id"] not in without]
    for block in raw:
        if block["type"] == "scale":
            block["value"]["high"] = scale_to
        if block["type"] == "choice":
            items = block["value"]["choices"]
            block["value"]["choices"] = [item for item in items if item["id"] in choices]
    return raw


def post(client, survey, raw, url="", **more):
    """Send the editor's form with these raw questions in it."""
    url = url or f"{LIST}edit/{survey.pk}/"
    html = client.get(url).content.decode()
    data = querydict_from_html(html, form_id="w-editor-form")
    # Outside the form, and of it by its attribute.
    data.update(re.findall(r'name="(cx-start-again)" value="(\w+)" form="w-editor-form"', html))
    for name in [name for name in data if name.startswith("questions-")]:
        del data[name]
    data.update(nested_form_data({"questions": form(raw)}))
    data.update(more)
    return client.post(url, data)


def form(raw):
    """Return raw blocks as the StreamField's form has them."""
    fields = {"count": str(len(raw))}
    for number, block in enumerate(raw):
        value = {}
        for name, inner in block["value"].items():
            if isinstance(inner, list):
                value[name] = {"count": str(len(inner))} | {
                    str(place): {
                        "value": item["value"],
                        "id": item["id"],
                        "order": str(place),
                        "deleted": "",
                    }
                    for place, item in enumerate(inner)
                }
            elif isinstance(inner, bool):
                value |= {name: "on"} if inner else {}
            else:
                value[name] = str(inner)
        fields[str(number)] = {
            "type": block["type"],
            "id": block["id"],
            "order": str(number),
            "deleted": "",
            "value": value,
        }
    return fields


def keys(survey):
    return [q.key for q in selectors.get_published_definition(survey).questions]


@pytest.fixture
def answered(survey, answer):
    for points in (1, 2, 3, 4, 5, 5):
        answer(more={"q-scale": points, "q-text": "Words"})
    answer(BAD)
    return survey


@pytest.mark.parametrize(
    ("language", "words", "saved"),
    [
        ("en", "“How easy?” now asks something different", "Saved as a draft. Before you publish"),
        (
            "es",
            "«How easy?» pregunta ahora otra cosa",
            "Guardada como borrador. Antes de publicarla",
        ),
    ],
)
def test_a_changed_scale_is_said_before_it_is_published(
    admin_client, answered, language, words, saved
):
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    url = f"{LIST}edit/{answered.pk}/"
    assert words not in admin_client.get(url).content.decode()
    response = post(admin_client, answered, edited(scale_to=7), **{"action-publish": "1"})
    assert response["Location"] == url
    assert keys(answered) == ["q-choice", "q-scale", "q-text"]
    html = admin_client.get(url).content.decode()
    assert saved in html
    assert words in html
    assert ("6 answers so far" in html) == (language == "en")
    response = post(admin_client, answered, edited(scale_to=7), **{"action-publish": "1"})
    assert response["Location"] == LIST
    assert keys(answered) == ["q-choice", "q-scale_2", "q-text"]
    services.submit_response(survey_id=answered.pk, answers={"q-choice": GOOD, "q-scale_2": 7})
    counted = {result.question.key: result.n for result in get_results(survey=answered).questions}
    assert counted == {"q-choice": 8, "q-scale_2": 1, "q-text": 6, "q-scale": 6}


def test_another_change_after_the_warning_is_said_again(admin_client, answered):
    post(admin_client, answered, edited(scale_to=7), **{"action-publish": "1"})
    renamed = edited(scale_to=7)
    renamed[1]["value"]["label"] = "How hard?"
    post(admin_client, answered, renamed, **{"action-publish": "1"})
    assert keys(answered) == ["q-choice", "q-scale", "q-text"]


def test_what_nobody_answered_is_published_at_once(admin_client, survey):
    post(admin_client, survey, edited(scale_to=7), **{"action-publish": "1"})
    assert keys(survey) == ["q-choice", "q-scale_2", "q-text"]


def test_words_and_order_change_without_a_word(admin_client, answered):
    raw = edited()[::-1]
    for block in raw:
        block["value"]["label"] += " (new words)"
    response = post(admin_client, answered, raw)
    assert response.status_code == 302
    assert "When you publish" not in admin_client.get(response["Location"]).content.decode()
    post(admin_client, answered, raw, **{"action-publish": "1"})
    assert keys(answered) == ["q-text", "q-scale", "q-choice"]


def test_what_is_taken_out_is_said_and_brought_back(admin_client, answered):
    url = f"{LIST}edit/{answered.pk}/"
    fewer = edited(choices=(GOOD,), without=("q-scale",))
    fewer[0]["value"]["choices"].append({"type": "item", "id": "c-new", "value": "New"})
    post(admin_client, answered, fewer)
    html = admin_client.get(url).content.decode()
    assert "“How easy?” is no longer asked. Its answers stay in the results." in html
    assert "“Bad” is no longer offered in “How was it?”" in html
    assert "Fewer than 5 answers so far." in html
    post(admin_client, answered, fewer, **{"action-publish": "1"})
    assert keys(answered) == ["q-choice", "q-text"]
    html = admin_client.get(url).content.decode()
    assert "Restore 2 removed questions and options" in html
    for data in ({"question": "q-scale"}, {"question": "q-choice", "item": BAD}):
        assert admin_client.post(f"{LIST}restore/{answered.pk}/", data)["Location"] == url
    html = admin_client.get(url).content.decode()
    assert "“How easy?” is asked again and keeps its earlier answers." in html
    assert "removed question" not in html
    assert keys(answered) == ["q-choice", "q-text"]
    services.publish_survey(survey=Survey.objects.get().get_latest_revision_as_object())
    services.submit_response(survey_id=answered.pk, answers={"q-choice": BAD, "q-scale": 5})
    found = {result.question.key: result for result in get_results(survey=answered).questions}
    assert {row.label: row.count for row in found["q-choice"].rows} == {
        "Good": 6,
        "New": 0,
        "Bad": 2,
    }
    assert (found["q-scale"].n, found["q-scale"].retired) == (7, False)


def test_both_meanings_can_be_asked_side_by_side(answered):
    change(answered, edited(scale_to=7))
    assert [r.question for r in find_retired(answered)] == ["q-scale"]
    assert [r.kind for r in find_retired(answered)] == ["Agreement scale, 1–5"]
    services.publish_survey(survey=restore_question(survey=answered, question="q-scale"))
    assert keys(answered) == ["q-choice", "q-scale_2", "q-text", "q-scale"]
    points = [q.options.get("high") for q in selectors.get_published_definition(answered).questions]
    assert points == [None, 7, None, 5]
    change(answered, edited(scale_to=5))
    assert keys(answered) == ["q-choice", "q-scale", "q-text"]
    assert [c.what for c in find_changes(answered)] == []


def with_ends(low, high):
    raw = edited()
    raw[1]["value"] |= {"low_label": low, "high_label": high}
    return raw


def test_a_scale_whose_ends_are_exchanged_starts_anew(admin_client, answered):
    url = f"{LIST}edit/{answered.pk}/"
    post(admin_client, answered, with_ends("easy ", "Hard"), **{"action-publish": "1"})
    html = admin_client.get(url).content.decode()
    assert "“How easy?” now asks something different" in html
    assert keys(answered) == ["q-choice", "q-scale", "q-text"]
    change(answered, with_ends("Easy", "Hard"))
    assert keys(answered) == ["q-choice", "q-scale_2", "q-text"]
    # Other words go on, compared with those of now: the first question had them the other way.
    for low, high in (("Easy!", "Hard!"), ("Simple", "Difficult"), ("", "Difficult")):
        change(answered, with_ends(low, high))
        assert keys(answered) == ["q-choice", "q-scale_2", "q-text"]
    change(answered, with_ends("Easy", "Hard"))
    change(answered, with_ends("Hard", "Easy"))
    assert keys(answered) == ["q-choice", "q-scale", "q-text"]


def test_translations_of_exchanged_ends_are_counted_with_them(answered):
    change(answered, with_ends("Easy", "Hard"))
    spanish = answered.copy_for_translation(Locale.objects.get_or_create(language_code="es")[0])
    spanish.save()
    change(spanish, with_ends("Fácil", "Difícil"))
    assert keys(spanish) == ["q-choice", "q-scale_2", "q-text"]
    change(spanish, with_ends("Difícil", "Fácil"))
    assert keys(spanish)[1] not in keys(answered)


def test_the_best_answer_to_nps_is_always_ten():
    options = {"low": 0, "high": 10, "low_label": "No", "high_label": "Yes"}
    before = Definition("T", questions=(Question("n", "nps", "N", options=options),))
    turned = {**options, "low_label": "Yes", "high_label": "No"}
    now = Definition("T", questions=(Question("n", "nps", "N", options=turned),))
    assert now.following(before, questions).questions[0].key == "n"


def test_conditions_follow_the_keys(answered):
    raw = edited(scale_to=7)
    rule = {"question": "q-scale", "operator": "at_most", "value": 2}
    raw[2]["value"]["show_if"] = {"match": "all", "rules": [rule]}
    change(answered, raw)
    services.publish_survey(survey=restore_question(survey=answered, question="q-scale"))
    text = selectors.get_published_definition(answered).questions[2]
    assert text.show_if["rules"][0]["question"] == "q-scale_2"


def test_nothing_to_bring_back(admin_client, answered):
    for names in ({"question": "x"}, {"question": "q-choice", "item": "x"}, {"question": "q-text"}):
        with pytest.raises(NotFound):
            restore_question(survey=answered, **names)
        response = admin_client.post(f"{LIST}restore/{answered.pk}/", names, follow=True)
        assert "There is nothing to restore" in response.content.decode()
    assert admin_client.get(f"{LIST}restore/{answered.pk}/").status_code == 405


def test_who_may_not_edit_may_not_bring_back(client, answered, admin_user, django_user_model):
    change(answered, edited(without=("q-text",)))
    user = django_user_model.objects.create_user("u", "u@example.org", "x")
    rights = ["access_admin", "view_results"]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    client.post(f"{LIST}restore/{answered.pk}/", {"question": "q-text"})
    rights = ["access_admin", "change_survey"]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    html = client.get(f"{LIST}edit/{answered.pk}/").content.decode()
    assert "Question “Why?”" in html
    assert "answers so far" not in html
    Survey.objects.filter(pk=answered.pk).update(locked=True, locked_by=admin_user)
    assert "Bring back" not in client.get(f"{LIST}edit/{answered.pk}/").content.decode()
    client.post(f"{LIST}restore/{answered.pk}/", {"question": "q-text"})
    assert len(Survey.objects.get().get_latest_revision_as_object().questions) == 2


@pytest.mark.parametrize("name", list(questions.all_types()))
def test_every_type_can_be_brought_back_as_it_was(name):
    kind = questions.get(name)
    if kind.block is None:
        return
    block = kind.block()
    raw = json.loads(json.dumps(block.get_prep_value(block.get_default()), cls=DjangoJSONEncoder))
    value = block.to_python({**raw, "label": "Label", "required": True, "help": "Help"})
    question = kind.build_question("key", value)
    frozen = Question(**json.loads(json.dumps(question.__dict__)))
    again = kind.build_question("key", block.to_python(build_raw_value(frozen)))
    assert json.loads(json.dumps(again.__dict__)) == frozen.__dict__


def test_a_translation_made_after_a_change_adds_up(answered):
    """The block of the copy has the key of the former scale; its answers are of the new one."""
    change(answered, edited(scale_to=7))
    copy = answered.copy_for_translation(Locale.objects.create(language_code="es"))
    copy = services.publish_survey(survey=copy)
    assert keys(copy) == ["q-choice", "q-scale_2", "q-text"]
    copy = change(copy, edited(scale_to=9))
    assert keys(copy) == ["q-choice", "q-scale_3", "q-text"]
    change(answered, edited(scale_to=9))
    assert keys(answered) == ["q-choice", "q-scale_3", "q-text"]


@pytest.mark.parametrize(
    ("begun", "sent", "words"), [(3, 1, "2 readers began"), (2, 1, "1 reader began"), (1, 1, "")]
)
def test_readers_in_the_middle_are_told_before_publishing(
    admin_client, survey, answer, begun, sent, words
):
    for _ in range(begun):
        services.record_start(survey_id=survey.pk)
    for _ in range(sent):
        answer()
    html = admin_client.get(f"{LIST}edit/{survey.pk}/").content.decode()
    assert ("cx-answering" in html) == bool(words)
    assert f"{words} to answer in the last 30 minutes" in html or not words
    Start.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    assert "cx-answering" not in admin_client.get(f"{LIST}edit/{survey.pk}/").content.decode()
