"""Who would get what today, and why not the others. Writes nothing."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from cx_feedback.newsletter import rules
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.services.deciding import (
    Facts,
    Fate,
    Verdict,
    decide,
    facts_of,
    newsletter_settings,
)
from cx_feedback.newsletter.services.noting import acts_for

#: Rows that are looked at; the page says when there are more.
MOST = 300
#: Days of acts that a rule which is not active is tried on.
DAYS = 7


@dataclass(frozen=True)
class Planned:
    """What would become of one follow-up; ``at`` is when it is due."""

    rule: FollowUpRule
    subject: str
    email: str
    reader_id: int
    at: datetime.datetime
    verdict: Verdict

    @property
    def goes_out(self) -> bool:
        return self.verdict.fate is Fate.POST

    @property
    def waits(self) -> bool:
        return self.verdict.fate is Fate.WAIT


@dataclass(frozen=True)
class DryRun:
    """``planned`` in the order in which mails would go; ``more`` when not all were looked at."""

    planned: list[Planned]
    more: bool = False

    def count(self, fate: Fate) -> int:
        return sum(planned.verdict.fate is fate for planned in self.planned)


def today(*, rule: FollowUpRule | None = None, now: datetime.datetime | None = None) -> DryRun:
    """Return what waits until the end of the day, of one ``rule`` or of all."""
    now = now or timezone.now()
    tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = FollowUp.objects.filter(
        state=FollowUp.State.WAITING, due_at__lt=tomorrow + datetime.timedelta(days=1)
    ).order_by("due_at", "pk")
    if rule is not None:
        rows = rows.filter(rule=rule)
    return _plan(list(rows[: MOST + 1]), now)


def had_it_been_active(rule: FollowUpRule, *, now: datetime.datetime | None = None) -> DryRun:
    """Return what ``rule`` would make of the acts of the last days, were it active.

    Silences, returns and tiers are no acts: such a rule is known only from when it is active.
    """
    now = now or timezone.now()
    if rule.when not in rules.ACTS:
        return DryRun([])
    acts = acts_for(rule, since=now - datetime.timedelta(days=DAYS), until=now)
    rows, seen = [], set()
    for act in acts[: MOST + 1]:
        if rule.repeat == FollowUpRule.Repeat.ONCE and act.reader_id in seen:
            continue
        seen.add(act.reader_id)
        rows.append(
            FollowUp(
                rule=rule,
                reader_id=act.reader_id,
                activity_id=act.pk,
                begun_at=act.at,
                due_at=max(now, act.at + rule.delay),
            )
        )
    return _plan(rows, now, as_active=True)


def _plan(rows: list[FollowUp], now: datetime.datetime, *, as_active: bool = False) -> DryRun:
    facts = facts_of(rows[:MOST], now=now, decided=newsletter_settings())
    if as_active:
        for rule in facts.rules.values():
            rule.active = True
    addresses = _addresses(facts, rows)
    planned = [
        Planned(
            rule=facts.rules[row.rule_id],
            subject=getattr(verdict.mail, "subject", ""),
            email=addresses.get((facts.rules[row.rule_id].mailing_list_id, row.reader_id), ""),
            reader_id=row.reader_id,
            at=row.due_at,
            verdict=verdict,
        )
        for row in rows[:MOST]
        for verdict in [decide(row, facts)]
    ]
    return DryRun(planned, len(rows) > MOST)


def _addresses(facts: Facts, rows: list[FollowUp]) -> dict[tuple[int, int], str]:
    """Return list and reader to address, of ended subscriptions too."""
    found = Subscription.objects.filter(reader_id__in={row.reader_id for row in rows})
    return {
        (list_id, reader_id): email
        for list_id, reader_id, email in found.values_list("mailing_list_id", "reader_id", "email")
        if reader_id
    }
