"""Everything that is shown, taken together, tells of no group of 1 to 4 readers.

The attack: each figure shown is a sum over readers. What can be worked out by adding and
subtracting any of them, however often, are the vectors in the space that these sums span. No
group of 1 to 4 that filters can describe may lie in it.
"""

import datetime
import random
from itertools import combinations

import numpy as np
import pytest

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results import filtered_results_by_page
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.results_by_page import get_page_report
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.trend import SPANS, get_trend, get_trend_question
from cx_feedback.surveys.selectors import get_survey_definition
from tests.site.models import ArticlePage
from tests.surveys.conftest import BAD, GOOD

FEW = range(1, 5)
FIRST = datetime.date(2026, 3, 1)
NOON = datetime.time(12, tzinfo=datetime.UTC)


@pytest.fixture
def pages(home):
    """Two sections, with three articles and two."""
    sections = [home.add_child(instance=ArticlePage(title=f"S{n}", slug=f"s{n}")) for n in (1, 2)]
    return {
        section.add_child(instance=ArticlePage(title=slug, slug=slug)).pk: section.pk
        for section, slugs in zip(sections, ("abc", "de"), strict=True)
        for slug in slugs
    }


def somebody(chance, survey, pages):
    page = chance.choices([*pages, None], [30, 8, 3, 30, 4, 3])[0]
    answers = {"q-choice": chance.choice([GOOD, GOOD, GOOD, BAD])}
    if chance.random() < 0.6:
        answers["q-scale"] = chance.choice([1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5])
    day = FIRST + datetime.timedelta(days=int(chance.triangular(0, 50, 45)))
    return Response(
        survey_id=survey.pk,
        version_id=survey.versions.get(current=True).pk,
        page_id=page,
        language=chance.choice(["es", "es", "es", "es", "en"]),
        answers=answers,
        created_at=datetime.datetime.combine(day, NOON),
    )


class Attacker:
    """Writes down each sum of readers that is shown."""

    def __init__(self, survey, pages):
        self.everybody = list(Response.objects.all())
        self.survey, self.pages = survey, pages
        self.sums = []
        self.saw("all", self.everybody)

    def saw(self, where, readers):
        ids = {r.pk for r in readers}
        self.sums.append((where, [float(r.pk in ids) for r in self.everybody]))

    def works_out(self):
        """Return what tells whether a group's number can be worked out from the sums."""
        matrix = np.array([row for _where, row in self.sums])
        _u, s, vt = np.linalg.svd(matrix, full_matrices=False)
        space = vt[s > 1e-9]

        def can(readers):
            ids = {r.pk for r in readers}
            wanted = np.array([float(r.pk in ids) for r in self.everybody])
            return np.abs(wanted - space.T @ (space @ wanted)).max() < 1e-6

        return can

    def finds(self, filters, windows, answered=None):
        """Return the groups of 1 to 4 that can be worked out, as filters and days."""
        can = self.works_out()
        found = []
        for fields in filters:
            if not fields.keys() - {"answers"} and len(fields.get("answers", ())) == 1:
                continue  # everybody's view shows a rare answer as what it is
            for days in windows:
                group = self.picked(fields, *(days or ()))
                group = [r for r in group if answered is None or answered in r.answers]
                if len(group) in FEW and can(group):
                    found.append((fields, days, len(group)))
        return found

    def picked(self, fields, since=None, until=None):
        """Return whom filters pick."""

        def holds(r):
            return (
                fields.get("page") in (None, r.page_id)
                and fields.get("section") in (None, self.pages.get(r.page_id))
                and fields.get("language") in (None, r.language)
                and all(str(r.answers.get(k)) == v for k, v in fields.get("answers", ()))
                and (since is None or since <= r.created_at.date() <= until)
            )

        return [r for r in self.everybody if holds(r)]

    def look(self, fields):
        """Open a view, and write down how many it shows; that of everybody is known."""
        if not fields:
            return
        view = get_filtered_results(survey=self.survey, filters=Filters(**fields))
        if view.n is None:
            assert not view.questions
            return
        found = self.picked(fields, view.since, view.until)
        assert view.n == len(found)
        self.saw(("view", fields), found)

    def look_at_course(self, fields, key):
        question = get_trend_question(get_survey_definition(self.survey), key)
        for span in SPANS:
            found = get_trend(
                survey=self.survey, question=question, span=span, filters=Filters(**fields)
            )
            for point in found.points:
                readers = self.picked(fields, point.first, point.last)
                answered = [r for r in readers if key in r.answers]
                assert point.result.n == len(answered)
                self.saw(("course", key, span, fields, point.first, point.last), answered)

    def look_at_filtered_pages(self, key, fields):
        """Open the pages under filters, and write down each row as its days say."""
        filters = Filters(**fields)
        report = filtered_results_by_page.get_page_report(
            survey=self.survey, wanted=key, filters=filters
        )
        without_days = {k: v for k, v in fields.items() if k not in ("since", "until")}
        shown = set()
        for row in report.rows:
            readers = self.picked({**without_days, "page": row.page_id}, row.since, row.until)
            assert row.n == len(readers)
            shown |= {r.pk for r in readers}
            self.saw(("filtered report", fields, row.page_id), readers)
            if row.result:
                answered = [r for r in readers if key in r.answers]
                assert row.result.n == len(answered)
                self.saw(("filtered report", fields, row.page_id, key), answered)
        if report.other_pages:
            assert without_days == fields
            others = [r for r in self.picked(fields) if r.pk not in shown]
            if report.other_n != len(others):
                others = [r for r in others if r.page_id is not None]
            assert report.other_n == len(others)
            self.saw(("filtered report", fields, "others"), others)

    def look_at_pages(self, key):
        report = get_page_report(survey=self.survey, wanted=key)
        shown = {row.page_id: row for row in report.rows}
        for page, row in shown.items():
            readers = self.picked({"page": page})
            assert row.n == len(readers)
            self.saw(("report", page), readers)
            if row.result:
                self.saw(("report", page, key), [r for r in readers if key in r.answers])
        if report.other_pages:
            others = [r for r in self.everybody if r.page_id not in shown]
            without = [r for r in others if r.page_id is None]
            assert report.other_n in (len(others), len(others) - len(without))
            if report.other_n != len(others):
                others = [r for r in others if r.page_id is not None]
            self.saw(("report", "others"), others)


