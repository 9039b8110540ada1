"""Exports of what filters select, without tests and spam, with a codebook."""

import csv
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.http import QueryDict
from openpyxl import load_workbook

from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.exports import file_writer
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.exports.exported_responses import parse_export_filters
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, Survey
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.questions.asking import raw
from tests.surveys.results.test_exports import lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(survey, admin_user):
    """Return a function that writes an export of what a query selects."""

    def write(query="", format="csv", headings="keys", with_texts=False, **options):
        definition = selectors.get_survey_definition(survey)
        found = exports.request_export(
            survey=survey,
            user=admin_user,
            format=format,
            headings=headings,
            with_texts=with_texts,
            filters=parse_export_filters(QueryDict(query), definition, with_texts=with_texts),
            **options,
        )
        exports.write_export(export_id=found.pk)
        found.refresh_from_db()
        assert found.state == Export.State.DONE
        return found

    return write


def ids(export):
    return [int(line["id"]) for line in lines(export)]


def test_filters_select_the_rows(export, answer, monkeypatch):
    monkeypatch.setattr(file_writer, "ROWS_PER_COMMIT", 2)
    here = answer(GOOD, page_id=7, language="es").pk
    other = answer(BAD, page_id=8, more={"q-scale": 2}).pk
    last = answer(GOOD, more={"q-scale": 2}).pk
    assert ids(export()) == [here, other, last]
    assert ids(export("page=7")) == ids(export("language=es")) == [here]
    assert ids(export(f"answer=q-choice:{GOOD}")) == [here, last]
    assert ids(export(f"answer=q-choice:{GOOD}&answer=q-scale:2")) == [last]
    assert ids(export("since=2000-01-01&until=2000-01-02")) == []
    found = export("answer=q-scale:2")
    assert (found.written, found.total) == (2, 2)


def test_words_select_the_rows_of_a_file_without_texts(admin_client, export, survey, answer):
    answer(more={"q-text": "Fine"})
    bold = answer(more={"q-text": "A BOLD word"}).pk
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/exports/"
    admin_client.post(f"{url}?q=bold", {"format": "csv", "headings": "keys"})
    found = Export.objects.get()
    exports.write_export(export_id=found.pk)
    found.refresh_from_db()
    assert ids(found) == [bold]
    assert "q-text" not in lines(found)[0]


