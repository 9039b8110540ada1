"""Creation of follow-ups when something triggers a rule, and the sweep for missed triggers.

Receivers create the rows of FollowUp. Their unique key makes it safe to create them again.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.core.pages import site_time
from cx_feedback.mail import services as mail
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, KnownTier, Subscription
from cx_feedback.newsletter.rendering.mail_renderer import RULE
from cx_feedback.newsletter.rules import active_rules
from cx_feedback.newsletter.rules.site_triggers import get_site_triggers
from cx_feedback.newsletter.rules.trigger_activities import TRIGGER_ACTIVITIES, TRIGGER_KINDS
from cx_feedback.readers.models import Activity, Reader

Repeat = FollowUpRule.Repeat
#: Triggers that depend on the score of a reader.
SCORED_TRIGGERS = (
    FollowUpRule.Trigger.SILENT,
    FollowUpRule.Trigger.WON_BACK,
    FollowUpRule.Trigger.TIER,
)
#: How far back the sweep looks for activities without follow-ups.
LOOK_BACK = datetime.timedelta(days=3)
#: The longest key of an event that the site reports.
MAX_KEY_LENGTH = 59
#: Rows of one transaction.
CHUNK_SIZE = 500


def is_activity_wanted(*, kind: str, detail: dict[str, Any]) -> bool:
    """Return whether an activity of this kind and detail triggers an active rule.

    Only for kinds that can is the cache asked.
    """
    return kind in TRIGGER_KINDS and any(
        rule.is_triggered_by(kind, detail) for rule in active_rules.get_active_rules()
    )


def create_follow_ups_for_activity(
    *, activity_id: int, reader_id: int, kind: str, detail: dict[str, Any]
) -> int:
    """Create the follow-ups that an activity triggers and return their number.

    Costs one cache lookup if it triggers none.
    """
    ids = [
        rule.rule_id
        for rule in active_rules.get_active_rules()
        if rule.is_triggered_by(kind, detail)
    ]
    if not ids:
        return 0
    # Activities from before the rule was activated don't count. An import brings old ones.
    at = Activity.objects.values_list("at", flat=True).get(pk=activity_id)
    rules = FollowUpRule.objects.filter(pk__in=ids, active=True, active_since__lte=at)
    return _store_follow_ups(
        [
            _build_follow_up(rule, reader_id, f"activity:{activity_id}", activity_id)
            for rule in rules
        ]
    )


def create_follow_ups(*, trigger: str, reader_id: int, key: str, page_id: int | None = None) -> int:
    """Create the follow-ups of a reader for a trigger without activity and return their number.

    ``trigger`` is, for instance, an absence, and ``key`` identifies this occurrence of it.
    """
    rules = FollowUpRule.objects.filter(trigger=trigger, active=True)
    return _store_follow_ups(
        [_build_follow_up(rule, reader_id, key, page_id=page_id) for rule in rules]
    )


def trigger_follow_ups(
    *, trigger: str, reader_id: int, key: str, page_id: int | None = None
) -> int:
    """Create the follow-ups of a trigger that the site has added and return their number.

    ``key`` is unique for this event among all of its trigger, an order's number for instance:
    however often it is called with it, each rule follows it up once. ``page_id`` is where it
    happened. Call it in the transaction of the event. Raises ValueError for a trigger that
    ``NEWSLETTER_TRIGGERS`` does not have, and for a key that is empty or too long.
    """
    if trigger not in get_site_triggers():
        raise ValueError(f"{trigger!r} is no trigger of NEWSLETTER_TRIGGERS")
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise ValueError(f"the key {key!r} must have 1 to {MAX_KEY_LENGTH} characters")
    return create_follow_ups(
        trigger=trigger, reader_id=reader_id, key=f"{trigger}:{key}", page_id=page_id
    )


def _build_follow_up(
    rule: FollowUpRule,
    reader_id: int,
    key: str,
    activity_id: int | None = None,
    page_id: int | None = None,
) -> FollowUp:
    return FollowUp(
        rule=rule,
        reader_id=reader_id,
        trigger_key="once" if rule.repeat == Repeat.ONCE else key,
        activity_id=activity_id,
        page_id=page_id,
        due_at=timezone.now() + rule.delay,
    )


def _store_follow_ups(rows: list[FollowUp]) -> int:
    if not rows:
        return 0
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK_SIZE)
    if any(row.due_at <= timezone.now() for row in rows):
        nudge("cx_feedback.newsletter.dispatch_follow_ups", every=2)
    return len(rows)


def find_missed_activities(*, now: datetime.datetime | None = None) -> int:
    """Create follow-ups that receivers have missed, and those for changed tiers; return the number.

    Ignores activities from before a rule was activated. Safe to run twice or concurrently.
    """
    now = now or timezone.now()
    found = 0
    for rule in FollowUpRule.objects.filter(active=True, trigger__in=TRIGGER_ACTIVITIES):
        since = max(now - LOOK_BACK, rule.active_since or now)
        missed = get_activities_for_rule(rule, since=since, until=now).filter(
            ~Exists(_get_existing_follow_ups(rule))
        )
        while chunk := list(missed.values_list("pk", "reader_id")[:CHUNK_SIZE]):
            rows = [
                _build_follow_up(rule, reader_id, f"activity:{pk}", pk) for pk, reader_id in chunk
            ]
            found += _store_follow_ups(rows)
    return found + follow_up_tier_changes(now=now)


def get_activities_for_rule(
    rule: FollowUpRule, *, since: datetime.datetime, until: datetime.datetime
) -> QuerySet[Activity]:
    """Return the activities in a period that trigger ``rule``, oldest first."""
    kind, detail = TRIGGER_ACTIVITIES[rule.trigger]
    activities = Activity.objects.filter(kind=kind, at__gte=since, at__lte=until).order_by("pk")
    for name, value in detail.items():
        activities = activities.filter(**{f"detail__{name}": value})
    if kind == "subscription":
        activities = activities.filter(detail__list=rule.mailing_list_id)
    return activities


def _get_existing_follow_ups(rule: FollowUpRule) -> QuerySet[FollowUp]:
    noted = FollowUp.objects.filter(rule=rule, reader_id=OuterRef("reader_id"))
    return noted.filter(activity_id=OuterRef("pk")) if rule.repeat == Repeat.EACH else noted


def follow_up_tier_changes(*, now: datetime.datetime | None = None) -> int:
    """Create follow-ups for subscribers whose tier has changed and return their number.

    The first time that a reader is seen, the tier is only stored. While no active rule depends on
    tiers none are stored, so that a rule activated later begins with the tiers of that day.
    """
    rules = list(FollowUpRule.objects.filter(trigger=FollowUpRule.Trigger.TIER, active=True))
    if not rules:
        KnownTier.objects.all().delete()
        return 0
    now = now or timezone.now()
    count, after = 0, 0
    while chunk := list(_get_moved_readers(after)[:CHUNK_SIZE]):
        count += _store_tier_changes(chunk, rules, now)
        after = chunk[-1].pk
    return count


def _get_moved_readers(after: int) -> QuerySet[Reader]:
    confirmed = Subscription.objects.filter(
        reader=OuterRef("pk"), state=Subscription.State.CONFIRMED
    )
    seen = KnownTier.objects.filter(reader=OuterRef("pk"), tier=OuterRef("tier"))
    rows = Reader.objects.filter(Exists(confirmed), ~Exists(seen), ~Q(tier=""), pk__gt=after)
    return rows.only("pk", "tier").order_by("pk")


@transaction.atomic
def cancel_scored_follow_ups(*, reader_ids: list[int]) -> int:
    """Cancel the follow-ups that depend on the scores of readers, and delete their stored tiers.

    Return the number of follow-ups that were skipped.
    """
    KnownTier.objects.filter(reader__in=reader_ids).delete()
    follow_ups = FollowUp.objects.filter(rule__trigger__in=SCORED_TRIGGERS, reader__in=reader_ids)
    return _cancel(follow_ups, str(_("They object to being scored.")))


@transaction.atomic
def cancel_absence_follow_ups(*, reader_id: int) -> int:
    """Cancel what rules would write to a reader about an absence; return the number skipped."""
    follow_ups = FollowUp.objects.filter(
        rule__trigger=FollowUpRule.Trigger.SILENT, reader=reader_id
    )
    return _cancel(follow_ups, str(_("An editor leaves them in peace.")))


def _cancel(follow_ups: QuerySet[FollowUp], reason: str) -> int:
    posted = follow_ups.filter(state=FollowUp.State.POSTED, reader__subscriptions__isnull=False)
    names = posted.values_list("rule_id", "reader__subscriptions__email").distinct()
    for rule_id, address in list(names):
        mail.cancel_deliveries(mailing=f"{RULE}{rule_id}", address=address, reason=reason)
    waiting = follow_ups.filter(state=FollowUp.State.WAITING)
    return waiting.update(state=FollowUp.State.SKIPPED, reason=reason)


@transaction.atomic
def _store_tier_changes(
    chunk: list[Reader], rules: list[FollowUpRule], now: datetime.datetime
) -> int:
    known = KnownTier.objects.filter(reader__in=chunk).values_list("reader_id", flat=True)
    moved = set(known)
    day = site_time.localdate(now)
    rows = [
        _build_follow_up(rule, reader.pk, f"tier:{reader.tier}:{day}")
        for reader in chunk
        if reader.pk in moved
        for rule in rules
        if reader.tier in rule.tiers
    ]
    KnownTier.objects.bulk_create(
        [KnownTier(reader=reader, tier=reader.tier, seen_at=now) for reader in chunk],
        update_conflicts=True,
        unique_fields=["reader"],
        update_fields=["tier", "seen_at"],
    )
    return _store_follow_ups(rows)