def choices_of(pages):
    return {
        "page": [{"page": p} for p in pages],
        "section": [{"section": s} for s in sorted(set(pages.values()))],
        "language": [{"language": w} for w in ("es", "en")],
        "q-choice": [{"answers": (("q-choice", v),)} for v in (GOOD, BAD)],
        "q-scale": [{"answers": (("q-scale", str(v)),)} for v in range(1, 6)],
    }


def conjunctions(pages, most):
    kinds = choices_of(pages)
    for size in range(1, most + 1):
        for names in combinations(kinds, size):
            stack = [{}]
            for name in names:
                stack = [_merged(fields, more) for fields in stack for more in kinds[name]]
            yield from stack


def _merged(fields, more):
    answers = (*fields.get("answers", ()), *more.get("answers", ()))
    return {**fields, **more, **({"answers": answers} if answers else {})}


def windows():
    for day in range(20, 51, 6):
        at = FIRST + datetime.timedelta(days=day)
        yield {"until": at}
        yield {"until": at + datetime.timedelta(days=1)}
        yield {"since": at}


@pytest.fixture
def attacker(survey, pages, request):
    chance = random.Random(request.param)
    number = chance.choice([40, 80, 120])
    Response.objects.bulk_create(somebody(chance, survey, pages) for _ in range(number))
    fold_responses(at_most=20)
    return Attacker(survey, pages)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("attacker", range(4), indirect=True)
def test_nothing_shown_adds_up_to_few_readers(attacker, pages):
    for fields in conjunctions(pages, 2):
        attacker.look(fields)
    attacker.look_at_pages("q-scale")
    seen = len(attacker.sums)
    for fields in conjunctions(pages, 2):
        attacker.look_at_filtered_pages("q-scale", fields)
    assert len(attacker.sums) > seen > 10
    assert not attacker.finds(conjunctions(pages, 3), [None])


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("attacker", range(6, 8), indirect=True)
def test_no_days_add_up_to_few_readers(attacker, pages):
    single = [{}, *conjunctions(pages, 1)]
    for fields in single:
        attacker.look(fields)
        for days in windows():
            attacker.look({**fields, **days})
            attacker.look_at_filtered_pages("q-scale", {**fields, **days})
    assert len(attacker.sums) > 20
    assert not attacker.finds(single, days_of(attacker))


@pytest.mark.django_db
@pytest.mark.parametrize("attacker", range(9, 11), indirect=True)
def test_no_courses_of_time_add_up_to_few_answers(attacker, pages):
    """By day, week and month, of those who answered the question."""
    single = [{}, *conjunctions(pages, 1)]
    attacker.sums.clear()
    for fields in single:
        attacker.look_at_course(fields, "q-scale")
    assert len(attacker.sums) > 10
    assert not attacker.finds(single, days_of(attacker), "q-scale")


def days_of(attacker):
    """Return every day with answers, and each with one to three that follow it."""
    days = sorted({r.created_at.date() for r in attacker.everybody})
    return [(day, last) for n, day in enumerate(days) for last in days[n : n + 4]]
