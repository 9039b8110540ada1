"""Readers who cannot be told from the others, by anybody who subtracts one view from another."""

import datetime
import random
from itertools import combinations

import pytest

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.base import Result, Row
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.answer_disclosure import (
    count_balance,
    drop_small_rows,
    find_rare_values,
    may_show_score,
)
from cx_feedback.surveys.results.dimensions import LANGUAGE, PAGE, Cell, Dimension
from cx_feedback.surveys.results.disclosure import (
    find_open_groups,
    find_withheld,
    find_withheld_answers,
    is_safe_table,
    may_show_group,
    merge_small_cells,
)
from cx_feedback.surveys.results.disclosure.small_cells import TOGETHER
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.scores_and_intervals import compute_share
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.trend import get_trend, get_trend_question
from cx_feedback.surveys.selectors import get_survey_definition
from tests.surveys.conftest import BAD, GOOD

FIRST = datetime.date(2026, 3, 1)
NOON = datetime.time(12, tzinfo=datetime.UTC)
FEW = range(1, 5)


@pytest.mark.parametrize(
    ("column", "hidden"),
    [
        ({"a": 9, "b": 5, "c": 0}, set()),
        ({"a": 9, "b": 4}, {"a", "b"}),
        ({"a": 9, "b": 7, "c": 3}, {"b", "c"}),
        ({"a": 9, "b": 3, "c": 2}, {"b", "c"}),
        ({"a": 9, "b": 7, "c": 1}, {"b", "c"}),
        ({"a": 3}, {"a"}),
        ({}, set()),
    ],
)
def test_what_is_withheld_from_a_column(column, hidden):
    assert find_withheld(column) == hidden


@pytest.mark.parametrize(
    ("table", "alone"),
    [
        # Nobody few: all stand by themselves.
        ({"es": (90, 36), "en": (20, 5)}, {"es", "en"}),
        # Of two by two one thin cell follows from any of the other three.
        ({"es": (90, 36), "en": (20, 4)}, set()),
        # Of three rows the thin one and the smallest that helps go together.
        ({"es": (90, 36), "en": (20, 4), "fr": (30, 9)}, {"es"}),
        # One that has nobody in the thin column does not help.
        ({"es": (90, 36), "en": (20, 4), "fr": (25, 0)}, {"fr"}),
        ({"es": (3, 0), "en": (1, 0)}, set()),
        ({"es": (90, 36), "en": (0, 0)}, {"es", "en"}),
    ],
)
def test_rows_that_are_put_together(table, alone):
    kinds = merge_small_cells(
        {(row, c): n for row, both in table.items() for c, n in enumerate(both)}
    )
    assert {row for (row, _c), to in kinds.items() if to[0] == row} == alone


def test_rows_are_put_together_in_one_dimension_alone():
    numbers = {"es": (90, 36), "en": (20, 4), "fr": (30, 9)}
    table = {(row, c): n for row, both in numbers.items() for c, n in enumerate(both)}
    found = merge_small_cells(table)
    assert found == {(row, c): (row if row == "es" else TOGETHER, c) for row, c in table}
    turned = merge_small_cells({key[::-1]: n for key, n in table.items()})
    assert turned == {key[::-1]: to[::-1] for key, to in found.items()}


def test_of_several_choices_each_stands_beside_all_others():
    given = {"a": 19, "b": 10, "c": 4, "d": 20, "e": 0}
    assert find_withheld_answers(given, 20) == {"a", "c"}


def test_of_nobody_nothing_is_rare():
    assert find_rare_values([{"a": 0}, {}]) == set()


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({("es", "a"): 9, ("en", "a"): 5}, {"es", "en"}),
        ({("es", "a"): 9, ("en", "a"): 4, ("fr", "a"): 8}, {"es"}),
        # All of the French came from b, where they are the few.
        ({("es", "a"): 9, ("es", "b"): 9, ("en", "a"): 6, ("fr", "b"): 3}, {"es"}),
        ({("es", "a"): 9, ("en", "a"): 0}, {"es"}),
        ({}, set()),
    ],
)
def test_classes_that_stand_beside_each_other(table, found):
    assert find_open_groups(table, 0) == found


