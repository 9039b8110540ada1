"""Polls: whose results readers see, when, and how fresh."""

import datetime
import json
import re
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.polls import poll_counts
from cx_feedback.surveys.polls.poll_results import describe_share
from cx_feedback.surveys.results.tally_folding import fold_responses, rebuild_tallies
from tests.pages import publish, squeeze
from tests.surveys.conftest import change, stream
from tests.surveys.polls.conftest import ask

pytestmark = pytest.mark.django_db


def rows_of(html):
    """Return value, share and count of each row of the table."""
    return [
        (value, share, count)
        for value, share, count in re.findall(
            r'data-cx-value="([^"]+)".*?<td>([^<]*)</td><td>([^<]*)</td>', html, re.S
        )
    ]


def fragment(client, poll, **query):
    return client.get(f"/feedback/surveys/{poll.pk}/poll/", {"part": 1, **query})


def test_a_table_with_bars_shares_and_counts(client, make_poll, vote):
    poll = make_poll()
    vote(poll, yes=9, no=1)
    html = squeeze(fragment(client, poll).content)
    assert rows_of(html) == [("c-yes", "90%", "9"), ("c-no", "10%", "1")]
    assert '<rect width="90.00%"' in html
    assert "<caption>More of this?" in html
    assert "10 answers" in html
    assert "style=" not in html
    whole = squeeze(client.get(f"/feedback/surveys/{poll.pk}/poll/").content)
    assert html.strip() in whole
    assert "<!DOCTYPE html>" in whole


def test_under_five_answers_nothing_is_shown(client, make_poll, vote):
    poll = make_poll()
    vote(poll, yes=4)
    html = squeeze(fragment(client, poll).content)
    assert "from 5 answers on" in html
    assert not re.search(r"<t[dr]|4", html)
    vote(poll, yes=1)
    assert rows_of(squeeze(fragment(client, poll).content))[0] == ("c-yes", "100%", "5")


def test_two_states_never_differ_by_one_to_four_readers(client, make_poll, vote):
    """Whoever looks after each answer learns no single one, folded or not."""
    poll, seen = make_poll(), []
    for number in range(17):
        vote(poll, **{"no" if number % 3 else "yes": 1})
        if number % 4 == 0:
            fold_responses()
        found = rows_of(squeeze(fragment(client, poll).content))
        seen.append({value: int(count) for value, _share, count in found})
    sizes = [sum(state.values()) for state in seen]
    assert sizes == [0, 0, 0, 0, *[5] * 5, *[10] * 5, *[15] * 3]
    for before, after in pairwise(seen):
        grown = sum(after.values()) - sum(before.values())
        assert grown in (0, 5)
        assert grown or before == after
    assert seen[-1] == {"c-yes": 5, "c-no": 10}


def test_tests_and_spam_are_not_counted(client, make_poll, vote):
    poll = make_poll()
    vote(poll, yes=5, no=1)
    Response.objects.filter(answers={"q-poll": "c-no"}).update(state=Response.State.SPAM)
    vote(poll, yes=5)
    assert rows_of(squeeze(fragment(client, poll).content)) == [
        ("c-yes", "100%", "10"),
        ("c-no", "0%", "0"),
    ]


def test_an_answer_that_is_deleted_is_left_out(client, make_poll, vote):
    poll = make_poll()
    vote(poll, no=1, yes=9)
    Response.objects.order_by("pk").first().delete()
    rebuild_tallies(survey_id=poll.pk)
    cache.clear()
    assert rows_of(squeeze(fragment(client, poll).content)) == [
        ("c-yes", "100%", "5"),
        ("c-no", "0%", "0"),
    ]


