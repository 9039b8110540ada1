"""Decides whether a follow-up is sent now, later or never.

Reads only from the database, so that the dry run uses it too.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import Max, Q
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.pages.sections import get_pages_in_section
from cx_feedback.core.rooms.titles import get_given_answers
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import (
    FollowUp,
    FollowUpRule,
    NewsletterSettings,
    RuleStep,
    Subscription,
)
from cx_feedback.newsletter.rendering.mail_renderer import RULE
from cx_feedback.newsletter.rules import hold_back
from cx_feedback.newsletter.rules.quiet_hours import QuietHours, get_time_zone
from cx_feedback.readers.models import Activity, Reader

#: Kinds of activities in which a reader answers or comments.
CONTRIBUTION_KINDS = ("response", "nps", "comment")
#: A mail that has been postponed for longer than this is not sent at all.
MAX_POSTPONEMENT = datetime.timedelta(days=14)
YEAR = datetime.timedelta(days=365)
_NOT_SENT = (Delivery.State.CANCELLED, Delivery.State.FAILED)
#: States of mails that may have been sent, or will be if an editor says so. For these,
#: ``due_at`` counts as the time of sending.
_UNCERTAIN = (Delivery.State.IN_DOUBT, Delivery.State.HELD)


class EligibilityStatus(Enum):
    """The next step of a follow-up that is due."""

    POST = "post"
    SKIP = "skip"
    WAIT = "wait"
    HOLD = "hold"


@dataclass(frozen=True)
class Eligibility:
    """The status of a follow-up, with the details that it needs.

    ``reason`` is a sentence for editors, ``until`` the end of WAIT, ``subscriber`` and ``mail``
    are given for POST.
    """

    status: EligibilityStatus
    reason: str = ""
    until: datetime.datetime | None = None
    subscriber: Subscription | None = None
    mail: FollowUpRule | RuleStep | None = None


def get_newsletter_settings() -> NewsletterSettings:
    """Return the newsletter settings of the default site, the defaults if there are none."""
    found = NewsletterSettings.objects.filter(site__is_default_site=True).first()
    return found or NewsletterSettings()


def get_quiet_hours(settings: NewsletterSettings) -> QuietHours | None:
    """Return the quiet hours of these settings, None if there are none."""
    if settings.quiet_from is None or settings.quiet_until is None:
        return None
    return QuietHours(settings.quiet_from, settings.quiet_until)


@dataclass
class EligibilityFacts:
    """The data that the conditions of a chunk of follow-ups need.

    Each attribute costs one query, which is made only if one of the rules needs it.
    """

    now: datetime.datetime
    settings: NewsletterSettings
    rules: dict[int, FollowUpRule] = field(default_factory=dict)
    subscribers: dict[tuple[int, int], Subscription] = field(default_factory=dict)
    readers: dict[int, Reader] = field(default_factory=dict)
    activities: dict[int, Activity] = field(default_factory=dict)
    answers: dict[int, set[str]] = field(default_factory=dict)
    #: Pairs of a section and a page in it, and of a section and a reader active in it.
    section_pages: set[tuple[int, int]] = field(default_factory=set)
    section_visitors: set[tuple[int, int]] = field(default_factory=set)
    received_mailings: set[tuple[int, str]] = field(default_factory=set)
    last_contributions: dict[int, datetime.datetime] = field(default_factory=dict)
    #: By reader the times of mails from rules, oldest first. Mails that wait to be sent count as
    #: sent now, those in doubt or held at the time when they were due.
    mail_times: dict[int, list[datetime.datetime]] = field(
        default_factory=lambda: defaultdict(list)
    )


def gather_facts(
    rows: Iterable[FollowUp], *, now: datetime.datetime, settings: NewsletterSettings
) -> EligibilityFacts:
    """Load the facts about ``rows`` with at most eleven queries, and two for each section."""
    rows = list(rows)
    facts = EligibilityFacts(now, settings)
    rules = FollowUpRule.objects.filter(pk__in={row.rule_id for row in rows})
    for rule in rules.select_related("mailing_list").prefetch_related("steps"):
        facts.rules[rule.pk] = rule
    ids = {row.reader_id for row in rows}
    found = Subscription.objects.filter(reader_id__in=ids, state=Subscription.State.CONFIRMED)
    for subscriber in found.select_related("reader").order_by("-pk"):
        facts.subscribers[subscriber.mailing_list_id, subscriber.reader_id or 0] = subscriber
    if any(rule.tiers or rule.stop_when_back for rule in facts.rules.values()):
        facts.readers = Reader.objects.only("tier", "last_day").in_bulk(ids)
    _gather_acts(facts, rows)
    _gather_sections(facts, rows, ids)
    _gather_mails(facts, ids)
    return facts


def _gather_acts(facts: EligibilityFacts, rows: list[FollowUp]) -> None:
    rule_ids = {r.pk for r in facts.rules.values() if r.answer or r.section_id}
    activity_ids = {row.activity_id for row in rows if row.activity_id and row.rule_id in rule_ids}
    if activity_ids:
        facts.activities = Activity.objects.in_bulk(activity_ids)
    if any(rule.answer for rule in facts.rules.values()):
        facts.answers = get_given_answers(
            activity.object_id or 0 for activity in facts.activities.values()
        )
    if any(rule.stop_when_answered or rule.stop_when_back for rule in facts.rules.values()):
        contributions = Activity.objects.filter(
            reader_id__in={row.reader_id for row in rows}, kind__in=CONTRIBUTION_KINDS
        )
        facts.last_contributions = dict(
            contributions.values_list("reader_id").annotate(at=Max("at"))
        )


def _gather_sections(facts: EligibilityFacts, rows: list[FollowUp], ids: set[int]) -> None:
    pages = {row.page_id for row in rows if row.page_id}
    sections = {rule.section_id for rule in facts.rules.values() if rule.section_id}
    for section in sections:
        below = get_pages_in_section(section)
        touched = {a.page_id for a in facts.activities.values() if a.page_id} | pages
        for page in below.filter(pk__in=touched).values_list("pk", flat=True):
            facts.section_pages.add((section, page))
        acts = Activity.objects.filter(
            reader_id__in=ids, page_id__in=below.values("pk"), at__gte=facts.now - YEAR
        )
        for reader in acts.values_list("reader_id", flat=True).distinct():
            facts.section_visitors.add((section, reader))


def _gather_mails(facts: EligibilityFacts, ids: set[int]) -> None:
    others = {pk for r in facts.rules.values() for pk in (r.only_after_id, r.never_after_id) if pk}
    ledger = Delivery.objects.filter(reader_id__in=ids).exclude(state__in=_NOT_SENT)
    if others:
        mailings = [f"{RULE}{pk}" for pk in others]
        facts.received_mailings = set(
            ledger.filter(mailing__in=mailings).values_list("reader_id", "mailing")
        )
    if facts.settings.cap_mails:
        since = facts.now - datetime.timedelta(days=facts.settings.cap_days)
        recent = ledger.filter(
            Q(sent_at__gt=since)
            | Q(sent_at__isnull=True) & (~Q(state__in=_UNCERTAIN) | Q(due_at__gt=since)),
            mailing__startswith=RULE,
        )
        columns = recent.values_list("reader_id", "sent_at", "state", "due_at")
        for reader, sent_at, state, due_at in columns:
            attempted_at = min(due_at, facts.now) if state in _UNCERTAIN else facts.now
            facts.mail_times[reader].append(sent_at or attempted_at)
        for times in facts.mail_times.values():
            times.sort()


def check_eligibility(row: FollowUp, facts: EligibilityFacts) -> Eligibility:
    """Return whether ``row`` is sent at ``facts.now``. A POST counts towards the reader's cap."""
    rule = facts.rules[row.rule_id]
    subscriber = facts.subscribers.get((rule.mailing_list_id, row.reader_id))
    mail = rule.get_mail(row.step)
    if mail is None:
        return Eligibility(EligibilityStatus.SKIP, _("This email was removed from the series."))
    if subscriber is None or (reason := _find_refusal(rule, subscriber, row, facts)):
        return Eligibility(
            EligibilityStatus.SKIP,
            gettext("No confirmed subscription.") if subscriber is None else reason,
        )
    # Only after the conditions, so that both groups of an experiment meet them.
    if row.step == 0 and hold_back.is_held_back(rule, row.reader_id):
        return Eligibility(
            EligibilityStatus.HOLD,
            _("In the control group of the experiment."),
            subscriber=subscriber,
            mail=mail,
        )
    if waiting := _check_limits(row, subscriber, facts):
        return waiting
    if facts.settings.cap_mails:
        facts.mail_times[row.reader_id].append(facts.now)
    return Eligibility(EligibilityStatus.POST, subscriber=subscriber, mail=mail)


def _find_refusal(
    rule: FollowUpRule, subscriber: Subscription, row: FollowUp, facts: EligibilityFacts
) -> str:
    """Return the reason why a condition of the rule is not met, "" if all are."""
    if not rule.active:
        return _("The rule was turned off.")
    if rule.language and not _is_same_language(rule.language, subscriber.language):
        return _("The subscriber's language is different.")
    reader = facts.readers.get(row.reader_id)
    if rule.tiers and (reader is None or reader.tier not in rule.tiers):
        return gettext("Another tier.")
    return (
        _check_activity(rule, row, facts)
        or _check_earlier_mails(rule, row, facts)
        or _check_stop_conditions(rule, row, facts)
    )


def _check_activity(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> str:
    activity = facts.activities.get(row.activity_id or 0)
    if rule.answer and (
        activity is None or rule.answer not in facts.answers.get(activity.object_id or 0, set())
    ):
        return gettext("Another answer.")
    if rule.section_id is None:
        return ""
    page_id = row.page_id if activity is None else activity.page_id
    if page_id is None:
        inside = (rule.section_id, row.reader_id) in facts.section_visitors
    else:
        inside = (rule.section_id, page_id) in facts.section_pages
    return "" if inside else gettext("Another section.")


def _check_earlier_mails(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> str:
    if (
        rule.only_after_id
        and (row.reader_id, f"{RULE}{rule.only_after_id}") not in facts.received_mailings
    ):
        return _("They didn't receive the earlier email.")
    if (
        rule.never_after_id
        and (row.reader_id, f"{RULE}{rule.never_after_id}") in facts.received_mailings
    ):
        return _("They received the other email.")
    return ""


def _check_stop_conditions(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> str:
    last_contribution = facts.last_contributions.get(row.reader_id)
    if (
        rule.stop_when_answered
        and last_contribution is not None
        and last_contribution > row.triggered_at
    ):
        return _("They answered or commented meanwhile.")
    if rule.stop_when_back and _has_come_back(rule, row, facts):
        return _("They came back meanwhile.")
    return ""


def _has_come_back(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> bool:
    """Return whether the reader has visited on a day after the follow-up was triggered.

    Only the first visit of each period is stored, so a later visit in the same week is unknown.
    Answers and comments are always known. An absent reader did not visit on the day on which the
    absence was found, so for them that day counts already.
    """
    reader = facts.readers.get(row.reader_id)
    last_contribution = facts.last_contributions.get(row.reader_id)
    days = [
        reader.last_day if reader else None,
        site_time.localdate(last_contribution) if last_contribution else None,
    ]
    away_until = site_time.localdate(row.triggered_at)
    if rule.trigger == FollowUpRule.Trigger.SILENT:
        away_until -= datetime.timedelta(days=1)
    return any(day is not None and day > away_until for day in days)


def _check_limits(
    row: FollowUp, subscriber: Subscription, facts: EligibilityFacts
) -> Eligibility | None:
    """Return how long caps and quiet hours postpone the mail, None if they don't."""
    settings, until, reason = facts.settings, facts.now, ""
    times = facts.mail_times.get(row.reader_id, [])
    if settings.cap_mails and len(times) >= settings.cap_mails:
        free = times[-settings.cap_mails] + datetime.timedelta(days=settings.cap_days, seconds=1)
        if free > until:  # False only in a dry run, which looks ahead.
            until, reason = free, _("The reader has received enough emails lately.")
    quiet = get_quiet_hours(settings)
    if quiet and (over := quiet.get_end(until, get_time_zone(subscriber.time_zone))):
        until, reason = over, reason or gettext("Quiet hours.")
    if until <= facts.now:
        return None
    if until - (row.postponed_from or row.due_at) > MAX_POSTPONEMENT:
        return Eligibility(EligibilityStatus.SKIP, _("Postponed too long because of other emails."))
    return Eligibility(EligibilityStatus.WAIT, reason, until=until, subscriber=subscriber)


def _is_same_language(rule_language: str, language: str) -> bool:
    return rule_language in (language, language.partition("-")[0])
