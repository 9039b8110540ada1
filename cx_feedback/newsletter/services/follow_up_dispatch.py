"""Dispatch of follow-ups: those that are due become rows of the deliveries ledger.

The rows of both tables are unique. However often or concurrently this runs, a reader gets a
message once.
"""

import datetime
import logging
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Site

from cx_feedback.core.errors import get_error_text
from cx_feedback.core.text.failure_summary import format_stack
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, NewsletterSettings
from cx_feedback.newsletter.rendering import mail_renderer, signed_links
from cx_feedback.newsletter.rendering.mail_sites import MailSite
from cx_feedback.newsletter.rules import hold_back
from cx_feedback.newsletter.rules.follow_up_eligibility import (
    Eligibility,
    EligibilityFacts,
    EligibilityStatus,
    check_eligibility,
    gather_facts,
)
from cx_feedback.newsletter.services.follow_up_creation import CHUNK_SIZE
from cx_feedback.newsletter.services.rule_sites import RuleSites
from cx_feedback.readers import services as readers

logger = logging.getLogger(__name__)
State = FollowUp.State
#: Delay before a mail that could not be rendered is tried again.
RENDER_RETRY_DELAY = datetime.timedelta(hours=1)
CheckedFollowUps = list[tuple[FollowUp, Eligibility]]


@dataclass
class DispatchCounts:
    """Numbers of follow-ups that a run has posted, skipped, held back and postponed."""

    posted: int = 0
    skipped: int = 0
    held_back: int = 0
    postponed: int = 0

    def __add__(self, other: "DispatchCounts") -> "DispatchCounts":
        return DispatchCounts(
            self.posted + other.posted,
            self.skipped + other.skipped,
            self.held_back + other.held_back,
            self.postponed + other.postponed,
        )


def dispatch_follow_ups(*, now: datetime.datetime | None = None) -> DispatchCounts:
    """Turn the follow-ups that are due into deliveries to confirmed subscribers.

    Follow-ups whose conditions are not met are skipped, with the reason. Frequency caps and
    quiet hours postpone them. Readers in the control group of a rule get nothing. Safe to run
    concurrently and again after a crash.
    """
    dispatcher = _Dispatcher(now or timezone.now(), _get_default_settings())
    counts = DispatchCounts()
    while (chunk_counts := dispatcher.dispatch_chunk()) is not None:
        counts += chunk_counts
    return counts


@dataclass
class _Dispatcher:
    now: datetime.datetime
    settings: NewsletterSettings
    #: Letters of this run, rendered once for each mail, language and site.
    messages: dict[tuple[int, int, str, int | None], Message] = field(default_factory=dict)
    sites: RuleSites = field(default_factory=RuleSites)

    @transaction.atomic
    def dispatch_chunk(self) -> DispatchCounts | None:
        due = (
            FollowUp.objects.filter(state=State.WAITING, due_at__lte=self.now)
            .select_for_update(skip_locked=True)
            .order_by("due_at", "pk")
        )
        rows = list(due[:CHUNK_SIZE])
        if not rows:
            return None
        facts = gather_facts(rows, now=self.now, settings=_lock_cap_settings(self.settings))
        by_status: dict[EligibilityStatus, CheckedFollowUps] = defaultdict(list)
        for row in rows:
            eligibility = check_eligibility(row, facts)
            by_status[eligibility.status].append((row, eligibility))
        self.sites.look_up([row for row, _eligibility in by_status[EligibilityStatus.POST]])
        self._postpone_unrenderable(by_status, facts)
        self._post_follow_ups(by_status[EligibilityStatus.POST], facts)
        self._store_state(by_status[EligibilityStatus.HOLD], facts, State.HELD_BACK)
        _skip_follow_ups(by_status[EligibilityStatus.SKIP])
        _postpone_follow_ups(by_status[EligibilityStatus.WAIT])
        counts = [
            len(by_status[status])
            for status in (
                EligibilityStatus.POST,
                EligibilityStatus.SKIP,
                EligibilityStatus.HOLD,
                EligibilityStatus.WAIT,
            )
        ]
        return DispatchCounts(*counts)

    def _postpone_unrenderable(
        self, by_status: dict[EligibilityStatus, CheckedFollowUps], facts: EligibilityFacts
    ) -> None:
        """Postpone mails that cannot be rendered, so that they don't block other rules."""
        problems: dict[tuple[int, int, str, int | None], str] = {}
        renderable: CheckedFollowUps = []
        for row, eligibility in by_status[EligibilityStatus.POST]:
            rule = facts.rules[row.rule_id]
            key = self._get_message_key(rule, row, eligibility)
            if key not in problems:
                problems[key] = self._find_problem(rule, row, eligibility)
            if reason := problems[key]:
                until = self.now + RENDER_RETRY_DELAY
                by_status[EligibilityStatus.WAIT].append(
                    (row, Eligibility(EligibilityStatus.WAIT, reason, until))
                )
            else:
                renderable.append((row, eligibility))
        by_status[EligibilityStatus.POST] = renderable

    def _find_problem(self, rule: FollowUpRule, row: FollowUp, eligibility: Eligibility) -> str:
        try:
            with transaction.atomic():
                self._get_message(rule, row, eligibility)
        except Exception as error:
            words = "The mail of rule %s cannot be rendered\n%s"
            logger.warning(words, rule.pk, format_stack(error))
            return Truncator(_("This email can't be generated: %s") % get_error_text(error)).chars(
                200
            )
        return ""

    def _post_follow_ups(self, rows: CheckedFollowUps, facts: EligibilityFacts) -> None:
        groups: dict[tuple[int, int, str, int | None], CheckedFollowUps] = defaultdict(list)
        for row, eligibility in rows:
            groups[self._get_message_key(facts.rules[row.rule_id], row, eligibility)].append(
                (row, eligibility)
            )
        for (rule_id, *_others), group in groups.items():
            rule = facts.rules[rule_id]
            base = self._get_site(rule, *group[0]).base_url
            mail.queue_mailing(
                message=self._get_message(rule, *group[0]),
                mailing=rule.mailing,
                recipients=[_build_recipient(row, eligibility, base) for row, eligibility in group],
                priority=Delivery.USUAL,
            )
        self._store_state(rows, facts, State.POSTED)
        following = [
            next_
            for row, _eligibility in rows
            if (next_ := _build_next_follow_up(row, facts.rules[row.rule_id], self.now))
        ]
        FollowUp.objects.bulk_create(following, ignore_conflicts=True)

    def _get_message(self, rule: FollowUpRule, row: FollowUp, eligibility: Eligibility) -> Message:
        language = eligibility.subscriber.language if eligibility.subscriber else ""
        key = self._get_message_key(rule, row, eligibility)
        if key not in self.messages:
            site = self._get_site(rule, row, eligibility)
            self.messages[key] = mail_renderer.create_rule_message(
                rule, language, mail=eligibility.mail, site=site
            )
        return self.messages[key]

    def _get_message_key(
        self, rule: FollowUpRule, row: FollowUp, eligibility: Eligibility
    ) -> tuple[int, int, str, int | None]:
        language = eligibility.subscriber.language if eligibility.subscriber else ""
        return rule.pk, row.step, language, self._get_site(rule, row, eligibility).pk

    def _get_site(self, rule: FollowUpRule, row: FollowUp, eligibility: Eligibility) -> MailSite:
        return self.sites.site_of(rule, row, eligibility.subscriber)

    def _store_state(
        self, rows: CheckedFollowUps, facts: EligibilityFacts, state: FollowUp.State
    ) -> None:
        """Store ``state``; add the first mail of each series to the activity ledger."""
        _set_state([row.pk for row, _eligibility in rows], state)
        first: dict[int, list[FollowUp]] = defaultdict(list)
        for row, _eligibility in rows:
            if row.step == 0:
                first[row.rule_id].append(row)
        for rule_id, first_rows in first.items():
            done = hold_back.build_ledger_rows(
                facts.rules[rule_id], first_rows, held_back=state == State.HELD_BACK
            )
            readers.record_events(kind=hold_back.ACTIVITY_KIND, rows=done, at=self.now)


