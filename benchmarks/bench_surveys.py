"""Storing ten answers, reading the results of many responses, and exporting them; their queries.

``BENCH_EXPORT`` says how many responses the larger export has, 100,000 by default.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from benchmarks import many, site, ten
from benchmarks.load import Load, post, ratio
from benchmarks.readers import reader_keys
from benchmarks.results import Result

FEW, MANY = 1_000, 1_000_000
SMALL, LARGE = 10_000, int(os.environ.get("BENCH_EXPORT", "100000"))
OWN = {"Sec_Fetch_Site": "same-origin"}

#: Runs alone, so that its memory is its own; prints seconds and megabytes at most.
EXPORT = """
import sys, time
import django
django.setup()
from benchmarks.memory import read_peak_memory
from cx_feedback.surveys.exports.services import write_export
before = time.perf_counter()
assert write_export(export_id=int(sys.argv[1]))
seconds = time.perf_counter() - before
print(seconds, read_peak_memory())
"""


def run() -> list[Result]:
    """Measure storing, then the results page and the exports over loaded responses."""
    site.setup()
    return [*_storing(), *_asking_more(), *_reading(), *_exporting()]


def _storing() -> list[Result]:
    article = site.make_article()
    survey, form_page = ten.make_survey(), ten.make_form_page(article.get_parent())
    body = json.dumps({"page": article.pk, "answers": ten.ANSWERS}).encode()
    path = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    with site.gunicorn() as port:
        bare = Load(port, lambda: post("/bare/all/", body, **OWN))
        first = Load(port, lambda: post(path, body, **OWN))
        keys = cycle(reader_keys(1000))
        again = Load(port, lambda: post(path, body, Cookie=f"cx_reader={next(keys)}", **OWN))
        form = Load(port, _form_post(form_page))
        found = [
            Result("surveys", f"10 answers by REST, {who}, to a bare INSERT", value, ">= 0.5")
            for who, value in (
                ("a new reader", ratio(first, bare)),
                ("known readers", ratio(again, bare)),
            )
        ]
        by_form = ratio(first, form, rounds=5)
        found.append(Result("surveys", "10 answers by REST, to a form page", by_form, ">= 4"))
    for load, status in ((bare, 201), (first, 201), (again, 201), (form, 200)):
        assert set(load.statuses) == {status}, load.statuses
    from wagtail.contrib.forms.models import FormSubmission

    from benchmarks.bare.models import Answers
    from cx_feedback.surveys.models import Response

    assert Response.objects.count() == first.sent + again.sent
    assert Answers.objects.count() == bare.sent
    assert FormSubmission.objects.count() == form.sent
    return found


def _form_post(form_page: Any) -> Any:
    """Return what makes the post of a browser that has the form page open."""
    path, token = form_page.get_url_parts()[2], "a" * 32
    fields = {**ten.ANSWERS, "csrfmiddlewaretoken": token}
    body = urlencode(fields, doseq=True).encode()
    kind = "application/x-www-form-urlencoded"
    return lambda: post(path, body, kind, Cookie=f"csrftoken={token}", **OWN)


def _asking_more() -> list[Result]:
    """Count the queries of a response to 1, 10 and 40 questions, with nothing in any cache."""
    from django.core.cache import cache
    from django.test import Client

    found = []
    for times, questions in ((0, 1), (1, 10), (4, 40)):
        survey = ten.make_survey(f"{questions} questions", times=times)
        answers = ten.answers(times)
        cache.clear()

        def send(survey: Any = survey, answers: Any = answers) -> None:
            response = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(
                f"/feedback/api/v1/surveys/{survey.pk}/responses/",
                {"answers": answers},
                "application/json",
            )
            assert response.status_code == 201, response.content

        name = f"queries of a response to {questions} question{'s' if questions > 1 else ''}"
        found.append(Result("surveys", name, site.queries(send), "<= 6"))
    return found


def _reading() -> list[Result]:
    few, much = ten.make_survey("A thousand"), ten.make_survey("A million")
    many.load(few, FEW)
    many.check(few)
    many.load(much, MANY)
    pages = {survey: _page(survey) for survey in (few, much)}
    rounds = [(_seconds(pages[much]), _seconds(pages[few])) for _ in range(15)]
    slower = statistics.median(a / b for a, b in rounds)
    return [
        *_listing(few, much),
        Result("surveys", "results page, 1,000,000 responses to 1,000", slower, "<= 1.5"),
        Result("surveys", "ms, results page of 1,000,000", 1000 * min(a for a, _b in rounds)),
        Result("surveys", "queries, results page of 1,000,000", site.queries(pages[much]), "<= 10"),
    ]


def _listing(few: Any, much: Any) -> list[Result]:
    """Measure the first page of the list of single responses, without the frame of the admin."""
    lists = {survey: _page(survey, "responses/", b"cx-response-values") for survey in (few, much)}
    rounds = [(_seconds(lists[much]), _seconds(lists[few])) for _ in range(15)]
    slower = statistics.median(a / b for a, b in rounds)
    return [
        Result("surveys", "list of responses, 1,000,000 to 1,000", slower, "<= 1.5"),
        Result("surveys", "ms, list of 1,000,000 responses", 1000 * min(a for a, _b in rounds)),
        Result(
            "surveys", "queries, list of 1,000,000 responses", site.queries(lists[much]), "<= 10"
        ),
    ]


def _page(survey: Any, name: str = "", mark: bytes = b"<svg") -> Any:
    """Return what opens a results page of ``survey`` as its editor does."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _made = get_user_model().objects.get_or_create(username="editor", is_superuser=True)
    client = Client()
    client.force_login(user)
    address = f"/admin/cx-feedback/surveys/results/{survey.pk}/{name}"
    part = {"X-Requested-With": "XMLHttpRequest"} if name else {}

    def open_page() -> None:
        response = client.get(address, headers=part)
        assert response.status_code == 200
        assert mark in response.content

    open_page()
    return open_page


def _seconds(page: Any) -> float:
    before = time.perf_counter()
    page()
    return time.perf_counter() - before


def _exporting() -> list[Result]:
    surveys = {n: ten.make_survey(f"{n} to export") for n in (SMALL, LARGE)}
    for number, survey in surveys.items():
        many.load(survey, number)
    found = []
    for kind, filtered in (("csv", False), ("xlsx", False), ("csv", True)):
        _seconds_small, small = _exported(surveys[SMALL], kind, filtered)
        seconds, large = _exported(surveys[LARGE], kind, filtered)
        name = f"exporting {LARGE:,} as {kind.upper()}{', those with a text' * filtered}"
        found += [
            Result("surveys", f"MB more, {name}, than {SMALL:,}", large - small, "<= 32"),
            Result("surveys", f"MB at most, {name}", large),
            Result("surveys", f"responses a second, {name}", LARGE / seconds),
        ]
    return found


def _exported(survey: Any, kind: str, filtered: bool) -> tuple[float, float]:
    """Export a survey; ``filtered`` by what only each answer can say."""
    from cx_feedback.surveys.exports.services import request_export
    from cx_feedback.surveys.single_responses.response_filters import ResponseFilters

    export = request_export(
        survey=survey,
        user=None,
        format=kind,
        headings="labels",
        with_texts=True,
        filters=ResponseFilters(has_text=filtered),
    )
    command = [sys.executable, "-c", EXPORT, str(export.pk)]
    done = subprocess.run(command, env=os.environ, check=True, capture_output=True, text=True)
    export.refresh_from_db()
    assert filtered or export.written == export.total == survey.responses.count()
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes
