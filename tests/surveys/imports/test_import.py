"""Bringing responses in by the command, as an editor's helper would."""

import csv
import datetime
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.dateparse import parse_datetime

from cx_feedback.surveys import services
from cx_feedback.surveys.exports.services import content_of, request_export, write_export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.results.crosstab import build_crosstab
from cx_feedback.surveys.results.results_by_question import get_results
from tests.shared_data import shared_file
from tests.surveys.conftest import change, stream
from tests.surveys.questions.asking import BLOCKS, GOOD, raw

pytestmark = pytest.mark.django_db
ROWS = [
    {"id": "7", "How was it?": "Good", "How easy?": "4", "Why?": "Clear", "Internal": "x"},
    {"id": "8", "How was it?": "bad", "How easy?": "5.0", "Why?": "", "Internal": ""},
]


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on rows; return what it said on both streams."""

    def run_(rows, *options, name="answers.csv", **named):
        path = tmp_path / name
        if rows is not None:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0], restval="")
                writer.writeheader()
                writer.writerows(rows)
        call_command("cx_import_responses", str(path), *options, **named)
        said = capsys.readouterr()
        return said.out + said.err

    return run_


def test_columns_are_matched_by_the_words_of_the_questions(run, survey):
    said = run(ROWS, survey=survey.pk)
    first, second = Response.objects.order_by("pk")
    assert first.answers == {"q-choice": "c-good", "q-scale": 4, "q-text": "Clear"}
    assert second.answers == {"q-choice": "c-bad", "q-scale": 5}
    assert (first.reader, first.page_id, first.folded) == (None, None, True)
    assert "Columns left out:   Internal" in said
    again = run(ROWS, survey=survey.pk)
    assert Response.objects.count() == 2
    assert "Known already:                 2" in again
    run([*ROWS, {**ROWS[0], "id": "9"}], survey=survey.pk)
    assert Response.objects.count() == 3


def test_rows_without_an_id_are_known_by_their_place_and_content(run, survey):
    rows = [{"How was it?": "Good"}, {"How was it?": "Good"}]
    for _ in range(2):
        run(rows, survey=survey.pk)
        assert Response.objects.count() == 2


def test_what_cannot_be_placed_is_named_and_the_rest_goes_in(run, survey, tmp_path):
    rows = [*ROWS, {**ROWS[0], "id": "9", "How was it?": "Meh"}, {"id": "10", "Why?": " "}]
    rows += [{"id": "11", "How easy?": "6", "How was it?": "", "Why?": "", "Internal": ""}]
    report = tmp_path / "problems.csv"
    said = run(rows, survey=survey.pk, report=report)
    assert "Row 4, How was it? = 'Meh': There is no such choice." in said
    assert "Row 6, How easy? = '6': Choose a whole number from 1 to 5." in said
    assert Response.objects.order_by("pk")[2].answers == {"q-scale": 4, "q-text": "Clear"}
    assert Response.objects.count() == 3
    assert "Rows left out:                 2" in said
    with report.open(encoding="utf-8-sig") as file:
        assert [(row["row"], row["column"]) for row in csv.DictReader(file)] == [
            ("4", "How was it?"),
            ("5", ""),
            ("6", "How easy?"),
            ("6", ""),
        ]


def test_strict_keeps_nothing_and_dry_run_stores_nothing(run, survey):
    with pytest.raises(CommandError, match="1 problems in 3 rows; nothing was kept"):
        run([*ROWS, {**ROWS[0], "id": "9", "How easy?": "0"}], "--strict", survey=survey.pk)
    said = run(ROWS, "--dry-run", survey=survey.pk)
    assert "Responses new:                 2 (nothing stored" in said
    said = run(ROWS, "--dry-run", create_survey="Made")
    assert "Would create a survey" in said
    assert not Response.objects.exists()
    assert Survey.objects.count() == 1


def test_a_mapping_file(run, survey, article, tmp_path):
    mapping = tmp_path / "mapping.json"
    columns = {
        "Q1": {"question": "q-choice", "values": {"1": "Good", "2": "Bad"}},
        "Q2": "How easy?",
        "Why?": None,
    }
    special = {"id": "nr", "date": "when", "date_format": "%d/%m/%Y", "page": "p", "language": "l"}
    mapping.write_text(json.dumps({**special, "columns": columns}))
    row = {"nr": "1", "when": "03/02/2025", "p": article.pk, "l": "es-MX", "Q1": "2", "Q2": "3"}
    said = run(
        [
            {**row, "Why?": "no"},
            {**row, "nr": "2", "when": "2025", "p": "-1", "l": "??", "Why?": ""},
        ],
        survey=survey.pk,
        mapping=mapping,
    )
    first, second = Response.objects.order_by("pk")
    assert first.answers == {"q-choice": "c-bad", "q-scale": 3}
    assert first.created_at.date() == datetime.date(2025, 2, 2), "midnight in Madrid"
    assert (first.page_id, first.language) == (article.pk, "es")
    assert (second.page_id, second.language) == (None, "")
    assert "Could not place:               3" in said
    mapping.write_text(json.dumps({"columns": {"Q1": "No such question"}}))
    with pytest.raises(CommandError, match="no question “No such question”"):
        run([{"Q1": "1"}], survey=survey.pk, mapping=mapping)
    for wrong in ("{", '{"colours": 1}', "[]", '{"id": "nowhere"}'):
        mapping.write_text(wrong)
        with pytest.raises(CommandError, match="mapping"):
            run([{"Q1": "1"}], survey=survey.pk, mapping=mapping)
    mapping.write_text('{"columns": {"Q1": {"type": "checkboxes"}}}')
    with pytest.raises(CommandError, match=r"“Q1” the type “checkboxes”.* choices"):
        run([{"Q1": "1"}], create_survey="A file", mapping=mapping)
    assert not Survey.objects.filter(title="A file").exists()


def test_other_refusals(run, survey, draft):
    with pytest.raises(CommandError, match="no survey 999"):
        run(ROWS, survey=999)
    with pytest.raises(CommandError, match="No column matches"):
        run([{"a": "1"}], survey=survey.pk)
    with pytest.raises(CommandError, match="No such file"):
        run(None, survey=survey.pk, name="nowhere.csv")
    unpublished = Survey.objects.create(title="Draft", live=False)
    with pytest.raises(CommandError, match="not published"):
        run(ROWS, survey=unpublished.pk)


def test_a_survey_is_made_of_a_file(run):
    rows = [
        {
            "respondent": n,
            "Clear?": n % 5 + 1,
            "Would you recommend us?": n % 11,
            "Sex": n % 2 + 1,
            "Age": 18 + n,
            "Where": ["home", "work", "on the way"][n % 3],
            "E-mail": f"reader{n}@example.org",
            "Why?": f"Because of reason {n}",
            "Nothing": "",
        }
        for n in range(40)
    ]
    said = run(rows, create_survey="Moved in")
    survey = Survey.objects.get()
    assert {q.label: q.type for q in survey.definition().questions} == {
        "Clear?": "scale",
        "Would you recommend us?": "nps",
        "Sex": "choice",
        "Age": "number",
        "Where": "choice",
        "E-mail": "email",
        "Why?": "text",
    }
    assert "Could not place:               0" in said
    assert Response.objects.count() == 40
    assert "is there already" in run(rows, create_survey="Moved in")
    assert (Survey.objects.count(), Response.objects.count()) == (1, 40)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("headings", ["labels", "keys"])
def test_what_was_exported_comes_back(
    capsys, locales, admin_user, tmp_path, language, format, headings
):
    """From a site that asks every type of question to another that asks the same."""
    answers = {f"q-{kind}": GOOD[kind][0] for kind in BLOCKS} | {"q-text": "=1+1, or\nso"}
    stream = [raw(kind, min_choices=None) for kind in BLOCKS]
    here = services.publish_survey(survey=Survey(title="Here", questions=stream))
    services.submit_response(
        survey_id=here.pk, answers=answers, at=parse_datetime("2026-01-02T03:04:05Z")
    )
    services.submit_response(survey_id=here.pk, answers={"q-choice": {"other": "Mine"}})
    with translation.override(language):
        export = request_export(
            survey=here, user=admin_user, format=format, headings=headings, with_texts=True
        )
        write_export(export_id=export.pk)
        export.refresh_from_db()
        path = tmp_path / f"answers.{format}"
        path.write_bytes(b"".join(content_of(export)))
        there = services.publish_survey(survey=Survey(title="There", questions=stream))
        call_command("cx_import_responses", str(path), survey=there.pk)
    said = capsys.readouterr()
    first, second = there.responses.order_by("pk")
    assert first.answers == answers, said.err
    assert second.answers == {"q-choice": {"other": "Mine"}}
    assert first.created_at == parse_datetime("2026-01-02T03:04:05Z")
    call_command("cx_import_responses", str(path), survey=there.pk)
    assert there.responses.count() == 2


def test_answers_in_a_column_for_each_part(run, locales):
    stream = [raw(kind, min_choices=None) for kind in ("choices", "ranking", "matrix")]
    survey = services.publish_survey(survey=Survey(title="Parts", questions=stream))
    picked, rank, judged = (f"Question of {kind}" for kind in ("choices", "ranking", "matrix"))
    row = {
        f"{picked} [Red]": "Yes",
        f"{picked} [Green]": "No",
        f"{picked} [Blue]": "Blue",
        f"{picked} [Another]": "Pink",
        f"{rank} [Ants]": "2",
        f"{rank} [Bees]": "3.0",
        f"{rank} [Cats]": "1",
        f"{judged} [Speed]": "Good",
        f"{judged} [Price]": "",
    }
    run([row], survey=survey.pk)
    assert Response.objects.get().answers == {
        "q-choices": ["red", "blue", {"other": "Pink"}],
        "q-ranking": ["cats", "ants", "bees"],
        "q-matrix": {"speed": "good"},
    }
    said = run([{**row, f"{picked} [Red]": "Maybe", f"{rank} [Ants]": "1"}], survey=survey.pk)
    assert "Row 2, Question of choices [Red] = 'Maybe': There is no such choice." in said
    assert "Position 1 is used twice: “Ants” and “Cats”" in said
    last = Response.objects.order_by("pk").last()
    assert last.answers["q-choices"] == ["blue", {"other": "Pink"}]
    assert "q-ranking" not in last.answers


def test_a_choice_may_hold_the_separator(run, locales):
    choices = [
        {"type": "item", "id": key, "value": words}
        for key, words in (("both", "Yes; both"), ("one", "One"), ("none", "none; at all; never"))
    ]
    stream = [raw("choices", choices=choices, min_choices=None, other="")]
    survey = services.publish_survey(survey=Survey(title="Split", questions=stream))
    run([{"Question of choices": "yes; both; One;none; at all; never"}], survey=survey.pk)
    assert Response.objects.get().answers == {"q-choices": ["both", "one", "none"]}


def test_a_question_is_none_of_the_columns_known_by_name(run, survey):
    change(survey, [{**stream()[2], "value": {"label": "Date", "help": "", "required": False}}])
    run([{"Date": "In May"}], survey=survey.pk)
    assert Response.objects.get().answers == {"q-text": "In May"}


@pytest.mark.slow
def test_every_figure_of_real_answers_is_that_of_pandas(capsys, django_assert_max_num_queries):
    pandas = pytest.importorskip("pandas")
    path = shared_file("bfi_responses.csv")
    call_command("cx_import_responses", str(path), create_survey="BFI")
    assert "Responses new:             2,800" in capsys.readouterr().out
    call_command("cx_import_responses", str(path), create_survey="BFI")
    assert "Known already:             2,800" in capsys.readouterr().out
    table, survey = pandas.read_csv(path), Survey.objects.get()
    found = get_results(survey=survey)
    assert found.n == len(table)
    by_label = {r.question.label: r for r in found.questions}
    assert set(by_label) == set(table.columns) - {"respondent"}
    answered = 0
    for label, result in by_label.items():
        column = table[label].dropna()
        answered += len(column)
        assert result.n == len(column), label
        if result.question.type != "number":
            counted = {row.label.split(" ")[0]: row.count for row in result.rows if row.count}
            expected = {str(int(k)): int(n) for k, n in column.value_counts().items()}
            assert counted == expected, label
        if result.score is not None:
            assert result.score.value == pytest.approx(column.mean()), label
    assert len(table) * 28 - answered == 731, "the answers that are missing in the file"
    keys = {label: result.question.key for label, result in by_label.items()}
    for one, other in (("A1", "A2"), ("gender", "N3"), ("education", "O4")):
        made = build_crosstab(survey=survey, rows=keys[one], columns=keys[other])
        expected = pandas.crosstab(table[one], table[other])
        labels = [[w.split(" ")[0] for w in s.labels] for s in (made.rows, made.columns)]
        counts = {
            (int(r), int(c)): count
            for r, row in zip(labels[0], made.counts, strict=True)
            for c, count in zip(labels[1], row, strict=True)
            if count
        }
        assert counts == {
            (int(r), int(c)): int(n) for (r, c), n in expected.stack().items() if n
        }, (one, other)
