"""The parts of answers in files: headings that tell them apart, types that know their columns."""

import pytest

from cx_feedback.surveys import questions, services
from cx_feedback.surveys.exports.services import content_of, request_export, write_export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.rating import Rating
from tests.surveys.imports.test_import import run  # noqa: F401
from tests.surveys.questions.asking import items, raw

pytestmark = pytest.mark.django_db


def test_a_retired_part_with_the_label_of_another_keeps_its_column(
    run,  # noqa: F811
    admin_user,
    tmp_path,
):
    draft = Survey(title="Rows", questions=[raw("matrix")])
    survey = services.publish_survey(survey=draft)
    services.submit_response(
        survey_id=survey.pk, answers={"q-matrix": {"speed": "good", "price": "poor"}}
    )
    [price] = items("price")
    again = {**price, "id": "speed-2", "value": "Speed"}
    survey.questions = [raw("matrix", rows=[again, price])]
    survey = services.publish_survey(survey=survey)
    answers = {"q-matrix": {"speed-2": "fair", "price": "poor"}}
    services.submit_response(survey_id=survey.pk, answers=answers)
    before = list(Response.objects.order_by("pk").values_list("answers", flat=True))
    export = request_export(
        survey=survey, user=admin_user, format="csv", headings="labels", with_texts=False
    )
    write_export(export_id=export.pk)
    export.refresh_from_db()
    text = b"".join(content_of(export))
    assert b"Question of matrix: Speed,Question of matrix: Price,Question of matrix: Speed (2)" in (
        text
    )
    (tmp_path / "answers.csv").write_bytes(text)
    Response.objects.all().delete()
    run(None, survey=survey.pk)
    assert list(Response.objects.order_by("pk").values_list("answers", flat=True)) == before


def test_a_type_may_claim_the_columns_of_a_file(run, monkeypatch):  # noqa: F811
    monkeypatch.setattr(Rating, "rate_column", lambda kind, column: 99 * column.is_short_scale)
    rows = [{"respondent": n, "Stars?": n % 7 + 1, "Why?": f"Reason {n}"} for n in range(40)]
    run(rows, create_survey="Stars")
    stars, why = Survey.objects.get().definition().questions
    assert (stars.type, stars.options["high"], why.type) == ("rating", 7, "text")
    assert questions.get("rating").build_result(stars, {"": 0}).score is not None
