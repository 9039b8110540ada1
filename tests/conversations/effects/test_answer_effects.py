"""Who came back after an answer: the statements against a slow, obvious count."""

import datetime
import random
from collections import Counter

import pytest

from cx_feedback.conversations.effects.answer_effects import measure_effects
from cx_feedback.conversations.effects.effect_figures import Group, NextScores, Returns
from cx_feedback.conversations.models import (
    Conversation,
    PromiseClock,
    ReturnExpectation,
)
from cx_feedback.conversations.permissions import Scope
from cx_feedback.core.pages import site_time
from cx_feedback.readers.models import Activity, Reader, VisitDay

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope(everywhere=True)
#: A Wednesday; the weeks of those who wrote up to Sunday, 26 April, are over.
NOW = datetime.datetime(2026, 5, 27, 10, tzinfo=datetime.UTC)
WEEKS = 4


def day(month, number, hour=9):
    return datetime.datetime(2026, month, number, hour, tzinfo=datetime.UTC)


BEGUN = day(4, 15)


def add(
    *,
    begun=BEGUN,
    done=None,
    on_time=None,
    due=None,
    chance=0.5,
    weeks=WEEKS,
    minutes=240,
    reader=None,
    outcome="",
    visits=(),
    scores=(),
    **fields,
):
    """A conversation whose reader had a chance to come back, with visits and scores given."""
    reader = reader or Reader.objects.create(counts_visits=True)
    row = Conversation.objects.create(
        reader=reader,
        kind="letter",
        matter=f"letter:editors:{Conversation.objects.count()}",
        created_at=begun,
        state="closed" if outcome else "waiting",
        outcome=outcome,
        closed_at=begun if outcome else None,
        **fields,
    )
    PromiseClock.objects.create(
        conversation=row,
        goal="first",
        minutes=minutes,
        begun_at=begun,
        done_at=done,
        on_time=on_time,
        due_at=due,
        running_since=None if done or due is None else begun,
    )
    if weeks is not None:
        known = {} if chance is None else {"probability": chance, "weeks": weeks}
        ReturnExpectation.objects.create(conversation=row, **known)
    VisitDay.objects.bulk_create(
        [VisitDay(reader=reader, day=one) for one in visits], ignore_conflicts=True
    )
    for at, nps in scores:
        detail = {"survey": 1, "score": 9, "class": nps}
        Activity.objects.create(reader=reader, kind="nps", at=at, detail=detail)
    return row


def measure(scope=EVERYWHERE, now=NOW):
    return measure_effects(scope=scope, now=now)


def _get_monday(at):
    day_ = site_time.localdate(at)
    return day_ - datetime.timedelta(days=day_.weekday())


def count_slowly(now=NOW):
    """Return the same figures by looking at each conversation in turn."""
    returns = {group: [0, 0, 0.0] for group in Group}
    scores = {group: Counter() for group in Group}
    seen = set()
    for clock in PromiseClock.objects.order_by("pk"):
        row = clock.conversation
        start = _get_monday(clock.begun_at) + datetime.timedelta(days=7)
        end = start + datetime.timedelta(weeks=WEEKS)
        if clock.goal != "first" or clock.minutes is None or row.outcome in ("spam", "merged"):
            continue
        if end > _get_monday(now) or start < _get_monday(now) - datetime.timedelta(
            days=7 * (52 + WEEKS - 1)
        ):
            continue
        if row.reader.objects_to_scoring or row.reader_id in seen:
            continue
        seen.add(row.reader_id)
        if clock.done_at and site_time.localdate(clock.done_at) < end:
            group = Group.ON_TIME if clock.on_time else Group.LATE
        elif (clock.done_at and clock.on_time is False) or (
            clock.due_at and site_time.localdate(clock.due_at) < end
        ):
            group = Group.NEVER
        else:
            group = None
        if group is None:
            continue
        expectation = row.expectation
        if expectation.probability is not None and row.reader.counts_visits:
            came = any(start <= v.day < end for v in row.reader.visit_days.all())
            found = returns[group]
            found[0] += came
            found[1] += 1
            found[2] += expectation.probability
        told = clock.done_at or clock.due_at
        later = sorted(
            (act.at, act.pk, act.detail["class"])
            for act in row.reader.activities.all()
            if told < act.at <= now
        )
        if later:
            scores[group][later[0][2]] += 1
    return (
        {group: Returns(*found) for group, found in returns.items()},
        {
            group: NextScores(found["promoter"], found["detractor"], sum(found.values()))
            for group, found in scores.items()
        },
    )