def test_a_file_chosen_by_words_is_for_those_who_may_see_texts(
    client, admin_user, django_user_model, export
):
    chosen = export("q=bold", with_texts=True)
    Export.objects.filter(pk=chosen.pk).update(with_texts=False)
    url = f"/admin/cx-feedback/surveys/results/{chosen.survey_id}/exports/"
    client.force_login(admin_user)
    assert client.get(f"{url}{chosen.pk}/").status_code == 200
    user = django_user_model.objects.create_user("nina")
    rights = ["access_admin", "view_results", "export_responses"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    shown = client.get(url).content.decode()
    assert "filtered" in shown
    assert f"{url}{chosen.pk}/" not in shown
    assert client.get(f"{url}{chosen.pk}/").status_code in (302, 403)


def test_tests_and_spam_are_left_out_unless_asked_for(export, answer):
    counted, test = answer().pk, answer().pk
    Response.objects.filter(pk=test).update(state="test")
    assert ids(export()) == [counted]
    assert "state" not in lines(export())[0]
    both = lines(export(with_excluded=True))
    assert [line["state"] for line in both] == ["counted", "test"]
    assert ids(export("state=test")) == [test]


def test_hidden_fields_and_the_version_have_columns(export, survey):
    survey.hidden_fields = "source"
    services.publish_survey(survey=survey)
    services.submit_response(
        survey_id=survey.pk, answers={"q-choice": GOOD}, hidden={"source": "print"}
    )
    (line,) = lines(export())
    assert (line["version"], line["hidden.source"]) == ("2", "print")
    assert len(ids(export("hidden=source:print"))) == 1
    assert ids(export("hidden=source:mail")) == []


def test_anonymous_responses_have_a_column_that_says_so(admin_client, export, survey, answer):
    answer()
    assert "anonymous" not in lines(export())[0]
    survey.anonymous = True
    services.publish_survey(survey=survey)
    answer()
    found = lines(export())
    assert [line["anonymous"] for line in found] == ["0", "1"]
    assert re.search(r"T\d\d:00:00", found[1]["created_at"])
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/exports/codebook/?headings=keys"
    rows = read(admin_client.get(url).content.decode())
    book = [row[3] + row[7] + row[8] for row in rows if row[0] == "anonymous"]
    assert book == [
        "whether its version was anonymous: it was stored without its reader",
        "1yes",
        "0no",
    ]
    assert any("of anonymous ones the hour" in row[3] for row in rows if row[0] == "created_at")


def test_the_list_filters_by_hidden_fields_and_leads_to_the_export(admin_client, survey):
    survey.hidden_fields = "source"
    services.publish_survey(survey=survey)
    for source in ("print", "mail"):
        given = {"answers": {"q-choice": GOOD}, "hidden": {"source": source}}
        services.submit_response(survey_id=survey.pk, **given)
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/responses/?hidden=source:print"
    page = admin_client.get(url)
    (row,) = page.context["rows"]
    assert row.response.hidden_fields == {"source": "print"}
    assert page.context["export_url"].endswith("exports/?hidden=source%3Aprint")
    assert "source: print" in admin_client.get(page.context["export_url"]).content.decode()
    strange = admin_client.get(url.replace("source:print", "source__contains:p"))
    assert strange.context["rows"] == []


def read(text):
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.fixture
def edited(survey):
    """The survey with a renamed choice, a reworded question and one that is gone."""
    raw = [block for block in stream() if block["id"] != "q-text"]
    raw[0]["value"]["label"] = "How did you like it?"
    raw[0]["value"]["choices"][0]["value"] = "Very good"
    return change(survey, raw)


def test_the_codebook_says_what_was_asked_when(admin_client, edited):
    url = f"/admin/cx-feedback/surveys/results/{edited.pk}/exports/codebook/?headings=keys"
    found = admin_client.get(url)
    assert found["Content-Disposition"].endswith('-codebook.csv"')
    _head, *rows = read(found.content.decode())
    by_column = {row[0]: row for row in rows if not row[7]}
    assert by_column["q-choice"][3:7] == ["How did you like it?", "How was it?", "yes", "1–2"]
    assert by_column["q-text"][6] == "1"
    assert by_column["q-scale"][10] == "left out, or not asked in that version"
    values = [row[7:10] for row in rows if row[0] == "q-choice" and row[7]]
    assert values == [[GOOD, "Very good", "Good"], [BAD, "Bad", ""]]
    assert [row[7:9] for row in rows if row[0] == "q-scale" and row[7]] == [
        ["1", "Hard"],
        ["5", "Easy"],
    ]
    assert [row[7] for row in rows if row[0] == "state" and row[7]] == ["counted", "test", "spam"]


def test_every_column_is_in_the_codebook(export, answer):
    answer()
    book = load_workbook(io.BytesIO(b"".join(exports.content_of(export(format="xlsx")))))
    data, codebook = book.worksheets
    header = next(data.values)
    described = {row[0] for row in list(codebook.values)[1:]}
    assert set(header) == described


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("choices", [("1", "yes"), ("0", "no")]),
        ("matrix", [("poor", "Poor"), ("fair", "Fair"), ("good", "Good")]),
        ("ranking", []),
    ],
)
def test_the_codebook_says_what_stands_in_the_cells(admin_client, home, kind, values):
    asked = services.publish_survey(survey=Survey(title="All", questions=[raw(kind)]))
    url = f"/admin/cx-feedback/surveys/results/{asked.pk}/exports/codebook/?headings=keys"
    rows = read(admin_client.get(url).content.decode())
    of_kind = [row for row in rows if row[0].startswith(f"q-{kind}.")]
    column = of_kind[0][0]
    assert [(row[7], row[8]) for row in of_kind if row[0] == column and row[7]] == values


def test_the_page_exports_what_it_filters(admin_client, survey, answer):
    answer(page_id=7)
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/exports/"
    page = admin_client.get(f"{url}?page=7&state=test")
    assert "State: Test" in page.content.decode()
    data = {"format": "csv", "headings": "keys", "excluded": "1"}
    sent = admin_client.post(page.context["export_url"], data)
    found = Export.objects.get()
    assert (found.filters, found.with_excluded) == ("page=7&state=test", True)
    assert sent["Location"].endswith(page.context["export_url"])
    admin_client.post(f"{url}?since=never", data)
    assert Export.objects.count() == 1
