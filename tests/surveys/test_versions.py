"""What a reader saw is what they answer, however the survey was edited meanwhile."""

import pytest
from wagtail.models import Locale

from cx_feedback.core.errors import Closed, InvalidInput
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Quota, Response, SurveyVersion
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.conftest import OWN
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.flow.conftest import rules
from tests.surveys.test_api import API, post

pytestmark = pytest.mark.django_db

#: The answers of a reader who saw the first version.
FIRST = {"q-choice": BAD, "q-scale": 5, "q-text": "Words"}


def edited():
    """Return the questions after an editor took one away, changed two and added one."""
    raw = stream()[:2]
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-new", "value": "So so"}
    raw[1]["value"]["high"] = 10
    added = {"label": "New?", "help": "", "required": True}
    return [*raw, {"type": "text", "id": "q-new", "value": added}]


def store(survey, answers=FIRST, **kwargs):
    return services.submit_response(survey_id=survey.pk, answers=answers, **kwargs)


def test_a_survey_says_its_version(client, survey):
    assert client.get(f"{API}{survey.pk}/").json()["version"] == 1
    change(survey, edited())
    assert client.get(f"{API}{survey.pk}/").json()["version"] == 2


def test_an_earlier_version_is_answered(client, survey):
    change(survey, edited())
    response = post(client, survey.pk, {"answers": FIRST, "version": 1}, **OWN)
    assert response.status_code == 201
    stored = Response.objects.get()
    assert (stored.answers, stored.version.number) == (FIRST, 1)
    for _ in range(2):  # unfolded, then folded
        shown = {q.question.key: q for q in get_results(survey=survey).questions}
        assert [(r.value, r.count, r.retired) for r in shown["q-choice"].rows] == [
            (GOOD, 0, False), ("c-new", 0, False), (BAD, 1, True)
        ]  # fmt: skip
        assert (shown["q-scale"].n, shown["q-scale"].retired) == (1, True)
        assert (shown["q-scale_2"].n, shown["q-scale_2"].retired) == (0, False)
        assert (shown["q-text"].n, shown["q-text"].retired) == (1, True)
        fold_responses()


def test_each_version_has_its_own_rules(survey):
    change(survey, edited())
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {**FIRST, "q-scale": 6}, version=1)
    assert list(wrong.value.fields) == ["answers.q-scale"]
    with pytest.raises(InvalidInput) as wrong:
        store(survey, version=2)
    assert "answers.q-new" in wrong.value.fields


@pytest.mark.parametrize("number", [0, 3, -1, 10**9, 10**30, "1", 1.5, True, [], {}, "x"])
def test_a_version_that_never_was(client, survey, number):
    change(survey, edited())
    response = post(client, survey.pk, {"answers": FIRST, "version": number}, **OWN)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["version"]
    assert not Response.objects.exists()


def test_a_version_that_only_another_survey_has(client, survey):
    spanish = Locale.objects.create(language_code="es")
    translated = services.publish_survey(survey=survey.copy_for_translation(spanish))
    change(survey, edited())
    response = post(client, translated.pk, {"answers": FIRST, "version": 2}, **OWN)
    assert list(response.json()["errors"]) == ["version"]
    assert post(client, translated.pk, {"answers": FIRST, "version": 1}).status_code == 201
    assert Response.objects.get().version.survey_id == translated.pk


def test_without_a_version_the_newest_that_fits_is_answered(survey):
    change(survey, edited())
    raw = edited()
    raw[2]["value"]["label"] = "Newest?"
    change(survey, raw)
    newest = {"q-choice": GOOD, "q-new": "Words"}
    assert [store(survey, given).version.number for given in (newest, FIRST)] == [3, 1]
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {"q-choice": "c-never"})
    assert "answers.q-new" in wrong.value.fields  # as the current version has it
    with pytest.raises(InvalidInput) as wrong:
        store(survey, {"q-choice": GOOD, "q-never": 1})
    assert "answers.q-never" in wrong.value.fields