def test_figures_are_at_most_a_minute_old(client, make_poll, vote, monkeypatch):
    poll, clock = make_poll(), [1_800_000_000.0]
    monkeypatch.setattr(poll_counts.time, "time", lambda: clock[0])
    vote(poll, yes=5)
    response = fragment(client, poll)
    age = int(re.search(r"max-age=(\d+)", response["Cache-Control"])[1])
    assert response["Cache-Control"].startswith("public")
    assert age + poll_counts.KEEP_FOR <= 60
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    for _ in range(5):
        services.submit_response(survey_id=poll.pk, answers={"q-poll": "c-no"})
    assert len(rows_of(squeeze(fragment(client, poll).content))) == 2
    assert ("c-no", "0%", "0") in rows_of(squeeze(fragment(client, poll).content))
    clock[0] += poll_counts.KEEP_FOR
    assert ("c-no", "50%", "5") in rows_of(squeeze(fragment(client, poll).content))


def test_a_hot_page_asks_the_database_nothing_for_its_poll(client, article, make_poll, vote):
    never, poll = make_poll("never"), make_poll("always")
    vote(poll, yes=6)

    def count(survey):
        publish(article, ("survey", {"survey": survey.pk}))
        client.get("/en/an-article/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/en/an-article/")
        return len(queries)

    assert count(poll) == count(never)


def test_counting_costs_few_queries_however_many_answers(make_poll, vote):
    poll = make_poll()

    def count():
        cache.clear()
        live = selectors.get_live_survey(survey_id=poll.pk)
        with CaptureQueriesContext(connection) as queries:
            poll_counts.get_poll_counts(live, live.definition.questions[0])
        return len(queries)

    vote(poll, yes=6)
    few = count()
    vote(poll, yes=30)
    fold_responses()
    assert count() <= few <= 6


class TestWhen:
    def page(self, client, article, poll):
        publish(article, ("survey", {"survey": poll.pk}))
        return squeeze(client.get("/en/an-article/").content)

    def test_at_once_it_is_in_the_page(self, client, article, make_poll, vote):
        poll = make_poll("always")
        vote(poll, yes=5)
        html = self.page(client, article, poll)
        assert rows_of(html)[0] == ("c-yes", "100%", "5")
        assert "polls.js" in html
        assert "csrf" not in html.split("cx-survey", 1)[1].split("</section>")[0]

    def test_after_answering_the_thanks_lead_to_it(self, client, article, make_poll, vote):
        poll = make_poll("after_answer")
        vote(poll, yes=5)
        html = self.page(client, article, poll)
        assert not rows_of(html)
        thanks = re.search(r'<div class="cx-thanks" id="[^"]+-thanks".*?</div>', html, re.S)[0]
        url = re.search(r'<a href="([^"]+)"', thanks)[1].replace("&amp;", "&")
        shown = squeeze(client.get(url).content)
        assert rows_of(shown)[0] == ("c-yes", "100%", "5")
        assert 'href="http://localhost/en/an-article/"' in shown or "/en/an-article/" in shown

    def test_after_closing_not_before(self, client, article, make_poll, vote):
        poll = make_poll("after_close")
        vote(poll, yes=5)
        assert not rows_of(self.page(client, article, poll))
        early = client.get(f"/feedback/api/v1/surveys/{poll.pk}/poll/")
        assert (early.status_code, early.json()["type"]) == (
            403,
            "urn:cx-feedback:problem:results-later",
        )
        assert fragment(client, poll).status_code == 403
        assert fragment(client, poll)["Cache-Control"] == "no-store"
        poll.closes_at = timezone.now() - datetime.timedelta(minutes=1)
        services.publish_survey(survey=poll)
        cache.clear()
        assert rows_of(self.page(client, article, poll))[0] == ("c-yes", "100%", "5")
        assert fragment(client, poll).status_code == 200

    def test_when_it_is_full_it_is_closed(self, client, make_poll, vote):
        poll = make_poll("after_close", max_responses=5)
        vote(poll, yes=4)
        assert fragment(client, poll).status_code == 403
        vote(poll, yes=1)
        assert fragment(client, poll).status_code == 200

    def test_never_is_the_default(self, client, article, make_poll, vote):
        poll = make_poll("never")
        vote(poll, yes=5)
        html = self.page(client, article, poll)
        assert "cx-poll" not in html
        assert "polls." not in html
        assert fragment(client, poll).status_code == 404
        assert Survey().results_shown == "never"


