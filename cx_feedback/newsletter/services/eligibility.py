"""Whether a follow-up goes out now, later or not at all. Reads only, so a dry run asks it too."""

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

#: Acts with which a reader says something.
CONTRIBUTION_KINDS = ("response", "nps", "comment")
#: How long a mail may be put off by others before it is no longer worth sending.
MAX_POSTPONEMENT = datetime.timedelta(days=14)
YEAR = datetime.timedelta(days=365)
_NOT_SENT = (Delivery.State.CANCELLED, Delivery.State.FAILED)
#: What may have gone out, or goes when an editor says so; ``due_at`` says when it would have.
_UNCERTAIN = (Delivery.State.IN_DOUBT, Delivery.State.HELD)


class EligibilityStatus(Enum):
    """The next step of a follow-up that is due."""

    POST = "post"
    SKIP = "skip"
    WAIT = "wait"
    HOLD = "hold"


@dataclass(frozen=True)
class Eligibility:
    """``reason`` in words for editors; ``until`` when WAIT ends; ``who`` and ``mail`` for POST."""

    status: EligibilityStatus
    reason: str = ""
    until: datetime.datetime | None = None
    who: Subscription | None = None
    mail: FollowUpRule | RuleStep | None = None


def get_newsletter_settings() -> NewsletterSettings:
    """Return what the default site's editors decided; the defaults for a site without any."""
    found = NewsletterSettings.objects.filter(site__is_default_site=True).first()
    return found or NewsletterSettings()


def get_quiet_hours(decided: NewsletterSettings) -> QuietHours | None:
    """Return the quiet hours, None when there are none."""
    if decided.quiet_from is None or decided.quiet_until is None:
        return None
    return QuietHours(decided.quiet_from, decided.quiet_until)


@dataclass
class EligibilityFacts:
    """What is known of a chunk of rows; each part is one query, made only where a rule asks."""

    now: datetime.datetime
    decided: NewsletterSettings
    rules: dict[int, FollowUpRule] = field(default_factory=dict)
    subscribers: dict[tuple[int, int], Subscription] = field(default_factory=dict)
    readers: dict[int, Reader] = field(default_factory=dict)
    acts: dict[int, Activity] = field(default_factory=dict)
    answers: dict[int, set[str]] = field(default_factory=dict)
    #: (section, page) pairs and (section, reader) pairs that belong together.
    pages: set[tuple[int, int]] = field(default_factory=set)
    visitors: set[tuple[int, int]] = field(default_factory=set)
    got: set[tuple[int, str]] = field(default_factory=set)
    said: dict[int, datetime.datetime] = field(default_factory=dict)
    #: When rules wrote to a reader, the oldest first; what waits to be sent counts as now, what
    #: is in doubt or held as when it was tried.
    written: dict[int, list[datetime.datetime]] = field(default_factory=lambda: defaultdict(list))


def gather_facts(
    rows: Iterable[FollowUp], *, now: datetime.datetime, decided: NewsletterSettings
) -> EligibilityFacts:
    """Gather what decides about ``rows``; at most eleven queries and two a section."""
    rows = list(rows)
    facts = EligibilityFacts(now, decided)
    rules = FollowUpRule.objects.filter(pk__in={row.rule_id for row in rows})
    for rule in rules.select_related("mailing_list").prefetch_related("steps"):
        facts.rules[rule.pk] = rule
    ids = {row.reader_id for row in rows}
    found = Subscription.objects.filter(reader_id__in=ids, state=Subscription.State.CONFIRMED)
    for who in found.select_related("reader").order_by("-pk"):
        facts.subscribers[who.mailing_list_id, who.reader_id or 0] = who
    if any(rule.tiers or rule.stop_when_back for rule in facts.rules.values()):
        facts.readers = Reader.objects.only("tier", "last_day").in_bulk(ids)
    _gather_acts(facts, rows)
    _gather_sections(facts, ids)
    _gather_mails(facts, ids)
    return facts


def _gather_acts(facts: EligibilityFacts, rows: list[FollowUp]) -> None:
    asked = {r.pk for r in facts.rules.values() if r.answer or r.section_id}
    wanted = {row.activity_id for row in rows if row.activity_id and row.rule_id in asked}
    if wanted:
        facts.acts = Activity.objects.in_bulk(wanted)
    if any(rule.answer for rule in facts.rules.values()):
        facts.answers = get_given_answers(act.object_id or 0 for act in facts.acts.values())
    if any(rule.stop_when_answered or rule.stop_when_back for rule in facts.rules.values()):
        said = Activity.objects.filter(
            reader_id__in={row.reader_id for row in rows}, kind__in=CONTRIBUTION_KINDS
        )
        facts.said = dict(said.values_list("reader_id").annotate(at=Max("at")))


def _gather_sections(facts: EligibilityFacts, ids: set[int]) -> None:
    sections = {rule.section_id for rule in facts.rules.values() if rule.section_id}
    for section in sections:
        below = get_pages_in_section(section)
        touched = {act.page_id for act in facts.acts.values() if act.page_id}
        for page in below.filter(pk__in=touched).values_list("pk", flat=True):
            facts.pages.add((section, page))
        acts = Activity.objects.filter(
            reader_id__in=ids, page_id__in=below.values("pk"), at__gte=facts.now - YEAR
        )
        for reader in acts.values_list("reader_id", flat=True).distinct():
            facts.visitors.add((section, reader))


