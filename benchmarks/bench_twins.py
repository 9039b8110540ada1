"""What the fast twins bring: the plain way and the fast one in turn, in one process."""

import statistics
import time
from collections.abc import Callable

from benchmarks import site, threads
from benchmarks.results import Result

ROUNDS, ACTS, THREADS = 15, 40, 20


def run() -> list[Result]:
    """Compare rows of an act by save() and by one statement, a thread without and with a cache."""
    site.setup()
    return [*_compare_inserts(), _compare_prepared_statements(), _compare_thread_cache()]


def _get_ratio(plain: Callable[[], object], fast: Callable[[], object]) -> float:
    """Return the median of the plain way's time to that of the fast one after it."""

    def measure(job: Callable[[], object]) -> float:
        begun = time.perf_counter()
        job()
        return time.perf_counter() - begun

    plain(), fast()  # what a process does once
    return statistics.median(measure(plain) / measure(fast) for _ in range(ROUNDS))


def _compare_inserts() -> list[Result]:
    from django.test import override_settings

    from benchmarks.settings import CX_FEEDBACK
    from cx_feedback.readers.services import Speaker, create_reader
    from cx_feedback.surveys.services import submit_response

    widget = site.make_widget()

    def store(is_fast: bool, key: object) -> Callable[[], None]:
        def job() -> None:
            with override_settings(CX_FEEDBACK={**CX_FEEDBACK, "FAST_INSERTS": is_fast}):
                for _ in range(ACTS):
                    submit_response(
                        survey_id=widget.pk,
                        kind=widget.kind,
                        answers={"score": 9, "reason": "It is clear."},
                        reader=Speaker(key),
                    )

        return job

    known = create_reader().key
    return [
        Result(
            "twins",
            f"time of an NPS answer of {who} by save(), to one by one statement",
            _get_ratio(store(False, key), store(True, key)),
            ">= 1.5",
        )
        for who, key in (("a new reader", None), ("a known reader", known))
    ]


def _compare_prepared_statements() -> Result:
    from django.db import connection

    from cx_feedback.readers.models import Activity, Reader
    from cx_feedback.readers.services import build_reader, record_act

    def store(is_prepared: bool) -> Callable[[], None]:
        def job() -> None:
            connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = not is_prepared
            for _ in range(ACTS):
                record_act(reader=build_reader(language="tlh"), kind="bench", detail={"a": 1})

        return job

    value = _get_ratio(store(False), store(True))
    Activity.objects.filter(kind="bench").delete()
    Reader.objects.filter(language="tlh").delete()
    name = "time of an act of a new reader, to one by a prepared statement"
    return Result("twins", name, value)


def _compare_thread_cache() -> Result:
    from django.core.cache import cache

    from cx_feedback.comments.rendering.thread_renderer import render_section

    page = threads.make_page("twins")
    threads.fill(page, roots=THREADS, replies=3)

    def render_without() -> None:
        cache.clear()
        render_section(page)

    return Result(
        "twins",
        f"time of a section of {THREADS} threads without the cache, to with it",
        _get_ratio(render_without, lambda: render_section(page)),
        ">= 1.5",
    )