def test_the_page_is_the_same_for_who_has_answered(client, article, make_poll, vote):
    poll = make_poll("always")
    vote(poll, yes=5)
    publish(article, ("survey", {"survey": poll.pk}))
    before = client.get("/en/an-article/").content
    answers = {"page": article.pk, "answers": {"q-poll": "c-yes"}}
    client.post(
        f"/feedback/api/v1/surveys/{poll.pk}/responses/",
        json.dumps(answers),
        content_type="application/json",
        HTTP_SEC_FETCH_SITE="same-origin",
    )
    assert client.cookies
    assert client.get("/en/an-article/").content == before


def test_whoever_may_not_see_the_page_does_not_see_the_result(client, article, make_poll, vote):
    poll = make_poll(
        "always",
    )
    poll.open_by_address = False
    services.publish_survey(survey=poll)
    vote(poll, yes=5)
    assert fragment(client, poll).status_code == 404
    publish(article, ("survey", {"survey": poll.pk}))
    html = squeeze(client.get("/en/an-article/").content)
    url = re.search(r'data-cx-poll="([^"]+)"', html)[1].replace("&amp;", "&")
    assert client.get(f"{url}&part=1").status_code == 200
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    assert client.get(f"{url}&part=1").status_code >= 400


def test_members_pages_are_in_no_shared_cache(admin_client, article, make_poll, vote):
    poll = make_poll()
    vote(poll, yes=5)
    publish(article, ("survey", {"survey": poll.pk}))
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    response = fragment(admin_client, poll, page=article.pk)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


class TestRetired:
    def test_the_old_question_keeps_its_result(self, client, make_poll, vote):
        poll = make_poll()
        vote(poll, yes=7)
        change(poll, [ask("Red", "Blue", key="q-new", label="Which?")])
        cache.clear()
        now = squeeze(fragment(client, poll).content)
        assert "from 5 answers on" in now
        old = squeeze(fragment(client, poll, question="q-poll").content)
        assert rows_of(old)[0] == ("c-yes", "100%", "5")
        assert "no longer asked" in old

    def test_with_no_question_left_the_block_shows_the_last_result(
        self, client, article, make_poll, vote
    ):
        poll = make_poll("after_close")
        vote(poll, yes=5)
        poll.results_shown = "never"  # by a program: editors are told before they publish
        change(poll, [])
        Survey.objects.update(results_shown="after_close")
        cache.clear()
        publish(article, ("survey", {"survey": poll.pk}))
        html = squeeze(client.get("/en/an-article/").content)
        assert rows_of(html)[0] == ("c-yes", "100%", "5")
        assert '<form id="cx-survey' not in html

    @pytest.mark.parametrize("asked", [[ask("Red", "Blue", key="q-new", label="Which?")], []])
    def test_a_former_question_of_a_longer_survey_stays_unknown(
        self, client, make_poll, vote, asked
    ):
        secret = ask("Yes", "No", key="q-secret", label="Are you ill?")
        survey = make_poll("never", questions=[ask("Yes", "No", required=False), secret])
        vote(survey, key="q-secret", yes=5)
        change(survey, asked)
        Survey.objects.update(results_shown="always")
        cache.clear()
        assert fragment(client, survey, question="q-secret").status_code == 404

    def test_a_question_that_never_was_is_a_clear_error(self, client, make_poll, vote):
        poll = make_poll()
        vote(poll, yes=5)
        found = client.get(f"/feedback/api/v1/surveys/{poll.pk}/poll/", {"question": "nothing"})
        assert found.status_code == 404
        assert found["Content-Type"] == "application/problem+json"

    def test_a_poll_that_is_gone_answers_410(self, client, make_poll, vote):
        poll = make_poll()
        vote(poll, yes=5)
        poll.unpublish()
        assert fragment(client, poll).status_code == 410
        assert client.get("/feedback/surveys/999999/poll/").status_code == 404

    def test_a_retired_choice_is_named(self, client, make_poll, vote):
        poll = make_poll(questions=[ask("Yes", "No", "Maybe")])
        vote(poll, maybe=2, yes=3)
        change(poll, [ask("Yes", "No")])
        cache.clear()
        html = squeeze(fragment(client, poll).content)
        assert ("c-maybe", "40%", "2") in rows_of(html)
        assert "no longer offered" in html


