"""The guide ``docs/extending/adding-a-question-type.md``: its code works as it stands there."""

import csv
import importlib
import io
import re
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions import registry
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.stream_field import QuestionsField
from cx_feedback.surveys.results.tally_folding import fold_responses

PAGE = Path(__file__).parents[2] / "docs/extending/adding-a-question-type.md"
GUIDE = PAGE.read_text(encoding="utf-8")
NAME = "magazine_before_after"
KEY = "5a0c5c4e-0000-4000-8000-000000000001"
ANSWER = {"before": 2, "after": 4}


def get_example(language, comment):
    """Return an example of the guide and the path that its first line names."""
    code = re.search(rf"```{language}\n({comment} (\S+).*?)```", GUIDE, re.S)
    return code[1], code[2]


@pytest.fixture
def its_type(settings, monkeypatch, tmp_path):
    """Install the type as the guide says: two files and a setting."""
    for language, comment in (("python", "#"), ("html\\+django", "{#")):
        code, path = get_example(language, comment)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "magazine/templates"]}]
    [setting] = re.findall(r"CX_FEEDBACK = (\{.*?\})`", GUIDE)
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **eval(setting)}
    monkeypatch.setattr(registry, "_types", {})
    # What a site does when it starts: the field offers the types of the settings.
    field = Survey._meta.get_field("questions")
    monkeypatch.setitem(field.__dict__, "stream_block", QuestionsField().stream_block)
    yield questions.get(NAME)
    for module in [name for name in sys.modules if name.partition(".")[0] == "magazine"]:
        del sys.modules[module]


@pytest.fixture
def survey(db, its_type):
    asked = {"type": NAME, "id": KEY, "value": {"label": "How well?", "required": True}}
    draft = Survey(title="Own", questions=[asked], open_by_address=True)
    return services.publish_survey(survey=draft)


def test_a_type_of_a_site(its_type):
    value = its_type.block().to_python({"label": "How well?", "help": "", "required": True})
    question = its_type.build_question("known", value)
    definition = Definition("Own", questions=(question,))
    assert questions.clean_answers(definition, {"known": ANSWER}) == {"known": ANSWER}
    with pytest.raises(InvalidInput) as caught:
        questions.clean_answers(definition, {"known": {"before": 2, "after": 9}})
    assert caught.value.fields == {"answers.known": ["Choose numbers from 1 to 5."]}
    assert list(questions.all_types())[-1] == its_type.name


@pytest.mark.parametrize(
    "value",
    [1, None, ["before"], {}, {"before": 1}, {**ANSWER, "x": 1}, {"before": 1, "after": True}],
)
def test_the_example_refuses_whatever_comes(its_type, value):
    with pytest.raises(InvalidAnswer):
        its_type.clean(Question("known", NAME, "How well?"), value)


def test_it_is_answered_over_rest_and_by_a_plain_form(client, survey):
    url = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    answered = client.post(url, {"answers": {KEY: ANSWER}}, content_type="application/json")
    assert answered.status_code == 201, answered.content
    refused = client.post(url, {"answers": {KEY: 4}}, content_type="application/json")
    assert refused.json()["errors"] == {
        f"answers.{KEY}": ["Choose a number for before and for after."]
    }
    form = f"/feedback/surveys/{survey.pk}/"
    page = client.get(f"{form}ask/").content.decode()
    assert page.count(f'name="answers.{KEY}.before"') == 5
    sent = client.post(form, {f"answers.{KEY}.before": "1", f"answers.{KEY}.after": "5"})
    assert sent.status_code == 303
    again = client.post(form, {f"answers.{KEY}.before": "3"})
    assert again.status_code == 400
    assert re.search(rf'name="answers.{KEY}.before" value="3"[^>]* checked', again.content.decode())
    answers = [row.answers[KEY] for row in Response.objects.order_by("pk")]
    assert answers == [ANSWER, {"before": 1, "after": 5}]


@pytest.mark.parametrize("headings", ["labels", "keys"])
def test_an_export_has_a_column_for_each_part_and_comes_back(
    survey, headings, admin_user, tmp_path, capsys, django_capture_on_commit_callbacks
):
    for n in range(1, 6):
        services.submit_response(survey_id=survey.pk, answers={KEY: {"before": 1, "after": n}})
    with django_capture_on_commit_callbacks(execute=True):
        export = exports.request_export(
            survey=survey, user=admin_user, format="csv", headings=headings, with_texts=False
        )
    text = b"".join(exports.content_of(export)).decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text)))
    columns = {
        "labels": ("How well?: Before reading", "How well?: After reading"),
        "keys": (f"{KEY}.before", f"{KEY}.after"),
    }[headings]
    assert [first[column] for column in columns] == ["1", "1"]
    path = tmp_path / "answers.csv"
    path.write_text(text, encoding="utf-8")
    before = list(Response.objects.order_by("pk").values_list("answers", flat=True))
    Response.objects.all().delete()
    call_command("cx_import_responses", str(path), survey=survey.pk)
    assert list(Response.objects.order_by("pk").values_list("answers", flat=True)) == before


@pytest.mark.parametrize("folded", [True, False])
def test_its_results_are_shown(admin_client, survey, folded):
    for n in (1, 2, 3, 4, 5, 5):
        services.submit_response(survey_id=survey.pk, answers={KEY: {"before": 1, "after": n}})
    if folded:
        fold_responses()
    url = f"/feedback/api/v1/surveys/{survey.pk}/results/"
    [found] = admin_client.get(url).json()["questions"]
    assert found["n"] == 6
    assert [(row["label"], row["count"]) for row in found["rows"]] == [
        ("Before reading", 6),
        ("After reading", 6),
    ]
    assert [cell["count"] for cell in found["rows"][1]["cells"]] == [1, 1, 1, 1, 2]
    page = admin_client.get(f"/admin/cx-feedback/surveys/results/{survey.pk}/")
    assert "After reading" in page.content.decode()


def test_a_type_taken_out_again_stays_counted(its_type, settings, monkeypatch):
    definition = Definition("Own", questions=(Question("known", NAME, "How well?"),))
    settings.CX_FEEDBACK = {}
    monkeypatch.setattr(registry, "_types", {})
    assert ("known", "") in set(questions.iterate_counted_values(definition, {"known": ANSWER}))
    assert questions.get(NAME).build_result(definition.questions[0], {"": 3}).n == 3
    with pytest.raises(InvalidInput):
        questions.clean_answers(definition, {"known": ANSWER})
