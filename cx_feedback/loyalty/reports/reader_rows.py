"""A reader as a row of the screen, of an exported table and of the REST API.

The score comes with recency, frequency and volume (``reports.rfv``), and with the figures behind
them: days since the last visit, periods with a visit and days with a visit. Page views are not
stored, so they can't be the volume.
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import pgettext

from cx_feedback.core.pages import site_time
from cx_feedback.loyalty.reports.segment_readers import Member
from cx_feedback.loyalty.reports.wording import describe_emotion, describe_habit
from cx_feedback.loyalty.scoring.tier_rules import Tier


@dataclass(frozen=True)
class ReaderRow:
    """A reader as listed and exported; without permission the fields that identify are empty."""

    pk: int
    name: str
    email: str
    external_id: str
    tier: str
    tier_value: str
    reason: str
    score: int | None
    p_return: float | None
    last_day: datetime.date | None
    recency_days: int | None
    active_periods: int
    visit_days: int
    rfv: int
    rfv_recency: int
    rfv_frequency: int
    rfv_volume: int
    language: str
    nps_score: int | None
    nps_class: str
    nps_value: str
    emotion: str
    emotional_value: float | None
    csat: int | None
    ces: int | None
    #: Of readers at risk: what past hold-backs showed, and whether they are left in peace.
    evidence: str = ""
    left_in_peace: bool = False

    @property
    def score_shown(self) -> str:
        """Return the score for the list."""
        return pgettext("loyalty", "came since") if self.score is None else str(self.score)

    @property
    def rfv_shown(self) -> str:
        """Return the RFV with its parts for the list."""
        return pgettext("loyalty", "%(rfv)d (R %(r)d, F %(f)d, V %(v)d)") % {
            "rfv": self.rfv,
            "r": self.rfv_recency,
            "f": self.rfv_frequency,
            "v": self.rfv_volume,
        }

    @property
    def last_shown(self) -> str:
        """Return the day of the last visit for the list."""
        return date_format(self.last_day, "SHORT_DATE_FORMAT") if self.last_day else ""

    @property
    def feeling(self) -> str:
        """Return the last emotion with its value."""
        return describe_emotion(self.emotion, self.emotional_value)

    @property
    def said(self) -> str:
        """Return the last answers of the reader."""
        parts = [f"{self.nps_class} ({self.nps_score})"] if self.nps_class else []
        return ", ".join([*parts, *([self.feeling] if self.feeling else [])])


def build_row(member: Member, *, named: bool) -> ReaderRow:
    """Return the row of a member; ``named`` says whether the user may view readers."""
    reader, score, said = member.reader, member.score, member.attitude
    p = score.p_return
    return ReaderRow(
        pk=reader.pk,
        name=str(reader) if named else pgettext("loyalty", "A reader"),
        email=(reader.email or "") if named else "",
        external_id=reader.external_id if named else "",
        tier=str(Tier(reader.tier).label) if reader.tier in Tier.values else "",
        tier_value=reader.tier,
        reason=describe_habit(score),
        score=None if p is None else round(100 * p),
        p_return=p,
        last_day=reader.last_day,
        recency_days=(site_time.localdate() - reader.last_day).days if reader.last_day else None,
        active_periods=reader.active_periods,
        visit_days=member.visit_days,
        rfv=round(member.rfv.value),
        rfv_recency=round(member.rfv.recency),
        rfv_frequency=round(member.rfv.frequency),
        rfv_volume=round(member.rfv.volume),
        language=reader.language,
        nps_score=said.nps_score if said else None,
        nps_class=said.get_nps_class_display() if said and said.nps_class else "",
        nps_value=said.nps_class if said else "",
        emotion=said.emotion if said else "",
        emotional_value=said.emotional_value if said else None,
        csat=said.csat if said else None,
        ces=said.ces if said else None,
    )