def test_translations_are_counted_together(client, make_poll, vote):
    poll = make_poll()
    spanish, _new = Locale.objects.get_or_create(language_code="es")
    other = poll.copy_for_translation(spanish)
    other.questions = other.questions.stream_block.to_python([ask("Sí", "No", label="¿Más?")])
    raw = [ask("Yes", "No", label="¿Más?")]
    raw[0]["value"]["choices"][0]["value"] = "Sí"
    other.questions = other.questions.stream_block.to_python(raw)
    other = services.publish_survey(survey=other)
    vote(poll, yes=4)
    vote(other, yes=1, no=5)
    english = squeeze(fragment(client, poll, lang="en").content)
    translated = squeeze(fragment(client, other, lang="es").content)
    assert [row[2] for row in rows_of(english)] == [row[2] for row in rows_of(translated)]
    assert "Sí" in translated
    assert "respuestas" in translated


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        (stream(), "exactly one question"),
        ([{"type": "text", "id": "t", "value": {"label": "Why?"}}], "Why?"),
        ([], "exactly one question"),
    ],
)
def test_only_one_closed_question_is_a_poll(locales, questions, words):
    poll = Survey(title="No", questions=questions, results_shown="always", locale_id=1)
    with pytest.raises(ValidationError) as error:
        poll.clean()
    assert words in str(error.value.message_dict["results_shown"])
    poll.results_shown = "never"
    poll.clean()


@pytest.mark.parametrize(
    "question",
    [
        ask("Yes", "No"),
        ask("Yes", "No", kind="choices"),
        ask("Yes", "No", kind="dropdown"),
        ask("Yes", "No", kind="ranking"),
        {"type": "nps", "id": "q-poll", "value": {"label": "?"}},
        {"type": "csat", "id": "q-poll", "value": {"label": "?"}},
        {"type": "rating", "id": "q-poll", "value": {"label": "?"}},
        {"type": "emotion", "id": "q-poll", "value": {"label": "?"}},
    ],
)
def test_choices_and_scales_can_be_polls(client, make_poll, question):
    statement = {"type": "statement", "id": "s", "value": {"label": "Read this", "help": ""}}
    poll = make_poll(questions=[statement, question])
    poll.clean()
    kind, version = question["type"], poll.versions.get()
    asked = selectors.get_live_survey(survey_id=poll.pk).definition.questions[1]
    given = {
        "choice": "c-yes",
        "choices": ["c-yes"],
        "dropdown": "c-yes",
        "ranking": ["c-no", "c-yes"],
        "emotion": kind == "emotion" and asked.options["emotions"][0]["key"],
    }.get(kind, 4)
    Response.objects.bulk_create(
        Response(survey=poll, version=version, answers={"q-poll": given}) for _ in range(5)
    )
    html = squeeze(fragment(client, poll).content)
    assert "100%" in [share for _value, share, _count in rows_of(html)]


def test_shares_say_nobody_and_everybody_only_of_these():
    assert [describe_share(n, 1000) for n in (0, 1, 5, 6, 999, 1000)] == [
        "0%",
        "< 1%",
        "< 1%",
        "1%",
        "> 99%",
        "100%",
    ]


def test_rest_says_the_same(client, make_poll, vote):
    poll = make_poll()
    vote(poll, yes=8, no=3)
    found = client.get(f"/feedback/api/v1/surveys/{poll.pk}/poll/")
    assert found["Cache-Control"] == f"public, max-age={poll_counts.MAX_AGE}"
    data = found.json()
    assert (data["question"], data["n"], data["shown"], data["retired"]) == (
        "q-poll",
        10,
        True,
        False,
    )
    assert [(r["value"], r["count"], r["share"]) for r in data["rows"]] == [
        ("c-yes", 8, 80.0),
        ("c-no", 2, 20.0),
    ]
    survey = client.get(f"/feedback/api/v1/surveys/{poll.pk}/").json()
    assert survey["results_shown"] == "always"
