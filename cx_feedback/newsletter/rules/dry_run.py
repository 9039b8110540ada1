"""Who would get what today, who got nothing already, and why. Writes nothing."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.signals import collect_answers, turns_asked
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rules import active_rules
from cx_feedback.newsletter.services.dispatch import RENDER_RETRY_DELAY, Decided
from cx_feedback.newsletter.services.eligibility import (
    Eligibility,
    EligibilityStatus,
    check_eligibility,
    gather_facts,
    get_newsletter_settings,
)
from cx_feedback.newsletter.services.rule_triggers import get_activities_for_rule

#: Rows that are looked at; the page says when there are more.
MAX_ROWS = 300
#: Days of acts and turns that a rule which is not active is tried on.
SIMULATED_DAYS = 7
#: States of what was not sent, and what became of it.
STATUSES: dict[str, EligibilityStatus] = {
    FollowUp.State.SKIPPED: EligibilityStatus.SKIP,
    FollowUp.State.HELD_BACK: EligibilityStatus.HOLD,
}


@dataclass(frozen=True)
class PlannedFollowUp:
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

    planned: list[PlannedFollowUp]
    more: bool = False

    def count(self, status: EligibilityStatus) -> int:
        return sum(planned.verdict.status is status for planned in self.planned)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why the others get nothing now, with how many those are, the most first."""
        held_up = (p.verdict.reason for p in self.planned if not p.goes_out)
        return Counter(held_up).most_common()


def plan_today(*, rule: FollowUpRule | None = None, now: datetime.datetime | None = None) -> DryRun:
    """Return what waits until the end of the day, of one ``rule`` or of all.

    Each is looked at as at the moment when it is due: quiet hours may have begun by then.
    """
    now = now or timezone.now()
    rows = FollowUp.objects.filter(
        state=FollowUp.State.WAITING, due_at__lt=_get_midnight(now) + datetime.timedelta(days=1)
    ).order_by("due_at", "pk")
    if rule is not None:
        rows = rows.filter(rule=rule)
    return _plan_follow_ups(list(rows[: MAX_ROWS + 1]), now)


def get_unsent_today(
    *, rule: FollowUpRule | None = None, now: datetime.datetime | None = None
) -> DryRun:
    """Return what was due today, of one ``rule`` or of all, and was not sent, the newest first."""
    now = now or timezone.now()
    rows = FollowUp.objects.filter(
        state__in=STATUSES, due_at__gte=_get_midnight(now), due_at__lte=now
    )
    if rule is not None:
        rows = rows.filter(rule=rule)
    found = list(rows.order_by("-due_at", "-pk")[: MAX_ROWS + 1])
    rules = FollowUpRule.objects.prefetch_related("steps").in_bulk({row.rule_id for row in found})
    # Kept in the language of the task that decided it.
    verdicts = [(row, Eligibility(STATUSES[row.state], _get_reason(row))) for row in found]
    return DryRun(_build_planned(verdicts[:MAX_ROWS], rules), len(found) > MAX_ROWS)


def _get_reason(row: FollowUp) -> str:
    """Return why ``row`` was not sent; no count stands without a reason."""
    if row.reason:
        return _(row.reason)
    if row.state == FollowUp.State.HELD_BACK:
        return _("In the control group of the experiment.")
    return _("The reason was not kept.")


def _get_midnight(now: datetime.datetime) -> datetime.datetime:
    return site_time.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def simulate_rule(rule: FollowUpRule, *, now: datetime.datetime | None = None) -> DryRun:
    """Return what ``rule`` would make of the acts and turns of the last days, were it active.

    Whose tier changed is remembered for active rules only: of a rule for tiers these are the
    subscribers who are in one of them now.
    """
    now = now or timezone.now()
    rows, seen = [], set()
    for reader_id, at, activity_id in _iterate_triggers(rule, now):
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
    return _plan_follow_ups(rows, now, as_active=True)


Trigger = tuple[int, datetime.datetime, int | None]


def _iterate_triggers(rule: FollowUpRule, now: datetime.datetime) -> Iterator[Trigger]:
    """Yield reader, moment and act of what ``rule`` waits for; one more than is looked at."""
    since = now - datetime.timedelta(days=SIMULATED_DAYS)
    if rule.when in active_rules.TRIGGER_ACTIVITIES:
        for act in get_activities_for_rule(rule, since=since, until=now)[: MAX_ROWS + 1]:
            yield act.reader_id, act.at, act.pk
    elif rule.when == FollowUpRule.When.TIER:
        confirmed = Subscription.objects.filter(
            mailing_list=rule.mailing_list_id,
            state=Subscription.State.CONFIRMED,
            reader__tier__in=rule.tiers,
        )
        for reader_id in confirmed.order_by("pk").values_list("reader_id", flat=True)[
            : MAX_ROWS + 1
        ]:
            yield reader_id, now, None
    else:
        told = collect_answers(turns_asked, None, kind=rule.when, since=since, most=MAX_ROWS + 1)
        for reader_id, at in (turn for turns in told for turn in turns):
            yield reader_id, at, None


def _plan_follow_ups(
    rows: list[FollowUp], now: datetime.datetime, *, as_active: bool = False
) -> DryRun:
    looked_at = sorted(rows, key=lambda row: row.due_at)[:MAX_ROWS]
    facts = gather_facts(looked_at, now=now, decided=get_newsletter_settings())
    if as_active:
        for rule in facts.rules.values():
            rule.active = True
    verdicts: Decided = []
    for row in looked_at:
        facts.now = max(now, row.due_at)
        verdicts.append((row, check_eligibility(row, facts)))
    verdicts = _postpone_unrenderable(verdicts, facts.rules)
    verdicts.sort(key=lambda pair: pair[1].status is not EligibilityStatus.POST)
    return DryRun(_build_planned(verdicts, facts.rules), len(rows) > MAX_ROWS)


def _postpone_unrenderable(verdicts: Decided, known: dict[int, FollowUpRule]) -> Decided:
    """Let mails wait that cannot be rendered, as they will when their time comes."""
    problems: dict[tuple[int, int, str], str] = {}
    found: Decided = []
    for row, verdict in verdicts:
        if verdict.who and verdict.mail and verdict.status is EligibilityStatus.POST:
            language = verdict.who.language
            key = (row.rule_id, row.step, language)
            if key not in problems:
                rule = known[row.rule_id]
                problems[key] = mail_renderer.find_render_problem(rule, language, mail=verdict.mail)
            if problems[key]:
                verdict = Eligibility(
                    EligibilityStatus.WAIT, problems[key], until=row.due_at + RENDER_RETRY_DELAY
                )
        found.append((row, verdict))
    return found


def _build_planned(verdicts: Decided, known: dict[int, FollowUpRule]) -> list[PlannedFollowUp]:
    addresses = _get_addresses([row for row, _verdict in verdicts])
    return [
        PlannedFollowUp(
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


def _get_addresses(rows: list[FollowUp]) -> dict[tuple[int, int], str]:
    """Return list and reader to address, of ended subscriptions too."""
    found = Subscription.objects.filter(reader_id__in={row.reader_id for row in rows})
    return {
        (list_id, reader_id): email
        for list_id, reader_id, email in found.values_list("mailing_list_id", "reader_id", "email")
        if reader_id
    }
