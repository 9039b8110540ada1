"""A reader as a row: on the screen, in an exported table, in REST."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.loyalty.segments import Member
from cx_feedback.loyalty.tiers import Tier
from cx_feedback.loyalty.wording import habit_words


@dataclass(frozen=True)
class Row:
    """A reader as listed and exported; ``name`` and ``email`` are empty without the right."""

    pk: int
    name: str
    email: str
    external_id: str
    tier: str
    tier_value: str
    reason: str
    score: int | None
    p_return: float | None
    last_day: Any
    active_periods: int
    language: str
    nps_score: int | None
    nps_class: str
    nps_value: str
    emotion: str
    emotional_value: float | None
    csat: int | None
    ces: int | None

    @property
    def chance(self) -> str:
        """The chance of a return as the list shows it."""
        if self.p_return is None:
            return _("came since")
        return "< 1 %" if self.p_return < 0.01 else f"{100 * self.p_return:.0f} %"

    @property
    def said(self) -> str:
        """What the reader said last."""
        parts = [f"{self.nps_class} ({self.nps_score})"] if self.nps_class else []
        return ", ".join([*parts, *([self.emotion] if self.emotion else [])])


def row_of(member: Member, *, named: bool) -> Row:
    """Return a member of a segment as somebody may see them."""
    reader, score, said = member.reader, member.score, member.attitude
    p = score.p_return
    return Row(
        pk=reader.pk,
        name=str(reader) if named else _("A reader"),
        email=(reader.email or "") if named else "",
        external_id=reader.external_id if named else "",
        tier=str(Tier(reader.tier).label) if reader.tier in Tier.values else "",
        tier_value=reader.tier,
        reason=habit_words(score),
        score=None if p is None else round(100 * p),
        p_return=p,
        last_day=reader.last_day,
        active_periods=reader.active_periods,
        language=reader.language,
        nps_score=said.nps_score if said else None,
        nps_class=said.get_nps_class_display() if said and said.nps_class else "",
        nps_value=said.nps_class if said else "",
        emotion=said.emotion if said else "",
        emotional_value=said.emotional_value if said else None,
        csat=said.csat if said else None,
        ces=said.ces if said else None,
    )
