"""Follow-ups that are due, into the deliveries ledger.

Rows of both ledgers are unique, so whatever runs twice or at once, a reader gets one message.
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
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Letter
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, NewsletterSettings
from cx_feedback.newsletter.rendering import mail_links, mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import MailSite
from cx_feedback.newsletter.rules import hold_back
from cx_feedback.newsletter.services.eligibility import (
    Eligibility,
    EligibilityFacts,
    EligibilityStatus,
    check_eligibility,
    gather_facts,
)
from cx_feedback.newsletter.services.rule_sites import RuleSites
from cx_feedback.newsletter.services.rule_triggers import CHUNK_SIZE
from cx_feedback.readers import services as readers

logger = logging.getLogger(__name__)
State = FollowUp.State
#: How long a mail that cannot be rendered waits before it is tried again.
RENDER_RETRY_DELAY = datetime.timedelta(hours=1)
Decided = list[tuple[FollowUp, Eligibility]]


@dataclass
class DispatchCounts:
    """What a run did with due rows."""

    posted: int = 0
    skipped: int = 0
    held_back: int = 0
    put_off: int = 0

    def __add__(self, other: "DispatchCounts") -> "DispatchCounts":
        return DispatchCounts(
            self.posted + other.posted,
            self.skipped + other.skipped,
            self.held_back + other.held_back,
            self.put_off + other.put_off,
        )


def dispatch_follow_ups(*, now: datetime.datetime | None = None) -> DispatchCounts:
    """Turn the rows that are due into deliveries for confirmed subscribers.

    Rows whose conditions do not hold are skipped with the reason, caps and quiet hours put rows
    off; those whom the rule holds back get nothing. Any number may run at once, and again after
    a crash.
    """
    run = _Dispatcher(now or timezone.now(), _get_default_settings())
    done = DispatchCounts()
    while (step := run.step()) is not None:
        done += step
    return done


@dataclass
class _Dispatcher:
    now: datetime.datetime
    decided: NewsletterSettings
    #: Rendered once for each mail, language and site of this run.
    letters: dict[tuple[int, int, str, int | None], Letter] = field(default_factory=dict)
    sites: RuleSites = field(default_factory=RuleSites)

    @transaction.atomic
    def step(self) -> DispatchCounts | None:
        due = (
            FollowUp.objects.filter(state=State.WAITING, due_at__lte=self.now)
            .select_for_update(skip_locked=True)
            .order_by("due_at", "pk")
        )
        rows = list(due[:CHUNK_SIZE])
        if not rows:
            return None
        facts = gather_facts(rows, now=self.now, decided=_lock_cap_settings(self.decided))
        by_status: dict[EligibilityStatus, Decided] = defaultdict(list)
        for row in rows:
            verdict = check_eligibility(row, facts)
            by_status[verdict.status].append((row, verdict))
        self.sites.look_up([row for row, _verdict in by_status[EligibilityStatus.POST]])
        self._put_off_broken(by_status, facts)
        self._post(by_status[EligibilityStatus.POST], facts)
        self._keep(by_status[EligibilityStatus.HOLD], facts, State.HELD_BACK)
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

    def _put_off_broken(
        self, by_status: dict[EligibilityStatus, Decided], facts: EligibilityFacts
    ) -> None:
        """Let mails that cannot be rendered wait, so that they hold up no other rule."""
        problems: dict[tuple[int, int, str, int | None], str] = {}
        whole: Decided = []
        for row, verdict in by_status[EligibilityStatus.POST]:
            rule = facts.rules[row.rule_id]
            key = self._key(rule, row, verdict)
            if key not in problems:
                problems[key] = self._problem(rule, row, verdict)
            if reason := problems[key]:
                until = self.now + RENDER_RETRY_DELAY
                by_status[EligibilityStatus.WAIT].append(
                    (row, Eligibility(EligibilityStatus.WAIT, reason, until))
                )
            else:
                whole.append((row, verdict))
        by_status[EligibilityStatus.POST] = whole

    def _problem(self, rule: FollowUpRule, row: FollowUp, verdict: Eligibility) -> str:
        try:
            with transaction.atomic():
                self._letter(rule, row, verdict)
        except Exception as error:
            logger.warning("The mail of rule %s cannot be rendered", rule.pk, exc_info=True)
            return Truncator(_("This email can't be generated: %s") % get_error_text(error)).chars(
                200
            )
        return ""

    def _post(self, decided: Decided, facts: EligibilityFacts) -> None:
        groups: dict[tuple[int, int, str, int | None], Decided] = defaultdict(list)
        for row, verdict in decided:
            groups[self._key(facts.rules[row.rule_id], row, verdict)].append((row, verdict))
        for (rule_id, *_others), group in groups.items():
            rule = facts.rules[rule_id]
            base = self._site(rule, *group[0]).base_url
            mail.queue_mailing(
                letter=self._letter(rule, *group[0]),
                mailing=rule.mailing,
                recipients=[_build_recipient(row, verdict, base) for row, verdict in group],
                priority=Delivery.USUAL,
            )
        self._keep(decided, facts, State.POSTED)
        following = [
            next_
            for row, _v in decided
            if (next_ := _build_next_follow_up(row, facts.rules[row.rule_id], self.now))
        ]
        FollowUp.objects.bulk_create(following, ignore_conflicts=True)

    def _letter(self, rule: FollowUpRule, row: FollowUp, verdict: Eligibility) -> Letter:
        language = verdict.who.language if verdict.who else ""
        key = self._key(rule, row, verdict)
        if key not in self.letters:
            site = self._site(rule, row, verdict)
            self.letters[key] = mail_renderer.create_rule_letter(
                rule, language, mail=verdict.mail, site=site
            )
        return self.letters[key]

    def _key(
        self, rule: FollowUpRule, row: FollowUp, verdict: Eligibility
    ) -> tuple[int, int, str, int | None]:
        language = verdict.who.language if verdict.who else ""
        return rule.pk, row.step, language, self._site(rule, row, verdict).pk

    def _site(self, rule: FollowUpRule, row: FollowUp, verdict: Eligibility) -> MailSite:
        return self.sites.site_of(rule, row, verdict.who)

    def _keep(self, decided: Decided, facts: EligibilityFacts, state: FollowUp.State) -> None:
        """Store ``state``; of each series the first mail stands in the activity ledger."""
        _set_state([row.pk for row, _verdict in decided], state)
        first: dict[int, list[FollowUp]] = defaultdict(list)
        for row, _verdict in decided:
            if row.step == 0:
                first[row.rule_id].append(row)
        for rule_id, rows in first.items():
            done = hold_back.build_ledger_rows(
                facts.rules[rule_id], rows, held_back=state == State.HELD_BACK
            )
            readers.record(kind=hold_back.ACTIVITY_KIND, rows=done, at=self.now)


def _get_default_settings() -> NewsletterSettings:
    """Return the default site's settings as a row, which runs can lock."""
    site = Site.objects.filter(is_default_site=True).first()
    return NewsletterSettings.for_site(site) if site else NewsletterSettings()


