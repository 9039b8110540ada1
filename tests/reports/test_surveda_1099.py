"""surveda#1099: leading zeros are lost, and what keeps them shows.

Its users exported telephone numbers, which spreadsheets read as amounts. Here a workbook kept
them as texts, but showed an apostrophe before each that began with "+".
"""

import io

import pytest
from openpyxl import load_workbook

from cx_feedback.surveys import services
from cx_feedback.surveys.exports.services import content_of, request_export, write_export
from cx_feedback.surveys.models import Survey
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
TEXTS = ["0034600111222", "+34 600 111 222", "-5", "@ana", "=1+1", "08001"]


def test_a_workbook_holds_texts_as_they_were_written(admin_user):
    survey = services.publish_survey(survey=Survey(title="Call", questions=[raw("text")]))
    for text in TEXTS:
        services.submit_response(survey_id=survey.pk, answers={"q-text": text})
    export = request_export(
        survey=survey, user=admin_user, format="xlsx", headings="keys", with_texts=True
    )
    write_export(export_id=export.pk)
    sheet = load_workbook(io.BytesIO(b"".join(content_of(export)))).active
    [head, *rows] = sheet.iter_rows()
    place = [cell.value for cell in head].index("q-text")
    cells = [row[place] for row in rows]
    assert [cell.value for cell in cells] == TEXTS
    assert {cell.data_type for cell in cells} == {"s"}
