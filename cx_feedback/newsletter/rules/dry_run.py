"""The dry run: which follow-ups would be sent today, which were not, and why. Writes nothing."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.signals import collect_answers, turns_asked
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rules.follow_up_eligibility import (
    Eligibility,
    EligibilityStatus,
    check_eligibility,
    gather_facts,
    get_newsletter_settings,
)
from cx_feedback.newsletter.rules.site_triggers import SiteTrigger, get_site_triggers
from cx_feedback.newsletter.rules.trigger_activities import TRIGGER_ACTIVITIES
from cx_feedback.newsletter.services.follow_up_creation import get_activities_for_rule
from cx_feedback.newsletter.services.follow_up_dispatch import RENDER_RETRY_DELAY, CheckedFollowUps

#: Follow-ups that are checked. The page says if there are more.
MAX_ROWS = 300
#: Days of past triggers on which an inactive rule is tried.
SIMULATED_DAYS = 7
#: The status that is shown for each state of a follow-up that was not sent.
STATUSES: dict[str, EligibilityStatus] = {
    FollowUp.State.SKIPPED: EligibilityStatus.SKIP,
    FollowUp.State.HELD_BACK: EligibilityStatus.HOLD,
}


@dataclass(frozen=True)
class PlannedFollowUp:
    """One follow-up with its present or past eligibility; ``at`` is the time when it is due."""

    rule: FollowUpRule
    subject: str
    email: str
    reader_id: int
    at: datetime.datetime
    eligibility: Eligibility

    @property
    def is_sent(self) -> bool:
        return self.eligibility.status is EligibilityStatus.POST

    @property
    def is_postponed(self) -> bool:
        return self.eligibility.status is EligibilityStatus.WAIT


@dataclass(frozen=True)
class DryRun:
    """The planned follow-ups, first those that would be sent, in order.

    ``more`` means that there are others, which were not checked. ``past_is_known`` is False for a
    trigger of the site that does not say what happened before.
    """

    planned: list[PlannedFollowUp]
    more: bool = False
    past_is_known: bool = True

    def count_status(self, status: EligibilityStatus) -> int:
        return sum(planned.eligibility.status is status for planned in self.planned)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The reasons why follow-ups are not sent, with their numbers, most frequent first."""
        reasons = (p.eligibility.reason for p in self.planned if not p.is_sent)
        return Counter(reasons).most_common()


