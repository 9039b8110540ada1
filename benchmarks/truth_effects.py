"""What brings readers back, where the truth is known: sites of simulated readers.

Each reader has a habit (a share of weeks with a visit), leaves for good one day, and has moods:
some weeks of coming nearly every week. Of the articles

- *causal* is met by readers as they come, and brings some of them back within three weeks,
- *habitual* is met above all by readers with a strong habit,
- *mood* is met by readers in a mood, whose next weeks are better than their history says,
- the others (``background``) by anybody.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

#: A Sunday.
END = datetime.date(2026, 3, 1)
CAUSAL, HABITUAL, MOOD, OTHERS = 1, 2, 3, 100
HORIZON_WEEKS = 4


@dataclass(frozen=True)
class World:
    """A site: its readers, weeks and articles; ``lift`` is what the causal article adds."""

    readers: int = 2500
    weeks: int = 44
    background: int = 12
    lift: float = 0.5
    focused: bool = True
    #: Of the background, how strongly an article is met by readers with a habit.
    spread: float = 0.0
    mood_begins: float = 0.03
    mood_weeks: float = 4.0
    #: How much more readers in a mood do everywhere.
    mood_acts: float = 3.0


#: 60 articles without any effect, each with readers of another habit.
NO_EFFECT = World(readers=5000, background=60, focused=False, spread=1.0)
#: A site without any other article: readers can only be compared with those of the other two.
ALONE = World(background=0)


def measure_site(world: World, seed: int) -> dict[int, str]:
    """Simulate and measure a site; return the verdict on each article."""
    from cx_feedback.loyalty.effects.measurement import measure_effects

    rng = np.random.default_rng(seed)
    fill(*simulate_site(world, rng), rng)
    effects = measure_effects(as_of=END, horizon_weeks=HORIZON_WEEKS)
    return {effect.cause_id: str(effect.verdict) for effect in effects if effect.kind == "article"}


def simulate_site(world: World, rng: np.random.Generator) -> tuple[Any, list[tuple[int, int, int]]]:
    """Return visits by reader and week, and acts as (reader, week, article)."""
    n, weeks = world.readers, world.weeks
    habit = rng.beta(1.0, 3.5, n)
    first = rng.integers(0, weeks - 8, n)
    leaves = rng.beta(0.6, 30, n)
    mood = np.zeros(n, dtype=np.int64)
    here, brought = np.ones(n, dtype=bool), np.zeros((n, weeks + 4), dtype=bool)
    visits = np.zeros((n, weeks), dtype=bool)
    met = {article: np.zeros(n, dtype=bool) for article in (CAUSAL, HABITUAL, MOOD)}
    tastes = rng.normal(0, world.spread, max(1, world.background))
    acts: list[tuple[int, int, int]] = []
    for week in range(weeks):
        here &= (rng.random(n) >= leaves) | (week <= first)
        begins = (mood == 0) & (rng.random(n) < world.mood_begins)
        lasts = rng.geometric(1 / world.mood_weeks, n)
        mood = np.where(begins, lasts, np.maximum(mood - 1, 0))
        p = np.where(mood > 0, np.maximum(habit, 0.85), habit)
        came = (week >= first) & ((here & (rng.random(n) < p)) | (week == first) | brought[:, week])
        visits[:, week] = came
        if world.focused:
            chances = {
                CAUSAL: np.full(n, 0.08),
                HABITUAL: np.minimum(0.5, habit**2),
                MOOD: np.where(mood > 0, 0.15, 0.01),
            }
            for article, chance in chances.items():
                now = came & ~met[article] & (rng.random(n) < chance)
                met[article] |= now
                acts += [(int(who), week, article) for who in np.flatnonzero(now)]
                if article == CAUSAL:
                    lifted = np.flatnonzero(now & (rng.random(n) < world.lift))
                    brought[lifted, week + rng.integers(1, 4, len(lifted))] = True
        if world.background:
            for who in np.flatnonzero(
                came & (rng.random(n) < np.where(mood > 0, world.mood_acts, 1) * 0.15)
            ):
                weights = np.exp(tastes * (habit[who] - 0.3) * 4)
                article = int(rng.choice(len(weights), p=weights / weights.sum()))
                acts.append((int(who), week, OTHERS + article))
    return visits, acts


def fill(visits: Any, acts: list[tuple[int, int, int]], rng: np.random.Generator) -> None:
    """Store a simulated site in place of all readers."""
    from django.utils import timezone

    from cx_feedback.readers.models import Activity, Reader, VisitDay

    for model in (Activity, VisitDay, Reader):
        model._default_manager.all()._raw_delete("default")
    n, weeks = visits.shape
    Reader.objects.bulk_create([Reader(pk=pk) for pk in range(1, n + 1)], batch_size=500)
    monday = END - datetime.timedelta(days=7 * weeks - 1)
    who, week = np.nonzero(visits)
    days = 7 * week + rng.integers(0, 7, len(who))
    at = {}
    rows = []
    for reader, w, day in zip(who.tolist(), week.tolist(), days.tolist(), strict=True):
        at[reader, w] = monday + datetime.timedelta(days=day)
        rows.append((reader + 1, at[reader, w]))
    _insert(VisitDay, ("reader_id", "day"), rows)
    noon = datetime.time(12)
    _insert(
        Activity,
        ("reader_id", "kind", "page_id", "detail", "at"),
        [
            (
                *(reader + 1, "comment", article, "{}"),
                timezone.make_aware(datetime.datetime.combine(at[reader, w], noon)),
            )
            for reader, w, article in acts
        ],
    )


def _insert(model: Any, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection

    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 2000):
            cursor.executemany(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})",
                rows[start : start + 2000],
            )