def test_the_current_version_costs_no_query_and_an_earlier_one_one(
    survey, django_assert_num_queries
):
    change(survey, edited())
    selectors.get_live_survey(survey_id=survey.pk)
    with django_assert_num_queries(0):
        live = selectors.get_live_survey(survey_id=survey.pk)
        assert selectors.get_live_version(live, 2) is selectors.get_live_version(live, None)
    with django_assert_num_queries(1):
        selectors.get_live_version(live, 1)
    with django_assert_num_queries(0):
        assert selectors.get_live_version(live, 1).definition.questions[1].key == "q-scale"


def test_a_version_newer_than_the_cached_one_is_known(survey):
    live = selectors.get_live_survey(survey_id=survey.pk)
    change(survey, edited())
    newer = selectors.get_live_version(live, 2)
    assert newer.definition == newer.newest
    assert newer.version_id == SurveyVersion.objects.get(current=True).pk


def limited(survey, *quotas, **fields):
    """Publish ``survey`` with these quotas (choice, limit)."""
    survey.quotas = [{"question": "q-choice", "value": v, "limit": n} for v, n in quotas]
    for name, value in fields.items():
        setattr(survey, name, value)
    return services.publish_survey(survey=survey)


def taken(value):
    return Quota.objects.get(question="q-choice" if value else "", value=value).taken


def test_a_quota_that_the_version_did_not_have_refuses_nothing_but_is_taken(survey):
    store(survey, {"q-choice": BAD})
    limited(survey, (BAD, 1))
    with pytest.raises(InvalidInput):
        store(survey, {"q-choice": BAD}, version=2)
    assert store(survey, {"q-choice": BAD}, version=1).version.number == 1
    assert taken(BAD) == 2


def test_of_two_limits_the_larger_holds(survey):
    limited(survey, (BAD, 2))
    for _ in range(2):
        limited(survey, (BAD, 1))
        store(survey, {"q-choice": BAD}, version=2)
    with pytest.raises(InvalidInput):
        store(survey, {"q-choice": BAD}, version=2)
    limited(survey, (BAD, 3))
    store(survey, {"q-choice": BAD}, version=2)
    limited(survey)
    store(survey, {"q-choice": BAD}, version=2)


def test_a_version_shows_what_its_own_quotas_leave(survey):
    store(survey, {"q-choice": BAD})
    limited(survey, (BAD, 1), (GOOD, 5))
    live = selectors.get_live_survey(survey_id=survey.pk)
    assert live.full == {("q-choice", BAD)}
    assert selectors.get_live_version(live, 1).full == frozenset()


def test_the_maximum_of_the_survey_holds_for_all_versions(survey):
    store(survey)
    limited(survey, max_responses=1)
    with pytest.raises(Closed):
        store(survey, version=1)
    limited(survey, max_responses=2)
    store(survey, version=1)
    assert taken("") == 2


def test_what_nobody_can_complete_today_can_be_completed_in_its_version(survey):
    store(survey, {"q-choice": GOOD})
    store(survey, {"q-choice": BAD})
    limited(survey, (BAD, 1), (GOOD, 1))
    assert selectors.get_live_survey(survey_id=survey.pk).is_full
    with pytest.raises(Closed):
        store(survey)
    store(survey, {"q-choice": BAD}, version=1)


def test_one_response_per_reader_is_asked_by_both_versions(survey, reader):
    store(survey, reader=reader)
    limited(survey, one_per_reader=True)
    store(survey, reader=reader, version=1)
    with pytest.raises(Closed):
        store(survey, reader=reader, version=2)
    limited(survey, one_per_reader=False)
    store(survey, reader=reader, version=2)


