"""On which days simulated readers were on the site, and which pages they could find then."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from cx_feedback.readers.models import Reader
from example_site.magazine.models import ArticlePage
from example_site.simulation.process import Floats, Integers

#: When people read, by hour of the day.
HOURS = np.array([8, 9, 10, 11, 13, 14, 17, 19, 20, 21, 22])


def moment(day: datetime.date, hour: float) -> datetime.datetime:
    """Return an instant of a day, in the site's time zone."""
    start = datetime.datetime.combine(day, datetime.time(), ZoneInfo(settings.TIME_ZONE))
    return start + datetime.timedelta(hours=hour)


@dataclass(frozen=True)
class Occasion:
    """A reader on a page at an instant."""

    row: int
    reader: Reader
    page: ArticlePage
    at: datetime.datetime


@dataclass(frozen=True)
class Calendar:
    """Who was there when, with how much liking for what they read."""

    readers: list[Reader]
    likings: Floats
    days: dict[int, list[datetime.date]]
    rng: np.random.Generator

    @classmethod
    def of(
        cls,
        readers: list[Reader],
        likings: Floats,
        visits: tuple[Integers, Integers],
        first_monday: datetime.date,
        rng: np.random.Generator,
    ) -> "Calendar":
        """Sort the visits by reader."""
        days: dict[int, list[datetime.date]] = {}
        for row, day in zip(visits[0].tolist(), visits[1].tolist(), strict=True):
            days.setdefault(row, []).append(first_monday + datetime.timedelta(days=day))
        return cls(readers, likings, days, rng)

    def instant(self, day: datetime.date) -> datetime.datetime:
        """Return an instant of a day at which people read."""
        return moment(day, float(self.rng.choice(HOURS)) + float(self.rng.random()))

    def occasions(self, pages: list[ArticlePage], share: float) -> list[Occasion]:
        """Return one occasion each for about this share of the readers, in order of time.

        Each is on a day of the reader's own, on a page of the reader's language that had been
        published by then. A day is as good as another whatever comes after it: a day chosen from
        all of a reader's days would know how many are to come.
        """
        counts = np.array([len(self.days[row]) for row in range(len(self.readers))])
        chances = self.rng.geometric(_chance_of_a_day(counts, share), counts.size)
        found = []
        for row in np.flatnonzero(chances <= counts).tolist():
            reader, day = self.readers[row], self.days[row][int(chances[row]) - 1]
            mine = [
                page
                for page in pages
                if page.locale.language_code == reader.language and page.date <= day
            ]
            if mine:
                page = mine[int(self.rng.integers(len(mine)))]
                found.append(Occasion(row, reader, page, self.instant(day)))
        return sorted(found, key=lambda occasion: occasion.at)


def _chance_of_a_day(counts: Integers, share: float) -> float:
    """Return the chance of each day with which about ``share`` have their occasion on any."""
    low, high = 0.0, 1.0
    for _step in range(40):
        middle = (low + high) / 2
        reached = float(np.mean(1 - (1 - middle) ** counts))
        low, high = (middle, high) if reached < share else (low, middle)
    return high


def pages_with(block_type: str) -> list[ArticlePage]:
    """Return the published articles whose body holds a block of this type."""
    return [
        page
        for page in ArticlePage.objects.live().select_related("locale").order_by("pk")
        if any(block.block_type == block_type for block in page.body)
    ]