def plan_today(*, rule: FollowUpRule | None = None, now: datetime.datetime | None = None) -> DryRun:
    """Return the follow-ups that are due by the end of the day, of one ``rule`` or of all.

    Each is checked as of the time when it is due, since quiet hours may have begun by then.
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
    """Return the follow-ups that were due today and not sent, newest first."""
    now = now or timezone.now()
    rows = FollowUp.objects.filter(
        state__in=STATUSES, due_at__gte=_get_midnight(now), due_at__lte=now
    )
    if rule is not None:
        rows = rows.filter(rule=rule)
    found = list(rows.order_by("-due_at", "-pk")[: MAX_ROWS + 1])
    rules = FollowUpRule.objects.prefetch_related("steps").in_bulk({row.rule_id for row in found})
    # Reasons are stored in the language of the task.
    checked = [(row, Eligibility(STATUSES[row.state], _get_reason(row))) for row in found]
    return DryRun(_build_planned(checked[:MAX_ROWS], rules), len(found) > MAX_ROWS)


def _get_reason(row: FollowUp) -> str:
    """Return the reason why ``row`` was not sent, a general one if none was stored."""
    if row.reason:
        return _(row.reason)
    if row.state == FollowUp.State.HELD_BACK:
        return _("In the control group of the experiment.")
    return _("The reason was not stored.")


def _get_midnight(now: datetime.datetime) -> datetime.datetime:
    return site_time.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def simulate_rule(rule: FollowUpRule, *, now: datetime.datetime | None = None) -> DryRun:
    """Return the follow-ups that ``rule`` would have for the last days if it were active.

    Changes of tiers are only stored for active rules. For a rule about tiers, the subscribers
    who are now in one of them are used instead.
    """
    now = now or timezone.now()
    rows, seen = [], set()
    for event in _iterate_triggers(rule, now):
        if rule.repeat == FollowUpRule.Repeat.ONCE and event.reader_id in seen:
            continue
        seen.add(event.reader_id)
        rows.append(
            FollowUp(
                rule=rule,
                reader_id=event.reader_id,
                activity_id=event.activity_id,
                page_id=event.page_id,
                triggered_at=event.at,
                due_at=max(now, event.at + rule.delay),
            )
        )
    plan = _plan_follow_ups(rows, now, as_active=True)
    return replace(plan, past_is_known=_is_past_known(rule.trigger))


@dataclass(frozen=True)
class TriggerEvent:
    """Something that would have triggered a rule."""

    reader_id: int
    at: datetime.datetime
    activity_id: int | None = None
    page_id: int | None = None


def _iterate_triggers(rule: FollowUpRule, now: datetime.datetime) -> Iterator[TriggerEvent]:
    """Yield what would have triggered the rule, one more than are checked."""
    since = now - datetime.timedelta(days=SIMULATED_DAYS)
    if rule.trigger in TRIGGER_ACTIVITIES:
        for activity in get_activities_for_rule(rule, since=since, until=now)[: MAX_ROWS + 1]:
            yield TriggerEvent(activity.reader_id, activity.at, activity.pk)
    elif rule.trigger == FollowUpRule.Trigger.TIER:
        confirmed = Subscription.objects.filter(
            mailing_list=rule.mailing_list_id,
            state=Subscription.State.CONFIRMED,
            reader__tier__in=rule.tiers,
        )
        for reader_id in confirmed.order_by("pk").values_list("reader_id", flat=True)[
            : MAX_ROWS + 1
        ]:
            yield TriggerEvent(reader_id, now)
    elif own := get_site_triggers().get(rule.trigger):
        for past in islice(own.find_past_events(since=since, most=MAX_ROWS + 1), MAX_ROWS + 1):
            yield TriggerEvent(past.reader_id, past.at, page_id=past.page_id)
    else:
        turns_by_room = collect_answers(
            turns_asked, None, kind=rule.trigger, since=since, most=MAX_ROWS + 1
        )
        for reader_id, at in (turn for turns in turns_by_room for turn in turns):
            yield TriggerEvent(reader_id, at)


def _is_past_known(trigger: str) -> bool:
    """Return whether it is known when a trigger happened in the past days."""
    if trigger in FollowUpRule.Trigger.values:
        return True
    own = get_site_triggers().get(trigger)
    return own is not None and type(own).find_past_events is not SiteTrigger.find_past_events


def _plan_follow_ups(
    rows: list[FollowUp], now: datetime.datetime, *, as_active: bool = False
) -> DryRun:
    rows_to_check = sorted(rows, key=lambda row: row.due_at)[:MAX_ROWS]
    facts = gather_facts(rows_to_check, now=now, settings=get_newsletter_settings())
    if as_active:
        for rule in facts.rules.values():
            rule.active = True
    checked: CheckedFollowUps = []
    for row in rows_to_check:
        facts.now = max(now, row.due_at)
        checked.append((row, check_eligibility(row, facts)))
    checked = _postpone_unrenderable(checked, facts.rules)
    checked.sort(key=lambda pair: pair[1].status is not EligibilityStatus.POST)
    return DryRun(_build_planned(checked, facts.rules), len(rows) > MAX_ROWS)


def _postpone_unrenderable(
    checked: CheckedFollowUps, known: dict[int, FollowUpRule]
) -> CheckedFollowUps:
    """Postpone mails that cannot be rendered, as the dispatch does."""
    problems: dict[tuple[int, int, str], str] = {}
    found: CheckedFollowUps = []
    for row, eligibility in checked:
        if (
            eligibility.subscriber
            and eligibility.mail
            and eligibility.status is EligibilityStatus.POST
        ):
            language = eligibility.subscriber.language
            key = (row.rule_id, row.step, language)
            if key not in problems:
                rule = known[row.rule_id]
                problems[key] = mail_renderer.find_render_problem(
                    rule, language, mail=eligibility.mail
                )
            if problems[key]:
                eligibility = Eligibility(
                    EligibilityStatus.WAIT, problems[key], until=row.due_at + RENDER_RETRY_DELAY
                )
        found.append((row, eligibility))
    return found


def _build_planned(
    checked: CheckedFollowUps, known: dict[int, FollowUpRule]
) -> list[PlannedFollowUp]:
    addresses = _get_addresses([row for row, _eligibility in checked])
    return [
        PlannedFollowUp(
            rule=rule,
            subject=getattr(rule.get_mail(row.step), "subject", ""),
            email=addresses.get((rule.mailing_list_id, row.reader_id), ""),
            reader_id=row.reader_id,
            at=row.due_at,
            eligibility=eligibility,
        )
        for row, eligibility in checked
        for rule in [known[row.rule_id]]
    ]


def _get_addresses(rows: list[FollowUp]) -> dict[tuple[int, int], str]:
    """Return addresses by list id and reader id, of ended subscriptions too."""
    found = Subscription.objects.filter(reader_id__in={row.reader_id for row in rows})
    return {
        (list_id, reader_id): email
        for list_id, reader_id, email in found.values_list("mailing_list_id", "reader_id", "email")
        if reader_id
    }