@pytest.mark.parametrize(
    ("page", "may_show"),
    [
        (1, True),
        (2, False),  # few of its readers are English, so its row goes with others
        (3, False),  # the smallest page that hides those of page 4
        (4, False),
    ],
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_group_of_two_filters_is_shown_if_no_few_follow_from_it(page, language, may_show):
    numbers = {(1, "es"): 30, (1, "en"): 10, (2, "es"): 20, (2, "en"): 3, (3, "es"): 9}
    numbers |= {(3, "en"): 9, (4, "es"): 2}
    cells = [Cell({PAGE: p, LANGUAGE: w}, n) for (p, w), n in numbers.items()]
    wanted = [Dimension(PAGE, int, page), Dimension(LANGUAGE, str, language)]
    assert may_show_group(wanted, cells) == may_show


@pytest.mark.parametrize(
    ("counts", "is_safe"),
    [([[0, 5], [9, 0]], True), ([[5, 1]], False), ([[5], [4]], False), ([], True)],
)
def test_a_table_with_a_cell_of_few_is_not_safe(counts, is_safe):
    assert is_safe_table(counts) == is_safe


NPS, SCALE = Question("q", "nps", "How likely?"), Question("q", "scale", "How good?")


@pytest.mark.parametrize(
    ("question", "given", "may_show"),
    [
        (NPS, {"": 20, "9": 10, "3": 10}, True),
        (NPS, {"": 20, "9": 10, "3": 8, "2": 2}, True),  # the class of both has ten
        (NPS, {"": 20, "9": 16, "3": 4}, False),
        (SCALE, {"": 20, "4": 10, "3": 10}, True),
        (SCALE, {"": 20, "4": 10, "3": 8, "2": 2}, False),
    ],
)
def test_a_score_is_shown_if_no_rare_answer_follows_from_it(question, given, may_show):
    assert may_show_score(question, [given]) == may_show
    assert may_show_score(question, [{"": 20, "4": 20}, given]) == may_show


def test_rare_values_under_any_filter_are_hidden():
    wider = [{"": 20, "a": 16, "b": 4}, {"": 30, "a": 12, "b": 9, "c": 9}]
    assert find_rare_values(wider) == {"a", "b"}
    assert find_rare_values(wider[1:]) == set()


def test_the_balance_counts_answers_alone():
    given = {"": 21, "~sum": 130, "10": 6, "9": 2, "8": 5, "6": 3, "0": 5}
    assert count_balance(given) == (8, 8, 21)


def bar(value, count, **more):
    return Row(value, f"Bar {value}", count, compute_share(count, 20), **more)


def rows_of(*counts):
    return tuple(bar(str(place), count) for place, count in enumerate(counts))


@pytest.mark.parametrize(
    ("n", "rows", "hidden", "kept"),
    [
        (20, rows_of(6, 9, 5), set(), "012"),
        (20, rows_of(3, 9, 8), set(), "1"),  # the smallest other one goes with it
        (20, rows_of(6, 9, 5), {"1"}, "02"),
        # Several answers each: a bar says how many did not give it.
        (20, rows_of(12, 17, 5), set(), "02"),
        (20, rows_of(12, 15, 2), set(), "01"),
    ],
)
def test_bars_of_few_are_not_drawn(n, rows, hidden, kept):
    assert [row.value for row in drop_small_rows(Result(SCALE, n, rows), hidden)] == list(kept)


def test_a_matrix_loses_rows_with_a_cell_of_few():
    rows = [bar("a", 8, cells=rows_of(0, 8)), bar("b", 12, cells=rows_of(4, 8))]
    rows.append(bar("c", 12, cells=rows_of(5, 7)))
    found = drop_small_rows(Result(SCALE, 20, tuple(rows)))
    assert [row.value for row in found] == ["a", "c"]


def somebody(chance, survey):
    """A reader; pages mostly share a language, some answers are rare, days are thin."""
    page = chance.choice([1, 1, 1, 2, 2, 3])
    answers = {"q-choice": chance.choice([GOOD, GOOD, GOOD, BAD])}
    if chance.random() < 0.8:
        answers["q-scale"] = chance.choice([1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5])
    day = FIRST + datetime.timedelta(days=int(chance.triangular(0, 50, 45)))
    return Response(
        survey_id=survey.pk,
        version_id=survey.versions.get(current=True).pk,
        page_id=page,
        language="es" if page == 1 else chance.choice(["en", "en", "en", "es", "fr"]),
        answers=answers,
        created_at=datetime.datetime.combine(day, NOON),
    )


def choices_of(everybody):
    """For each kind of filter, all there are, each with whom it picks."""
    return {
        "page": [({"page": p}, lambda r, p=p: r.page_id == p) for p in (1, 2, 3)],
        "language": [({"language": w}, lambda r, w=w: r.language == w) for w in ("es", "en", "fr")],
        "q-choice": [
            ({"answers": (("q-choice", v),)}, lambda r, v=v: r.answers["q-choice"] == v)
            for v in (GOOD, BAD)
        ],
        "q-scale": [
            ({"answers": (("q-scale", str(v)),)}, lambda r, v=v: r.answers.get("q-scale") == v)
            for v in range(1, 6)
        ],
    }


def conjunctions(everybody, most):
    """Every combination of up to ``most`` filters of different kinds, with whom it picks."""
    kinds = choices_of(everybody)
    yield {}, everybody
    for size in range(1, most + 1):
        for names in combinations(kinds, size):
            stack = [({}, everybody)]
            for name in names:
                stack = [
                    (_merged(fields, more), [r for r in found if test(r)])
                    for fields, found in stack
                    for more, test in kinds[name]
                ]
            yield from stack


def _merged(fields, more):
    answers = (*fields.get("answers", ()), *more.get("answers", ()))
    return {**fields, **more, **({"answers": answers} if answers else {})}


def shown(survey, fields, found):
    """Look at a view as staff do; return the ids of those whom it shows, None for a closed one."""
    view = get_filtered_results(survey=survey, filters=Filters(**fields))
    if view.since:
        found = [r for r in found if view.since <= r.created_at.date() <= view.until]
    if view.n is None:
        assert not view.questions
        return None
    assert view.n == len(found)  # exact, or not shown
    assert view.n not in FEW
    for result in view.questions:
        key = result.question.key
        for row in result.rows if key != "q-text" else ():
            assert row.count == sum(str(r.answers.get(key)) == row.value for r in found)
    return frozenset(r.pk for r in found)


def windows():
    """Days from the first on and days up to the last, each moving by one day."""
    for day in range(22, 51, 4):
        at = FIRST + datetime.timedelta(days=day)
        yield {"until": at}
        yield {"until": at + datetime.timedelta(days=1)}
        yield {"since": at}


@pytest.fixture
def everybody(survey, request):
    chance = random.Random(request.param)
    rows = [somebody(chance, survey) for _ in range(chance.choice([30, 60, 120]))]
    Response.objects.bulk_create(rows)
    fold_responses(at_most=20)
    return list(Response.objects.all())


def assert_no_few(seen, everybody):
    """Subtract every group from every other that holds it."""
    groups = {group for _fields, group in seen if group} | {frozenset(r.pk for r in everybody)}
    for small in groups:
        for large in groups:
            assert not (small < large and len(large - small) in FEW), (len(small), len(large))


@pytest.mark.django_db
@pytest.mark.parametrize("everybody", range(4), indirect=True)
def test_no_filters_can_be_subtracted_to_few_readers(survey, everybody):
    seen = [(f, shown(survey, f, found)) for f, found in conjunctions(everybody, 2) if f]
    assert_no_few(seen, everybody)
    assert any(group for _f, group in seen)
    # All classes of a filter that are shown, taken from what they add up to.
    by_fields = {Filters(**f): group for f, group in seen}
    by_fields[Filters()] = frozenset(r.pk for r in everybody)
    for fields, whole in list(by_fields.items()):
        for picks in choices_of(everybody).values():
            parts = [
                by_fields.get(Filters(**_merged(_as_dict(fields), more))) for more, _test in picks
            ]
            rest = whole.difference(*[part for part in parts if part]) if whole else ()
            if any(part is not None for part in parts):
                assert len(rest) not in FEW


def _as_dict(filters):
    return {k: v for k, v in vars(filters).items() if v}


@pytest.mark.django_db
@pytest.mark.parametrize("everybody", range(2), indirect=True)
@pytest.mark.parametrize("fields", [{}, {"page": 2}, {"answers": (("q-choice", GOOD),)}])
def test_no_days_can_be_subtracted_to_few_readers(survey, everybody, fields):
    found = next(found for f, found in conjunctions(everybody, 1) if f == fields)
    seen = [(w, shown(survey, {**fields, **w}, found)) for w in windows()]
    seen += [(w, shown(survey, w, everybody)) for w in windows()] if fields else []
    assert_no_few(seen, everybody)


@pytest.mark.django_db
@pytest.mark.parametrize("everybody", range(4), indirect=True)
def test_rare_answers_are_not_found_by_way_of_other_filters(survey, everybody):
    rare = {
        str(v) for v in range(1, 6) if sum(r.answers.get("q-scale") == v for r in everybody) in FEW
    }
    for fields in ({"page": 1}, {"language": "en"}, {"answers": (("q-choice", GOOD),)}):
        view = get_filtered_results(survey=survey, filters=Filters(**fields))
        for result in view.questions:
            if result.question.key == "q-scale" and rare:
                assert not rare & {row.value for row in result.rows}
                assert result.score is None
                assert "q-scale" in view.withheld


@pytest.mark.django_db
@pytest.mark.parametrize("rare", [0, 1])
def test_a_score_that_would_tell_a_rare_answer_is_not_shown_over_time_either(survey, rare):
    version = survey.versions.get(current=True).pk
    Response.objects.bulk_create(
        Response(
            survey_id=survey.pk,
            version_id=version,
            language="en" if n % 2 else "es",
            answers={"q-choice": GOOD, "q-scale": 1 if n < rare else 4 + n // 2 % 2},
            created_at=datetime.datetime.combine(FIRST + datetime.timedelta(days=n // 10), NOON),
        )
        for n in range(200)
    )
    question = get_trend_question(get_survey_definition(survey), "q-scale")

    def seen(**fields):
        filters = Filters(**fields)
        view = get_filtered_results(survey=survey, filters=filters)
        [score] = [r.score for r in view.questions if r.question.key == "q-scale"]
        course = get_trend(survey=survey, question=question, span="day", filters=filters)
        return score is not None, len(course.points) > 1

    assert seen(language="es") == (not rare, not rare)
    assert seen(since=FIRST + datetime.timedelta(days=5)) == (True, True)
    assert seen(language="es", since=FIRST + datetime.timedelta(days=5)) == (not rare, not rare)