def test_thanks_are_those_of_the_version_and_of_its_replay(client, survey):
    survey.thanks = "Thanks anew."
    change(survey, edited())
    body = {"answers": FIRST, "version": 1}
    first, again = (
        post(client, survey.pk, body, HTTP_IDEMPOTENCY_KEY="k", **OWN).json() for _ in range(2)
    )
    assert first == again
    assert first["thanks"] == "Bless you."
    change(survey, stream())
    assert post(client, survey.pk, body, HTTP_IDEMPOTENCY_KEY="k", **OWN).json() == first


def test_without_a_version_nothing_is_dropped_that_one_version_takes(survey):
    raw = stream()
    raw[2]["value"]["show_if"] = rules(("q-choice", "is", GOOD))
    change(survey, raw)
    assert store(survey).version.number == 1
    assert store(survey, {"q-choice": GOOD, "q-text": "x"}).version.number == 2


def test_an_earlier_version_costs_as_many_queries(client, survey, django_assert_num_queries):
    change(survey, edited())
    body = {"answers": FIRST, "version": 1}
    post(client, survey.pk, body)
    with django_assert_num_queries(3):  # savepoint, insert, release
        post(client, survey.pk, body)


def test_thanks_without_scripts_that_the_page_shows_no_more(client, survey, article):
    article.body = [("survey", {"survey": survey})]
    article.save_revision().publish()
    data = {"page": article.pk, "version": "1", "answers.q-choice": GOOD, "lang": "en"}
    url = f"/feedback/surveys/{survey.pk}/"
    anchor = f"#cx-survey-{survey.pk}-thanks"
    change(survey, edited())
    assert client.post(url, data, **OWN)["Location"] == f"{article.url}{anchor}"
    survey.thanks = "Thanks anew."
    change(survey, edited())
    data["answers.q-text"] = "Other words"
    sent = client.post(url, data, **OWN)
    assert (sent.status_code, sent["Location"].endswith(anchor)) == (303, True)
    html = client.get(sent["Location"]).content.decode()
    assert "Bless you." in html
    assert f'href="{article.url}"' in html
    assert Response.objects.count() == 2


def test_a_gone_survey_gives_back_the_answers_of_the_version(client, survey):
    change(survey, [stream()[1]])
    survey.unpublish()
    data = {"version": "1", "answers.q-choice": BAD, "answers.q-text": "My words"}
    html = client.post(f"/feedback/surveys/{survey.pk}/", data, **OWN).content.decode()
    for words in ("How was it?", "Bad", "Why?", "My words"):
        assert words in html


def test_an_nps_widget_that_was_edited_meanwhile(client, locales, article):
    widget = services.publish_survey(survey=NPSWidget(title="NPS", open_by_address=True))
    api = f"/feedback/api/v1/nps/{widget.pk}/"
    assert client.get(api).json()["version"] == 1
    html = client.get(f"/feedback/nps/{widget.pk}/ask/").content.decode()
    assert 'name="version" value="1" data-cx-type="number"' in html
    widget.follow_up = widget.promoter_question = ""
    widget.passive_question = widget.detractor_question = ""
    widget.promoter_thanks = "Thanks anew."
    services.publish_survey(survey=widget)
    body = {"answers": {"score": 9, "reason": "Words"}, "version": 1}
    stored = client.post(f"{api}responses/", body, "application/json", **OWN)
    assert stored.status_code == 201
    form = {"answers.score": "10", "answers.reason": "Others", "version": "1", "page": article.pk}
    sent = client.post(f"/feedback/nps/{widget.pk}/", form, **OWN)
    assert sent["Location"].endswith(f"#cx-nps-{widget.pk}-promoter")
    assert "Thanks anew." not in client.get(sent["Location"]).content.decode()
    assert {r.answers["reason"] for r in Response.objects.all()} == {"Words", "Others"}
    wrong = client.post(f"{api}responses/", {**body, "version": 9}, "application/json", **OWN)
    assert list(wrong.json()["errors"]) == ["version"]
