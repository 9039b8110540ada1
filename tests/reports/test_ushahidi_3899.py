"""ushahidi#3899 and django-survey#79: Excel garbles CSV.

Excel reads the separator of its user's language: in Spanish and German a semicolon. Their users
opened files that were separated by commas, and found each row in one cell, accents broken.
"""

import csv
import io

import pytest
from django.urls import reverse

from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.surveys import services
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.exports.services import write_export
from cx_feedback.surveys.models import Survey
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db
SEPARATORS = [(separator.value, separator.character) for separator in Separator]


def rows_of(response, separator):
    text = b"".join(response.streaming_content if response.streaming else [response.content])
    assert text.startswith(b"\xef\xbb\xbf"), "Excel would read it as Latin-1"
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=separator))


@pytest.mark.parametrize(("name", "separator"), SEPARATORS)
def test_answers_in_the_separator_of_choice(admin_client, name, separator):
    number = raw("number", low=None, high=None, step=None)
    survey = services.publish_survey(survey=Survey(title="Niños", questions=[raw("text"), number]))
    given = {"q-text": "Sí, ñ; o no", "q-number": 3.5}
    services.submit_response(survey_id=survey.pk, answers=given)
    url = reverse(Survey.snippet_viewset.get_url_name("results_exports"), args=[survey.pk])
    assert 'name="separator"' in admin_client.get(url).content.decode()
    asked = {"format": "csv", "headings": "keys", "texts": "1", "separator": name}
    admin_client.post(url, asked)
    write_export(export_id=Export.objects.get().pk)
    response = admin_client.get(f"{url}{Export.objects.get().pk}/")
    head, row = rows_of(response, separator)
    said = dict(zip(head, row, strict=True))
    assert said["q-text"] == "Sí, ñ; o no"
    assert said["q-number"] == ("3,5" if name == "semicolon" else "3.5")


@pytest.mark.parametrize(("name", "separator"), SEPARATORS)
@pytest.mark.parametrize("url", ["cx_subscriptions:index", "cx_loyalty:readers"])
def test_tables_of_the_admin_in_the_separator_of_choice(admin_client, url, name, separator):
    html = admin_client.get(reverse(url)).content.decode()
    assert f"separator={name}" in html
    head, *_rows = rows_of(
        admin_client.get(reverse(url), {"export": "csv", "separator": name}), separator
    )
    assert len(head) > 5
