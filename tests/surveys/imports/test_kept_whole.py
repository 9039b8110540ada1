"""What a file says is what is stored: words, missing values, spellings, numbers, days."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from cx_feedback.surveys import services
from cx_feedback.surveys.exports.services import content_of, request_export, write_export
from cx_feedback.surveys.models import Response, Survey
from tests.surveys.imports.test_import import run  # noqa: F401
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db


def published(*blocks, title="Kept"):
    return services.publish_survey(survey=Survey(title=title, questions=list(blocks)))


def asking(kind, label, key="", **options):
    block = raw(kind, **options)
    return {**block, "id": key or block["id"], "value": {**block["value"], "label": label}}


def answers():
    return [response.answers for response in Response.objects.order_by("pk")]


def test_only_numbers_of_a_spreadsheet_lose_their_zero(run, tmp_path):  # noqa: F811
    survey = published(
        asking("text", "Version", "v"),
        asking("scale", "Easy", "s", low=1, high=5),
        asking("number", "Years", "n", low=None, high=None, step=None),
    )
    run([{"Version": "Python 3.0", "Easy": "4.0", "Years": "3.0"}], survey=survey.pk)
    book = Workbook()
    book.active.append(["Version", "Easy"])
    book.active.append([3.0, 4.0])
    book.active.append(["3.0", "4"])
    book.save(tmp_path / "book.xlsx")
    call_command("cx_import_responses", str(tmp_path / "book.xlsx"), survey=survey.pk)
    assert answers() == [
        {"v": "Python 3.0", "s": 4, "n": 3},
        {"v": "3", "s": 4},
        {"v": "3.0", "s": 4},
    ]


def test_a_choice_keeps_its_zero(run, locales):  # noqa: F811
    choices = [{"type": "item", "id": key, "value": f"Python {key}"} for key in ("2.0", "3.0")]
    survey = published(
        asking("choices", "Which?", "c", choices=choices, min_choices=None, other="")
    )
    run(
        [{"Which? [Python 2.0]": "Python 2.0", "Which? [Python 3.0]": "1.0"}],
        survey=survey.pk,
    )
    assert answers() == [{"c": ["2.0", "3.0"]}]


TITLES = [
    "Date",
    "Page",
    "Language",
    "Seconds",
    "Response",
    "Answered at",
    "id",
    "Page",
    "Fecha",
    "Version",
]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("headings", ["labels", "keys"])
def test_titles_like_our_own_columns_come_back(admin_user, tmp_path, format, headings, locales):
    blocks = [asking("text", title, f"q-{n}") for n, title in enumerate(TITLES)]
    here, there = published(*blocks), published(*blocks, title="There")
    given = {f"q-{n}": f"2020-01-{n + 1:02}" for n in range(len(TITLES))}
    response = services.submit_response(survey_id=here.pk, answers=given, language="es", seconds=75)
    export = request_export(
        survey=here, user=admin_user, format=format, headings=headings, with_texts=True
    )
    write_export(export_id=export.pk)
    path = tmp_path / f"answers.{format}"
    path.write_bytes(b"".join(content_of(export)))
    call_command("cx_import_responses", str(path), survey=there.pk)
    [back] = there.responses.all()
    assert back.answers == given
    assert (back.seconds, back.language) == (75, "es")
    assert abs((back.created_at - response.created_at).total_seconds()) < 1


def test_a_survey_made_of_our_own_export_asks_the_same(admin_user, tmp_path):
    here = published(*(asking("text", title, f"q-{n}") for n, title in enumerate(TITLES)))
    for day in (1, 2):
        given = {f"q-{n}": f"Words {n} of {day}" for n in range(len(TITLES))}
        services.submit_response(survey_id=here.pk, answers=given)
    export = request_export(
        survey=here, user=admin_user, format="csv", headings="labels", with_texts=True
    )
    write_export(export_id=export.pk)
    path = tmp_path / "answers.csv"
    path.write_bytes(b"".join(content_of(export)))
    call_command("cx_import_responses", str(path), create_survey="Anew")
    anew = Survey.objects.get(title="Anew")
    assert [question.label for question in anew.definition().questions] == TITLES
    assert [len(response.answers) for response in anew.responses.all()] == [len(TITLES)] * 2


def test_a_date_of_another_file_is_when_it_was_answered(run, survey):  # noqa: F811
    run([{"Date": "2026-01-02", "Why?": "Clear"}], survey=survey.pk)
    assert timezone.localtime(Response.objects.get().created_at).isoformat()[:10] == "2026-01-02"


def test_missing_values_are_missing(run):  # noqa: F811
    rows = [
        {"Colour": colour, "Years": years, "Why": why}
        for colour, years, why in [
            ("Red", "1", "a"), ("Blue", "NA", "N/A"), ("N/A", "-99", "b"), ("red", "400", "c"),
            ("RED", "12", ""), ("Red", "n/a", "d"), ("", "77", "e"), ("Blue", "-99.0", "f"),
        ]
    ]  # fmt: skip
    said = run(rows, create_survey="Missing", missing=["-99"])
    colour, years, why = Survey.objects.get().definition().questions
    assert (colour.type, years.type, why.type) == ("choice", "number", "text")
    assert [choice["label"] for choice in colour.options["choices"]] == ["Blue", "Red"]
    assert "Colour: “Red”, “RED”, “red” are one choice." in said
    assert [a.get(years.key) for a in answers()] == [1, None, None, 400, 12, None, 77, None]
    assert [a.get(why.key) for a in answers()] == ["a", None, "b", "c", None, "d", "e", "f"]
    assert len({a[colour.key] for a in answers() if colour.key in a}) == 2
    assert "Could not place:               0" in said


def test_a_choice_that_is_called_like_a_missing_value_is_one(run, locales):  # noqa: F811
    choices = [{"type": "item", "id": key, "value": key} for key in ("Yes", "N/A")]
    survey = published(asking("choice", "Done?", "c", choices=choices, other=""))
    said = run([{"Done?": "n/a"}, {"Done?": "YES"}, {"Done?": "NA"}], survey=survey.pk)
    assert answers() == [{"c": "N/A"}, {"c": "Yes"}]
    assert "Rows left out:                 1" in said


def test_what_is_mapped_to_nothing_makes_no_choice(run, tmp_path):  # noqa: F811
    path = tmp_path / "mapping.json"
    path.write_text(
        '{"columns": {"Internal": "", "Left": null,'
        ' "Colour": {"values": {"9": null, "8": "", "1": "Red", "2": "Blue"}}}}'
    )
    rows = [{"Colour": c, "Internal": "x", "Left": "y"} for c in ("1", "2", "9", "8", "1")]
    run(rows, create_survey="Mapped", mapping=path)
    [colour] = Survey.objects.get().definition().questions
    assert [choice["label"] for choice in colour.options["choices"]] == ["Blue", "Red"]
    assert len(answers()) == 3


def test_numbers_and_days_as_the_file_writes_them(run):  # noqa: F811
    days = ["03/04/2025", "13/04/2025", "28/02/2024", "01/12/2025"]
    amounts = ["3,5", "1.234,25", "1,234", "12"]
    rows = [{"When": day, "How much": amount} for day, amount in zip(days, amounts, strict=True)]
    run(rows, create_survey="Notation")
    when, much = Survey.objects.get().definition().questions
    assert (when.type, much.type) == ("date", "number")
    assert [a[when.key] for a in answers()] == [
        "2025-04-03", "2025-04-13", "2024-02-28", "2025-12-01",
    ]  # fmt: skip
    assert [a[much.key] for a in answers()] == [3.5, 1234.25, 1.234, 12]


def test_digits_that_are_names_are_no_amounts(run):  # noqa: F811
    rows = [{"Postcode": f"0800{n}", "Telephone": f"+34600{n}"} for n in range(9)]
    run(rows, create_survey="Names")
    code, telephone = Survey.objects.get().definition().questions
    assert (code.type, telephone.type) == ("text", "text")
    assert answers()[3] == {code.key: "08003", telephone.key: "+346003"}
