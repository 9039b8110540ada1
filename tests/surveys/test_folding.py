import datetime
import random
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start, Tally
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses, round_seconds
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.tasks import fold_responses as fold_task
from tests.surveys.conftest import BAD, GOOD

pytestmark = pytest.mark.django_db


def of_answers(found):
    """Leave out what is counted beside the answers."""
    return Counter({key: n for key, n in found.items() if not key[1].startswith("~")})


@pytest.mark.parametrize("seed", range(5))
def test_results_are_exact_at_any_moment(survey, seed):
    chance = random.Random(seed)
    expected = {"": Counter(), "page:": Counter(), "day:": Counter()}
    now = timezone.now()
    for _ in range(60):
        if chance.random() < 0.25:
            fold_responses(batch=chance.choice([1, 3, 100]), at_most=chance.choice([1, 5, None]))
        answers = {"q-choice": chance.choice([GOOD, BAD])}
        if chance.random() < 0.6:
            answers["q-scale"] = chance.randint(1, 5)
        page, at = chance.choice([None, 1, 12]), now - datetime.timedelta(days=chance.randint(0, 3))
        services.submit_response(survey_id=survey.pk, answers=answers, page_id=page, at=at)
        found = [("", ""), *((key, "") for key in answers)]
        found += [(key, str(value)) for key, value in answers.items()]
        expected[""].update(("", q, v) for q, v in found)
        expected["day:"].update((f"day:{timezone.localdate(at)}", q, v) for q, v in found)
        if page:
            expected["page:"].update((f"page:{page}", q, v) for q, v in found)
        for part, wanted in expected.items():
            assert of_answers(count_values(survey_ids=[survey.pk], part=part)) == wanted
    assert Tally.objects.exists()
    one = of_answers(count_values(survey_ids=[survey.pk], part="page:1"))
    assert one == Counter({k: n for k, n in expected["page:"].items() if k[0] == "page:1"})


def test_folding_twice_counts_once(survey, answer):
    answer()
    answer(BAD)
    assert fold_task() == 2
    assert fold_task() == 0
    call_command("cx_fold", verbosity=0)
    assert Response.objects.filter(folded=True).count() == 2
    assert Tally.objects.get(question="q-choice", value=BAD, part="").count == 1


def test_the_command_says_what_it_did(survey, answer, capsys):
    answer()
    call_command("cx_fold", batch=1)
    assert "1 responses folded" in capsys.readouterr().out


def test_results_cost_the_same_however_many_answers(survey, answer, django_assert_num_queries):
    for n in range(30):
        answer(more={"q-scale": 1 + n % 5})
    fold_responses()
    answer()
    # the translations, the tallies with the rest, the rest's version, the current version
    with django_assert_num_queries(4):
        results = get_results(survey=survey)
    assert (results.n, results.questions[1].n, results.questions[1].score.value) == (31, 30, 3)


def test_a_day_is_the_sites_whoever_looks(survey, answer):
    at = datetime.datetime(2026, 3, 1, 22, 30, tzinfo=datetime.UTC)  # 23:30 in Madrid
    answer(at=at)
    with timezone.override("Asia/Tokyo"):
        before = count_values(survey_ids=[survey.pk], part="day:")
        fold_responses()
        assert count_values(survey_ids=[survey.pk], part="day:") == before
    assert {part for part, _, _ in before} == {"day:2026-03-01"}


def test_starts_languages_and_times_are_counted_before_and_after_folding(survey, answer):
    answer(language="es", page_id=7, seconds=59)
    answer(language="en", page_id=7, seconds=61)
    answer(language="es", seconds=59)
    for language in ("es", "es", "en", ""):
        Start.objects.create(survey=survey, language=language, page_id=7)

    def found():
        whole = count_values(survey_ids=[survey.pk], only=["", "~started", "~seconds"])
        page = count_values(
            survey_ids=[survey.pk], part="page:7", only=["", "~language", "~started"]
        )
        return (
            whole,
            page,
            count_values(survey_ids=[survey.pk], part="lang:", only=["", "~started"]),
        )

    whole, page, languages = before = found()
    assert whole == {
        ("", "", ""): 3,
        ("", "~started", ""): 4,
        ("", "~seconds", "59"): 2,
        ("", "~seconds", "61"): 1,
    }
    assert page == {
        ("page:7", "", ""): 2,
        ("page:7", "~started", ""): 4,
        ("page:7", "~language", "es"): 1,
        ("page:7", "~language", "en"): 1,
    }
    assert languages["lang:es", "", ""] == languages["lang:es", "~started", ""] == 2
    fold_responses(batch=2)
    assert found() == before
    assert not Start.objects.filter(folded=False).exists()


@pytest.mark.parametrize(
    ("seconds", "tallied"),
    [(0, 0), (599, 599), (609, 600), (3599, 3590), (3661, 3660), (86400, 86400)],
)
def test_times_are_tallied_in_steps(seconds, tallied):
    assert round_seconds(seconds) == tallied
