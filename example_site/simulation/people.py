"""Write simulated readers and their visits into the readers room, in bulk."""

import datetime
from collections.abc import Iterator

import numpy as np
from django.utils import translation

from cx_feedback.readers import services
from cx_feedback.readers.models import Consent, Reader, VisitDay
from cx_feedback.readers.privacy.consent_text import get_visits_wording
from example_site.simulation.calendar import moment
from example_site.simulation.process import Integers, Population

CHUNK = 1000
NAME = "sim-{:05d}"
ENGLISH_SHARE = 0.18
CONSENT_SOURCE = "simulated"


def is_simulated() -> bool:
    """Return whether simulated readers are there already."""
    return Reader.objects.filter(external_id=NAME.format(0)).exists()


def chunks(total: int) -> Iterator[range]:
    """Cut the rows into ranges that fit into one statement."""
    for start in range(0, total, CHUNK):
        yield range(start, min(start + CHUNK, total))


def make_readers(
    population: Population,
    visits: tuple[Integers, Integers],
    first_monday: datetime.date,
    rng: np.random.Generator,
) -> list[Reader]:
    """Create the readers, their consents and their visit days; return them by row."""
    rows, days = visits
    first_days: dict[int, int] = {}
    for row, day in zip(rows.tolist(), days.tolist(), strict=True):
        first_days[row] = min(day, first_days.get(row, day))
    english = rng.random(population.p.size) < ENGLISH_SHARE

    def known_since(row: int) -> datetime.datetime:
        return moment(first_monday + datetime.timedelta(days=first_days[row]), 9)

    readers: list[Reader] = []
    for chunk in chunks(population.p.size):
        readers += Reader.objects.bulk_create(
            Reader(
                external_id=NAME.format(row),
                language="en" if english[row] else "es",
                counts_visits=True,
                created_at=known_since(row),
            )
            for row in chunk
        )
    _note_consents(readers)
    VisitDay.objects.bulk_create(
        (
            VisitDay(reader=readers[row], day=first_monday + datetime.timedelta(days=day))
            for row, day in zip(rows.tolist(), days.tolist(), strict=True)
        ),
        batch_size=CHUNK,
    )
    for chunk in chunks(len(readers)):
        services.rebuild_figures(reader_ids=[readers[row].pk for row in chunk])
    return readers


def _note_consents(readers: list[Reader]) -> None:
    wordings = {}
    for language in ("es", "en"):
        with translation.override(language):
            wordings[language] = get_visits_wording()
    Consent.objects.bulk_create(
        (
            Consent(
                reader=reader,
                purpose=Consent.VISITS,
                wording=wordings[reader.language],
                source=CONSENT_SOURCE,
                given_at=reader.created_at,
            )
            for reader in readers
        ),
        batch_size=CHUNK,
    )