def _gather_mails(facts: EligibilityFacts, ids: set[int]) -> None:
    others = {pk for r in facts.rules.values() for pk in (r.only_after_id, r.never_after_id) if pk}
    ledger = Delivery.objects.filter(reader_id__in=ids).exclude(state__in=_NOT_SENT)
    if others:
        mailings = [f"{RULE}{pk}" for pk in others]
        facts.got = set(ledger.filter(mailing__in=mailings).values_list("reader_id", "mailing"))
    if facts.decided.cap_mails:
        since = facts.now - datetime.timedelta(days=facts.decided.cap_days)
        recent = ledger.filter(
            Q(sent_at__gt=since)
            | Q(sent_at__isnull=True) & (~Q(state__in=_UNCERTAIN) | Q(due_at__gt=since)),
            mailing__startswith=RULE,
        )
        columns = recent.values_list("reader_id", "sent_at", "state", "due_at")
        for reader, sent_at, state, due_at in columns:
            tried = min(due_at, facts.now) if state in _UNCERTAIN else facts.now
            facts.written[reader].append(sent_at or tried)
        for times in facts.written.values():
            times.sort()


def check_eligibility(row: FollowUp, facts: EligibilityFacts) -> Eligibility:
    """Return what becomes of ``row`` at ``facts.now``. A POST counts towards the reader's cap."""
    rule = facts.rules[row.rule_id]
    who = facts.subscribers.get((rule.mailing_list_id, row.reader_id))
    mail = rule.mail_of(row.step)
    if mail is None:
        return Eligibility(EligibilityStatus.SKIP, _("This email was removed from the series."))
    if who is None or (reason := _find_refusal(rule, who, row, facts)):
        return Eligibility(
            EligibilityStatus.SKIP,
            gettext("No confirmed subscription.") if who is None else reason,
        )
    # After the conditions: both groups of an experiment would have been written to.
    if row.step == 0 and hold_back.is_held_back(rule, row.reader_id):
        return Eligibility(
            EligibilityStatus.HOLD, _("In the control group of the experiment."), who=who, mail=mail
        )
    if waiting := _check_limits(row, who, facts):
        return waiting
    if facts.decided.cap_mails:
        facts.written[row.reader_id].append(facts.now)
    return Eligibility(EligibilityStatus.POST, who=who, mail=mail)


def _find_refusal(
    rule: FollowUpRule, who: Subscription, row: FollowUp, facts: EligibilityFacts
) -> str:
    """Return why a follow-up does not go out, "" when it does."""
    if not rule.active:
        return _("The rule was turned off.")
    if rule.language and not _is_same_language(rule.language, who.language):
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
    act = facts.acts.get(row.activity_id or 0)
    if rule.answer and (
        act is None or rule.answer not in facts.answers.get(act.object_id or 0, set())
    ):
        return gettext("Another answer.")
    if rule.section_id is None:
        return ""
    if act is None or act.page_id is None:
        inside = (rule.section_id, row.reader_id) in facts.visitors
    else:
        inside = (rule.section_id, act.page_id) in facts.pages
    return "" if inside else gettext("Another section.")


def _check_earlier_mails(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> str:
    if rule.only_after_id and (row.reader_id, f"{RULE}{rule.only_after_id}") not in facts.got:
        return _("They didn't receive the earlier email.")
    if rule.never_after_id and (row.reader_id, f"{RULE}{rule.never_after_id}") in facts.got:
        return _("They received the other email.")
    return ""


def _check_stop_conditions(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> str:
    said = facts.said.get(row.reader_id)
    if rule.stop_when_answered and said is not None and said > row.begun_at:
        return _("They answered or commented meanwhile.")
    if rule.stop_when_back and _has_come_back(rule, row, facts):
        return _("They came back meanwhile.")
    return ""


def _has_come_back(rule: FollowUpRule, row: FollowUp, facts: EligibilityFacts) -> bool:
    """Return whether the reader was here on a day after the rule began.

    Of visits only the first of each period is kept, so a later one of the same week is not
    known; what they said is, whenever it was. Who fell silent was not here on the day on which
    that was found, so for them that day counts already.
    """
    reader, said = facts.readers.get(row.reader_id), facts.said.get(row.reader_id)
    days = [reader.last_day if reader else None, site_time.localdate(said) if said else None]
    away_until = site_time.localdate(row.begun_at)
    if rule.when == FollowUpRule.When.SILENT:
        away_until -= datetime.timedelta(days=1)
    return any(day is not None and day > away_until for day in days)


def _check_limits(row: FollowUp, who: Subscription, facts: EligibilityFacts) -> Eligibility | None:
    """Return until when caps and quiet hours hold the mail up, None when they do not."""
    decided, until, reason = facts.decided, facts.now, ""
    times = facts.written.get(row.reader_id, [])
    if decided.cap_mails and len(times) >= decided.cap_mails:
        free = times[-decided.cap_mails] + datetime.timedelta(days=decided.cap_days, seconds=1)
        if free > until:  # always, but in a dry run, which looks ahead
            until, reason = free, _("The reader has received enough emails lately.")
    quiet = get_quiet_hours(decided)
    if quiet and (over := quiet.over_at(until, get_time_zone(who.time_zone))):
        until, reason = over, reason or gettext("Quiet hours.")
    if until <= facts.now:
        return None
    if until - (row.put_off_from or row.due_at) > MAX_POSTPONEMENT:
        return Eligibility(EligibilityStatus.SKIP, _("Postponed too long because of other emails."))
    return Eligibility(EligibilityStatus.WAIT, reason, until=until, who=who)


def _is_same_language(wanted: str, given: str) -> bool:
    return given == wanted or given.partition("-")[0] == wanted
