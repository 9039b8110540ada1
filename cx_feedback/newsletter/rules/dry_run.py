"""Who would get what today, who got nothing already, and why. Writes nothing."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.signals import answers, turns_asked
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rules import active_rules
from cx_feedback.newsletter.services.dispatch import REPAIR, Decided
from cx_feedback.newsletter.services.eligibility import (
    Eligibility,
    EligibilityStatus,
    decide,
    facts_of,
    newsletter_settings,
)
from cx_feedback.newsletter.services.rule_triggers import acts_for

#: Rows that are looked at; the page says when there are more.
MOST = 300
#: Days of acts and turns that a rule which is not active is tried on.
DAYS = 7
#: States of what was not sent, and what became of it.
STATUSES: dict[str, EligibilityStatus] = {
    FollowUp.State.SKIPPED: EligibilityStatus.SKIP,
    FollowUp.State.HELD_BACK: EligibilityStatus.HOLD,
}


@dataclass(frozen=True)
class Planned:
    """What would become, or became, of one follow-up; ``at`` is when it is due."""

    rule: FollowUpRule
    subject: str
    email: str
    reader_id: int
    at: datetime.datetime
    verdict: Eligibility

    @property
    def goes_out(self) -> bool:
        return self.verdict.status is EligibilityStatus.POST

    @property
    def waits(self) -> bool:
        return self.verdict.status is EligibilityStatus.WAIT


@dataclass(frozen=True)
class DryRun:
    """``planned``: what would go out, in its order, then the rest; ``more``: not all looked at."""

    planned: list[Planned]
    more: bool = False

    def count(self, status: EligibilityStatus) -> int:
        return sum(planned.verdict.status is status for planned in self.planned)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why the others get nothing now, with how many those are, the most first."""
        held_up = (p.verdict.reason for p in self.planned if not p.goes_out)
        return Counter(held_up).most_common()


def today(*, rule: FollowUpRule | None = None, now: datetime.datetime | None = None) -> DryRun:
    """Return what waits until the end of the day, of one ``rule`` or of all.

    Each is looked at as at the moment when it is due: quiet hours may have begun by then.
    """
    now = now or timezone.now()
    rows = FollowUp.objects.filter(
        state=FollowUp.State.WAITING, due_at__lt=_midnight(now) + datetime.timedelta(days=1)
    ).order_by("due_at", "pk")
    if rule is not None:
        rows = rows.filter(rule=rule)
    return _plan(list(rows[: MOST + 1]), now)


def not_sent(*, rule: FollowUpRule | None = None, now: datetime.datetime | None = None) -> DryRun:
    """Return what was due today, of one ``rule`` or of all, and was not sent, the newest first."""
    now = now or timezone.now()
    rows = FollowUp.objects.filter(state__in=STATUSES, due_at__gte=_midnight(now), due_at__lte=now)
    if rule is not None:
        rows = rows.filter(rule=rule)
    found = list(rows.order_by("-due_at", "-pk")[: MOST + 1])
    rules = FollowUpRule.objects.prefetch_related("steps").in_bulk({row.rule_id for row in found})
    # Kept in the language of the task that decided it.
    verdicts = [(row, Eligibility(STATUSES[row.state], _kept_reason(row))) for row in found]
    return DryRun(_planned(verdicts[:MOST], rules), len(found) > MOST)


def _kept_reason(row: FollowUp) -> str:
    """Return why ``row`` was not sent; no count stands without a reason."""
    if row.reason:
        return _(row.reason)
    if row.state == FollowUp.State.HELD_BACK:
        return _("In the control group of the experiment.")
    return _("The reason was not kept.")