def build_random_site(rng, readers=250):
    first = datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)
    for _reader in range(readers):
        reader = Reader.objects.create(
            counts_visits=rng.random() < 0.85, objects_to_scoring=rng.random() < 0.05
        )
        for _conversation in range(rng.choice([1, 1, 1, 2])):
            begun = first + datetime.timedelta(minutes=rng.randrange(440 * 24 * 60))
            after = begun + datetime.timedelta(minutes=rng.randrange(60 * 24 * 60))
            how = rng.choice(["on_time", "late", "waiting", "stopped"])
            given = {
                "on_time": {"done": after, "on_time": True},
                "late": {"done": after, "on_time": False},
                "waiting": {"due": after},
                "stopped": {},
            }[how]
            visits = [
                (begun + datetime.timedelta(days=rng.randrange(-20, 60))).date()
                for _visit in range(rng.choice([0, 1, 3]))
            ]
            scores = [
                (
                    begun + datetime.timedelta(days=rng.randrange(-20, 120)),
                    rng.choice(["promoter", "passive", "detractor"]),
                )
                for _score in range(rng.choice([0, 1, 2]))
            ]
            add(
                begun=begun,
                reader=reader,
                chance=rng.choice([None, 0.2, 0.7]),
                minutes=rng.choice([240, 240, None]),
                outcome=rng.choice(["", "", "", "spam", "solved"]),
                visits=visits,
                scores=scores,
                **given,
            )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statements_count_as_slow_loops_do(seed, settings):
    settings.TIME_ZONE = "America/Mexico_City"
    build_random_site(random.Random(seed))
    found = measure()
    returns, scores = count_slowly()
    assert sum(one.n for one in returns.values()) > 20
    for group in Group:
        assert found.returns[group].expected == pytest.approx(returns[group].expected)
        assert (found.returns[group].came, found.returns[group].n) == (
            returns[group].came,
            returns[group].n,
        )
    assert found.scores == scores


def test_it_costs_three_statements(django_assert_num_queries):
    add(done=day(4, 15, 11), on_time=True)
    with django_assert_num_queries(3):
        measure()


@pytest.mark.parametrize(
    ("given", "group"),
    [
        ({"done": day(4, 15, 11), "on_time": True}, Group.ON_TIME),
        ({"done": day(5, 17), "on_time": False}, Group.LATE),
        ({"done": day(5, 18), "on_time": False}, Group.NEVER),
        ({"due": day(4, 16)}, Group.NEVER),
        ({"due": day(5, 18)}, None),
        ({"done": day(5, 18), "on_time": True}, None),
        ({}, None),
        ({"done": day(4, 15, 11), "on_time": True, "minutes": None}, None),
        ({"done": day(4, 15, 11), "on_time": True, "outcome": "spam"}, None),
        ({"done": day(4, 15, 11), "on_time": True, "begun": day(4, 27)}, None),
    ],
)
def test_the_groups(given, group):
    add(**given)
    add(begun=day(1, 1), due=day(1, 2))
    found = measure()
    assert sum(one.n for one in found.returns.values()) == 1 + (group is not None)
    assert group is None or found.returns[group].n == 1 + (group == Group.NEVER)


@pytest.mark.parametrize(
    ("visit", "came"),
    [
        (datetime.date(2026, 4, 19), 0),
        (datetime.date(2026, 4, 20), 1),
        (datetime.date(2026, 5, 17), 1),
        (datetime.date(2026, 5, 18), 0),
    ],
)
def test_a_return_is_a_visit_in_the_weeks_after_that_of_the_letter(visit, came):
    add(done=day(4, 15, 11), on_time=True, visits=[visit])
    assert measure().returns[Group.ON_TIME] == Returns(came, 1, 0.5)


def test_the_first_score_after_the_answer_counts():
    done = day(4, 15, 11)
    add(
        done=done,
        on_time=True,
        scores=[
            (done - datetime.timedelta(hours=1), "detractor"),
            (done + datetime.timedelta(days=9), "detractor"),
            (done + datetime.timedelta(days=2), "promoter"),
        ],
    )
    assert measure().scores[Group.ON_TIME] == NextScores(1, 0, 1)


def test_expectations_of_other_weeks_are_not_put_together():
    add(done=day(4, 15, 11), on_time=True, weeks=8)
    add(done=day(4, 15, 11), on_time=True)
    assert measure().returns[Group.ON_TIME].n == 1


def test_editors_of_a_section_see_its_readers(article):
    add(done=day(4, 15, 11), on_time=True, page=article)
    add(done=day(4, 15, 11), on_time=True)
    assert measure(Scope(paths=(article.path,))).returns[Group.ON_TIME].n == 1
    assert measure(Scope(paths=("9999",))).span is None
