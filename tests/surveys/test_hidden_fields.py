"""Hidden fields: what a link says besides is kept with the answers, by declared names only."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cx_feedback.readers import services as readers
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.surveys import services
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.responses.hidden_fields import MAX_LENGTH
from cx_feedback.surveys.services.response_log import get_response_log
from cx_feedback.surveys.services.response_tags import add_tag
from tests.conftest import OWN
from tests.pages import make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(draft):
    draft.hidden_fields = "source, campaign"
    return services.publish_survey(survey=draft)


def rest(survey, hidden):
    return Client().post(
        f"/feedback/api/v1/surveys/{survey.pk}/responses/",
        {"answers": {"q-choice": GOOD}, "hidden": hidden},
        content_type="application/json",
        **OWN,
    )


def test_a_link_fills_them_and_the_form_sends_them(client, survey):
    query = {"source": "newsletter", "other": "x", "campaign": "spring & summer"}
    html = client.get(f"/feedback/surveys/{survey.pk}/ask/", query).content.decode()
    assert '<input type="hidden" name="hidden.source" value="newsletter">' in html
    assert 'name="hidden.campaign" value="spring &amp; summer"' in html
    assert "hidden.other" not in html
    data = {
        "answers.q-choice": GOOD,
        "hidden.source": "newsletter",
        "hidden.campaign": "",
        "hidden.other": "x",
    }
    assert client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).status_code == 303
    assert Response.objects.get().hidden_fields == {"source": "newsletter"}


def test_they_come_back_with_the_errors_of_a_form(client, survey):
    data = {"answers.q-choice": "", "hidden.source": "newsletter"}
    again = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN)
    assert again.status_code == 400
    assert 'name="hidden.source" value="newsletter"' in again.content.decode()


@pytest.mark.parametrize("value", ["x" * 500, "a\x00b", "a\nb", " ", "\ud83d"])
def test_nothing_in_a_link_refuses_a_readers_form(client, survey, value):
    path = f"/feedback/surveys/{survey.pk}/"
    assert (
        client.get(f"{path}ask/", {"source": value.encode("utf-8", "replace")}).status_code == 200
    )
    data = {"answers.q-choice": GOOD, "hidden.source": value.encode("utf-8", "replace")}
    sent = client.post(path, data, **OWN)
    assert sent.status_code == 303
    assert len(Response.objects.get().hidden_fields.get("source", "")) <= MAX_LENGTH


def test_a_page_is_the_same_for_every_link(client, article, survey):
    article.body = [("survey", {"survey": survey})]
    article.save_revision().publish()
    html = client.get("/en/an-article/").content.decode()
    assert 'name="hidden.source" value=""' in html
    assert "surveys/hidden_fields.js" in html
    # Between two requests only what differs for every page load may differ.
    assert client.get("/en/an-article/?source=newsletter").content.decode() == html


def test_a_survey_without_them_loads_no_script(client, draft):
    survey = services.publish_survey(survey=draft)
    html = client.get(f"/feedback/surveys/{survey.pk}/ask/?source=x").content.decode()
    assert "hidden_fields.js" not in html
    assert "hidden.source" not in html


def test_rest_takes_declared_names(client, survey):
    assert rest(survey, {"source": "app", "campaign": ""}).status_code == 201
    assert Response.objects.get().hidden_fields == {"source": "app"}
    shown = client.get(f"/feedback/api/v1/surveys/{survey.pk}/").json()
    assert shown["hidden_fields"] == ["source", "campaign"]


@pytest.mark.parametrize(
    ("hidden", "field"),
    [
        ({"other": "x"}, "hidden.other"),
        ({"source": 1}, "hidden.source"),
        ({"source": None}, "hidden.source"),
        ({"source": "x" * (MAX_LENGTH + 1)}, "hidden.source"),
        ({"source": "a\nb"}, "hidden.source"),
        ({"sö": "x"}, "hidden.s\\xf6"),
        (["source"], "hidden"),
        ("source", "hidden"),
    ],
)
def test_rest_names_what_is_wrong_and_stores_nothing(survey, hidden, field):
    refused = rest(survey, hidden)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "names",
    [
        "Source",
        "a-b",
        "1st",
        "page",
        "key",
        "q",
        "x" * 31,
        "ñ",
        ",".join(f"n{n}" for n in range(11)),
    ],
)
def test_an_editor_is_told_of_names_that_cannot_be(draft, names):
    draft.hidden_fields = names
    with pytest.raises(ValidationError) as caught:
        draft.clean()
    assert list(caught.value.message_dict) == ["hidden_fields"]


def test_an_nps_widget_keeps_them_too(client, article):
    widget = make_widget(hidden_fields="source")
    html = client.get(f"/feedback/nps/{widget.pk}/ask/?source=mail").content.decode()
    assert 'name="hidden.source" value="mail"' in html
    data = {"page": article.pk, "answers.score": "9", "hidden.source": "mail"}
    assert client.post(f"/feedback/nps/{widget.pk}/", data, **OWN).status_code == 303
    assert Response.objects.get().hidden_fields == {"source": "mail"}


def test_they_are_exported_and_erased_with_their_reader(survey, reader):
    services.submit_response(
        survey_id=survey.pk,
        answers={"q-choice": GOOD},
        reader=reader,
        hidden={"source": "newsletter"},
    )
    (told,) = export_person(reader_ids=[reader.pk])["responses"]
    assert told["hidden_fields"] == {"source": "newsletter"}
    readers.erase_person(reader_ids=[reader.pk])
    assert Response.objects.get().hidden_fields == {}


def test_erasure_takes_them_out_of_files_and_tags_out_of_the_log(survey, reader):
    row = services.submit_response(
        survey_id=survey.pk, answers={"q-choice": GOOD}, reader=reader, hidden={"source": "ana"}
    )
    add_tag(survey=survey, response_ids=[row.pk], name="Ana of the choir")
    other = services.publish_survey(survey=Survey(title="Other"))
    for one in (survey, other):
        Export.objects.create(survey=one, with_texts=False, last_included_id=row.pk)
    readers.erase_person(reader_ids=[reader.pk])
    assert list(Export.objects.values_list("survey", flat=True)) == [other.pk]
    assert "Ana" not in str(list(get_response_log(row.pk).values_list("data", flat=True)))