def _midnight(now: datetime.datetime) -> datetime.datetime:
    return site_time.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def had_it_been_active(rule: FollowUpRule, *, now: datetime.datetime | None = None) -> DryRun:
    """Return what ``rule`` would make of the acts and turns of the last days, were it active.

    Whose tier changed is remembered for active rules only: of a rule for tiers these are the
    subscribers who are in one of them now.
    """
    now = now or timezone.now()
    rows, seen = [], set()
    for reader_id, at, activity_id in _happened(rule, now):
        if rule.repeat == FollowUpRule.Repeat.ONCE and reader_id in seen:
            continue
        seen.add(reader_id)
        rows.append(
            FollowUp(
                rule=rule,
                reader_id=reader_id,
                activity_id=activity_id,
                begun_at=at,
                due_at=max(now, at + rule.delay),
            )
        )
    return _plan(rows, now, as_active=True)


Happened = tuple[int, datetime.datetime, int | None]


def _happened(rule: FollowUpRule, now: datetime.datetime) -> Iterator[Happened]:
    """Yield reader, moment and act of what ``rule`` waits for; one more than is looked at."""
    since = now - datetime.timedelta(days=DAYS)
    if rule.when in active_rules.ACTS:
        for act in acts_for(rule, since=since, until=now)[: MOST + 1]:
            yield act.reader_id, act.at, act.pk
    elif rule.when == FollowUpRule.When.TIER:
        confirmed = Subscription.objects.filter(
            mailing_list=rule.mailing_list_id,
            state=Subscription.State.CONFIRMED,
            reader__tier__in=rule.tiers,
        )
        for reader_id in confirmed.order_by("pk").values_list("reader_id", flat=True)[: MOST + 1]:
            yield reader_id, now, None
    else:
        told = answers(turns_asked, None, kind=rule.when, since=since, most=MOST + 1)
        for reader_id, at in (turn for turns in told for turn in turns):
            yield reader_id, at, None


def _plan(rows: list[FollowUp], now: datetime.datetime, *, as_active: bool = False) -> DryRun:
    looked_at = sorted(rows, key=lambda row: row.due_at)[:MOST]
    facts = facts_of(looked_at, now=now, decided=newsletter_settings())
    if as_active:
        for rule in facts.rules.values():
            rule.active = True
    verdicts: Decided = []
    for row in looked_at:
        facts.now = max(now, row.due_at)
        verdicts.append((row, decide(row, facts)))
    verdicts = _whole(verdicts, facts.rules)
    verdicts.sort(key=lambda pair: pair[1].status is not EligibilityStatus.POST)
    return DryRun(_planned(verdicts, facts.rules), len(rows) > MOST)


def _whole(verdicts: Decided, known: dict[int, FollowUpRule]) -> Decided:
    """Let mails wait that cannot be rendered, as they will when their time comes."""
    problems: dict[tuple[int, int, str], str] = {}
    found: Decided = []
    for row, verdict in verdicts:
        if verdict.who and verdict.mail and verdict.status is EligibilityStatus.POST:
            language = verdict.who.language
            key = (row.rule_id, row.step, language)
            if key not in problems:
                rule = known[row.rule_id]
                problems[key] = mail_renderer.problem_of(rule, language, mail=verdict.mail)
            if problems[key]:
                verdict = Eligibility(
                    EligibilityStatus.WAIT, problems[key], until=row.due_at + REPAIR
                )
        found.append((row, verdict))
    return found


def _planned(verdicts: Decided, known: dict[int, FollowUpRule]) -> list[Planned]:
    addresses = _addresses([row for row, _verdict in verdicts])
    return [
        Planned(
            rule=rule,
            subject=getattr(rule.mail_of(row.step), "subject", ""),
            email=addresses.get((rule.mailing_list_id, row.reader_id), ""),
            reader_id=row.reader_id,
            at=row.due_at,
            verdict=verdict,
        )
        for row, verdict in verdicts
        for rule in [known[row.rule_id]]
    ]


def _addresses(rows: list[FollowUp]) -> dict[tuple[int, int], str]:
    """Return list and reader to address, of ended subscriptions too."""
    found = Subscription.objects.filter(reader_id__in={row.reader_id for row in rows})
    return {
        (list_id, reader_id): email
        for list_id, reader_id, email in found.values_list("mailing_list_id", "reader_id", "email")
        if reader_id
    }
