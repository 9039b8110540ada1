"""What rules owe readers: noted when it happens, found when that was missed, posted when due.

A row of FollowUp is written where the thing happened; its unique key makes a second look
harmless. ``post_due`` turns due rows into deliveries of the ledger, which are unique as well, so
whatever runs twice or at once, a reader gets one message.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cx_feedback.core.tasks import nudge
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Letter
from cx_feedback.newsletter import experiments, links, rendering, rules
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, Subscription
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity

State = FollowUp.State
Repeat = FollowUpRule.Repeat
#: How far back the sweep looks for acts that no receiver noted.
LOOK_BACK = datetime.timedelta(days=3)
#: Rows of one transaction.
CHUNK = 500


def note_act(*, activity_id: int, reader_id: int, kind: str, detail: dict[str, Any]) -> int:
    """Note what rules want to follow up of an act; return how many.

    One look into the cache when no rule wants it.
    """
    ids = [rule.rule_id for rule in rules.wanted() if rule.wants(kind, detail)]
    if not ids:
        return 0
    # Not what lies before the rule was switched on: an import tells of old acts too.
    at = Activity.objects.values_list("at", flat=True).get(pk=activity_id)
    wanting = FollowUpRule.objects.filter(pk__in=ids, active=True, active_since__lte=at)
    return _note(
        [_owed(rule, reader_id, f"activity:{activity_id}", activity_id) for rule in wanting]
    )


def note(*, when: str, reader_id: int, key: str) -> int:
    """Note that ``when`` (fell silent, came back) happened to a reader; return how many rows.

    ``key`` names this one occurrence.
    """
    wanting = FollowUpRule.objects.filter(when=when, active=True)
    return _note([_owed(rule, reader_id, key) for rule in wanting])


def _owed(rule: FollowUpRule, reader_id: int, key: str, activity_id: int | None = None) -> FollowUp:
    return FollowUp(
        rule=rule,
        reader_id=reader_id,
        trigger_key="once" if rule.repeat == Repeat.ONCE else key,
        activity_id=activity_id,
        due_at=timezone.now() + rule.delay,
    )


def _note(rows: list[FollowUp]) -> int:
    if not rows:
        return 0
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)
    if any(row.due_at <= timezone.now() for row in rows):
        from cx_feedback.newsletter.tasks import post_due as task

        nudge(task, every=2)
    return len(rows)


def find_missed(*, now: datetime.datetime | None = None) -> int:
    """Note the acts of the last days that no receiver did; return how many.

    Nothing from before a rule was switched on. May run twice or at once.
    """
    now = now or timezone.now()
    found = 0
    for rule in FollowUpRule.objects.filter(active=True, when__in=rules.ACTS):
        missed = _missed(rule, now)
        while chunk := list(missed.values_list("pk", "reader_id")[:CHUNK]):
            rows = [_owed(rule, who, f"activity:{pk}", pk) for pk, who in chunk]
            found += _note(rows)
    return found


def _missed(rule: FollowUpRule, now: datetime.datetime) -> QuerySet[Activity]:
    kind, detail = rules.ACTS[rule.when]
    since = max(now - LOOK_BACK, rule.active_since or now)
    acts = Activity.objects.filter(kind=kind, at__gte=since, at__lte=now).order_by("pk")
    for name, value in detail.items():
        acts = acts.filter(**{f"detail__{name}": value})
    if kind == "subscription":
        acts = acts.filter(detail__list=rule.mailing_list_id)
    noted = FollowUp.objects.filter(rule=rule, reader_id=OuterRef("reader_id"))
    if rule.repeat == Repeat.EACH:
        noted = noted.filter(activity_id=OuterRef("pk"))
    return acts.filter(~Exists(noted))


@dataclass
class Posted:
    """What a run did with due rows."""

    posted: int = 0
    skipped: int = 0
    held_back: int = 0

    def __add__(self, other: "Posted") -> "Posted":
        return Posted(
            self.posted + other.posted,
            self.skipped + other.skipped,
            self.held_back + other.held_back,
        )


def post_due(*, now: datetime.datetime | None = None) -> Posted:
    """Turn the rows that are due into deliveries for confirmed subscribers.

    Rows of readers who are none, or of another language than the rule's, are skipped with the
    reason; those whom the rule holds back get nothing. Any number may run at once, and again
    after a crash.
    """
    run = _Run(now or timezone.now())
    done = Posted()
    while (step := run.step()) is not None:
        done += step
    return done


@dataclass
class _Run:
    now: datetime.datetime
    #: Rendered once for each rule and language of this run.
    letters: dict[tuple[int, str], Letter] = field(default_factory=dict)

    @transaction.atomic
    def step(self) -> Posted | None:
        due = (
            FollowUp.objects.filter(state=State.WAITING, due_at__lte=self.now)
            .select_for_update(skip_locked=True)
            .order_by("due_at", "pk")
        )
        rows = list(due[:CHUNK])
        if not rows:
            return None
        rules_by_id = {
            rule.pk: rule
            for rule in FollowUpRule.objects.filter(
                pk__in={row.rule_id for row in rows}
            ).select_related("mailing_list")
        }
        subscribers = _subscribers(rows)
        to_post: dict[tuple[int, str], list[tuple[FollowUp, Subscription]]] = defaultdict(list)
        held_back: dict[int, list[FollowUp]] = defaultdict(list)
        skipped: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            rule = rules_by_id[row.rule_id]
            who = subscribers.get((rule.mailing_list_id, row.reader_id))
            if reason := why_not(rule, who):
                skipped[reason].append(row.pk)
            # Last: both groups of an experiment are readers who would have been written to.
            elif experiments.holds_back(rule, row.reader_id):
                held_back[rule.pk].append(row)
            elif who is not None:
                to_post[rule.pk, who.language].append((row, who))
        for (rule_id, language), pairs in to_post.items():
            self._post(rules_by_id[rule_id], language, pairs)
            self._keep(rules_by_id[rule_id], [row for row, _who in pairs], State.POSTED)
        for rule_id, kept in held_back.items():
            self._keep(rules_by_id[rule_id], kept, State.HELD_BACK)
        for reason, ids in skipped.items():
            _settle(ids, State.SKIPPED, reason)
        n, held = sum(map(len, skipped.values())), sum(map(len, held_back.values()))
        return Posted(len(rows) - n - held, n, held)

    def _keep(self, rule: FollowUpRule, rows: list[FollowUp], state: FollowUp.State) -> None:
        _settle([row.pk for row in rows], state)
        readers.record(
            kind=experiments.KIND,
            rows=experiments.rows_for_ledger(rule, rows, held_back=state == State.HELD_BACK),
            at=self.now,
        )

    def _post(
        self, rule: FollowUpRule, language: str, pairs: list[tuple[FollowUp, Subscription]]
    ) -> None:
        letter = self.letters.get((rule.pk, language))
        if letter is None:
            letter = self.letters[rule.pk, language] = rendering.rule_letter(rule, language)
        base = links.base_url()
        mail.post_many(
            letter=letter,
            mailing=rule.mailing,
            recipients=[_recipient(row, who, base) for row, who in pairs],
            priority=Delivery.USUAL,
        )


def _subscribers(rows: Iterable[FollowUp]) -> dict[tuple[int, int], Subscription]:
    found = Subscription.objects.filter(
        reader_id__in={row.reader_id for row in rows}, state=Subscription.State.CONFIRMED
    ).order_by("-pk")
    return {(who.mailing_list_id, who.reader_id): who for who in found if who.reader_id}


def _recipient(row: FollowUp, who: Subscription, base: str) -> mail.Recipient:
    return mail.Recipient(
        key=f"{who.pk}:{row.pk}",
        address=who.email,
        reader_id=who.reader_id,
        variables={"name": who.name, "unsubscribe_url": links.unsubscribe_url(who.pk, base)},
    )


def why_not(rule: FollowUpRule, who: Subscription | None) -> str:
    """Return why a follow-up does not go out, "" when it does."""
    if not rule.active:
        return _("The rule was switched off.")
    if who is None:
        return _("No confirmed subscription.")
    if rule.language and not _same_language(rule.language, who.language):
        return _("Another language.")
    return ""


def _same_language(wanted: str, given: str) -> bool:
    return given == wanted or given.partition("-")[0] == wanted


def _settle(ids: list[int], state: str, reason: str = "") -> None:
    if ids:
        FollowUp.objects.filter(pk__in=ids).update(state=state, reason=reason)