def _get_default_settings() -> NewsletterSettings:
    """Return the settings of the default site as a stored row that can be locked."""
    site = Site.objects.filter(is_default_site=True).first()
    return NewsletterSettings.for_site(site) if site else NewsletterSettings()


def _lock_cap_settings(settings: NewsletterSettings) -> NewsletterSettings:
    """Lock the settings if there is a cap, so that concurrent runs count one after the other."""
    if settings.cap_mails and settings.pk:
        list(NewsletterSettings.objects.select_for_update().filter(pk=settings.pk))
    return settings


def _build_next_follow_up(
    row: FollowUp, rule: FollowUpRule, now: datetime.datetime
) -> FollowUp | None:
    """Return an unsaved follow-up for the next mail of the series, None after the last one."""
    steps = list(rule.steps.all())
    places = [0, *(step.pk for step in steps)]
    place = places.index(row.step)
    if place >= len(steps):
        return None
    following = steps[place]
    return FollowUp(
        rule=rule,
        reader_id=row.reader_id,
        trigger_key=row.trigger_key,
        step=following.pk,
        activity_id=row.activity_id,
        page_id=row.page_id,
        triggered_at=row.triggered_at,
        due_at=now + following.delay,
    )


def _build_recipient(row: FollowUp, eligibility: Eligibility, base: str) -> mail.Recipient:
    subscriber = eligibility.subscriber
    assert subscriber is not None
    return mail.Recipient(
        key=f"{subscriber.pk}:{row.pk}",
        address=subscriber.email,
        reader_id=subscriber.reader_id,
        tier=subscriber.reader.tier if subscriber.reader else "",
        variables={"name": subscriber.name, **signed_links.get_link_variables(subscriber.pk, base)},
    )


def _skip_follow_ups(rows: CheckedFollowUps) -> None:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for row, eligibility in rows:
        by_reason[eligibility.reason].append(row.pk)
    for reason, ids in by_reason.items():
        _set_state(ids, State.SKIPPED, reason)


def _postpone_follow_ups(rows: CheckedFollowUps) -> None:
    by_time: dict[tuple[datetime.datetime | None, str], list[int]] = defaultdict(list)
    for row, eligibility in rows:
        by_time[eligibility.until, eligibility.reason].append(row.pk)
    for (until, reason), ids in by_time.items():
        FollowUp.objects.filter(pk__in=ids).update(
            postponed_from=Coalesce("postponed_from", F("due_at")), due_at=until, reason=reason
        )


def _set_state(ids: list[int], state: str, reason: str = "") -> None:
    if ids:
        FollowUp.objects.filter(pk__in=ids).update(state=state, reason=reason)