def _lock_cap_settings(decided: NewsletterSettings) -> NewsletterSettings:
    """Let runs that count towards caps wait for each other: they lock the row of the cap."""
    if decided.cap_mails and decided.pk:
        list(NewsletterSettings.objects.select_for_update().filter(pk=decided.pk))
    return decided


def _build_next_follow_up(
    row: FollowUp, rule: FollowUpRule, now: datetime.datetime
) -> FollowUp | None:
    """Return the row of the series' next mail."""
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
        begun_at=row.begun_at,
        due_at=now + following.delay,
    )


def _build_recipient(row: FollowUp, verdict: Eligibility, base: str) -> mail.Recipient:
    who = verdict.who
    assert who is not None
    return mail.Recipient(
        key=f"{who.pk}:{row.pk}",
        address=who.email,
        reader_id=who.reader_id,
        tier=who.reader.tier if who.reader else "",
        variables={"name": who.name, **mail_links.get_link_variables(who.pk, base)},
    )


def _skip_follow_ups(decided: Decided) -> None:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for row, verdict in decided:
        by_reason[verdict.reason].append(row.pk)
    for reason, ids in by_reason.items():
        _set_state(ids, State.SKIPPED, reason)


def _postpone_follow_ups(decided: Decided) -> None:
    by_time: dict[tuple[datetime.datetime | None, str], list[int]] = defaultdict(list)
    for row, verdict in decided:
        by_time[verdict.until, verdict.reason].append(row.pk)
    for (until, reason), ids in by_time.items():
        FollowUp.objects.filter(pk__in=ids).update(
            put_off_from=Coalesce("put_off_from", F("due_at")), due_at=until, reason=reason
        )


def _set_state(ids: list[int], state: str, reason: str = "") -> None:
    if ids:
        FollowUp.objects.filter(pk__in=ids).update(state=state, reason=reason)
