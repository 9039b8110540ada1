"""Let simulated readers subscribe to the newsletter."""

import numpy as np
from django.utils import translation

from cx_feedback.core.tables.table_reader import Problem, Row, Sheet
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Suppression
from cx_feedback.newsletter import services
from cx_feedback.newsletter.imports.row_reader import (
    COLUMNS,
    RowDefaults,
    RowReader,
    map_columns,
)
from cx_feedback.newsletter.imports.subscriber_writer import ImportReport, import_rows
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.newsletter.subscribing.consent_text import get_consent_wording
from example_site.building.content import read_yaml
from example_site.simulation.calendar import Calendar

#: Of the readers who like the magazine most; the others subscribe in proportion.
SHARE = 0.5
STILL_PENDING = 6
LEFT_AGAIN = 9


def address(row: int, language: str) -> str:
    """Return the made-up address of a reader; nobody can have one below ``example``."""
    return (
        f"lector{row:05d}@lectores.example"
        if language == "es"
        else f"reader{row:05d}@readers.example"
    )


def subscribe_readers(calendar: Calendar, mailing_list: MailingList) -> int:
    """Subscribe readers in proportion to their liking; return how many confirmed it."""
    rng = calendar.rng
    wanting = np.flatnonzero(rng.random(len(calendar.readers)) < SHARE * calendar.likings)
    rows = wanting.tolist()
    _wait(rows[:STILL_PENDING], calendar, mailing_list)
    wordings = {}
    for language in ("es", "en"):
        with translation.override(language):
            wordings[language] = get_consent_wording(mailing_list)
    names = read_yaml("simulated.yaml")["names"]
    cells = []
    for row in rows[STILL_PENDING:]:
        reader = calendar.readers[row]
        mine = names[reader.language]
        cells.append(
            {
                "email": address(row, reader.language),
                "reader": reader.external_id,
                "name": mine[int(rng.integers(len(mine)))],
                "language": reader.language,
                "consent_wording": wordings[reader.language],
                "consent_date": calendar.instant(calendar.days[row][0]).isoformat(),
            }
        )
    report = _import(cells, mailing_list)
    _leave(rows[STILL_PENDING:], calendar)
    return report.added


def _import(cells: list[dict[str, str]], mailing_list: MailingList) -> ImportReport:
    def refuse(problem: Problem) -> None:
        raise ValueError(f"Row {problem.row}: {problem.column}: {problem.reason}")

    sheet = Sheet(COLUMNS, (Row(number, row) for number, row in enumerate(cells, 2)))
    reading = RowReader(map_columns(COLUMNS), RowDefaults(mailing_list=mailing_list))
    *_earlier, report = import_rows(sheet, reading, handle_problem=refuse)
    return report


def _leave(rows: list[int], calendar: Calendar) -> None:
    """Let some unsubscribe on the last day they came, one complain, and one address be gone."""
    gone = rows[:: max(1, len(rows) // LEFT_AGAIN)][:LEFT_AGAIN]
    for row in gone:
        email = address(row, calendar.readers[row].language)
        subscription = Subscription.objects.get(email=email)
        services.unsubscribe(subscription_id=subscription.pk)
        Subscription.objects.filter(pk=subscription.pk).update(
            unsubscribed_at=calendar.instant(calendar.days[row][-1])
        )
    for row, reason in zip(
        gone, (Suppression.Reason.COMPLAINED, Suppression.Reason.BOUNCED), strict=False
    ):
        mail.suppress_address(address=address(row, calendar.readers[row].language), reason=reason)


def _wait(rows: list[int], calendar: Calendar, mailing_list: MailingList) -> None:
    """Let a few ask for the newsletter and not confirm it yet: the mail is on its way to them."""
    for row in rows:
        language = calendar.readers[row].language
        services.subscribe(
            email=address(row, language),
            list_ids=[mailing_list.pk],
            language=language,
            source="simulated",
        )
