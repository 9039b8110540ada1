"""Statistics of a mailing by language and tier, counted by the database."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import get_language_info, pgettext

from cx_feedback.mail.messages.tracked_links import CLICKS_MARK, OPENS_MARK
from cx_feedback.mail.models import Delivery, MailReport, Message
from cx_feedback.mail.stats import link_stats
from cx_feedback.readers.models import Activity, PastVisits, VisitDay
from cx_feedback.readers.tier_names import Tier

State = Delivery.State
Kind = MailReport.Kind
#: Kinds of activities that count as an answer.
ANSWER_KINDS = ("response", "nps")
#: How long after the last email of a mailing a provider may report for the first time.
REPORTING_PERIOD = datetime.timedelta(days=7)
#: The condition of sent deliveries.
_SENT = {"state": State.SENT}
Group = tuple[str, str]


@dataclass
class MailStats:
    """Numbers of emails. A reader who does something twice counts once for each email."""

    sent: int = 0
    bounced: int = 0
    complained: int = 0
    opened: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    answered: int = 0
    returned: int = 0
    #: Emails that the provider reported as delivered.
    reported: int = 0
    #: Names of the figures that were not measured, so that their 0 means nothing.
    unmeasured: frozenset[str] = frozenset()

    def __add__(self, other: "MailStats") -> "MailStats":
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        return MailStats(**sums, unmeasured=self.unmeasured | other.unmeasured)

    @property
    def delivered(self) -> int:
        return self.reported

    def get_number(self, name: str) -> int | None:
        """Return a figure, None if it was not measured."""
        value: int = getattr(self, name)
        return None if name in self.unmeasured else value

    def get_share(self, name: str) -> float | None:
        """Return a figure's share of the sent emails, 0 to 1, or None if there is none."""
        value = self.get_number(name)
        return value / self.sent if self.sent and value is not None else None


#: The names of the figures that can be added.
COUNTED = [each.name for each in fields(MailStats) if each.name != "unmeasured"]


@dataclass(frozen=True)
class MailingStats:
    """The figures of a mailing and of its groups, the largest group first."""

    total: MailStats
    by_language: list[tuple[str, MailStats]]
    by_tier: list[tuple[str, MailStats]]
    by_link: list[tuple[str, int]]
    weeks: int
    #: Whether a provider reports what was delivered.
    is_reported: bool


def get_mailing_stats(*, mailing: str, weeks: int) -> MailingStats:
    """Return the statistics of ``mailing``, with answers and returns within ``weeks`` of an email.

    An answer is a response to a survey or an NPS question after the email, a return a visit on a
    later day.
    """
    groups: dict[Group, MailStats] = defaultdict(MailStats)
    rows = Delivery.objects.filter(mailing=mailing, **_SENT).order_by()
    for group, count in _count_by_group(rows):
        groups[group].sent = count
    _add_reports(groups, mailing)
    window = datetime.timedelta(weeks=weeks)
    readers = rows.filter(reader__isnull=False)
    acts = Activity.objects.filter(
        reader=OuterRef("reader"),
        kind__in=ANSWER_KINDS,
        at__gt=OuterRef("sent_at"),
        at__lte=OuterRef("sent_at") + window,
    )
    for group, count in _count_by_group(readers.filter(Exists(acts))):
        groups[group].answered = count
    zone = timezone.get_default_timezone()
    dated = readers.annotate(
        day=TruncDate("sent_at", tzinfo=zone), last=TruncDate(F("sent_at") + window, tzinfo=zone)
    )
    visits = VisitDay.objects.filter(
        reader=OuterRef("reader"), day__gt=OuterRef("day"), day__lte=OuterRef("last")
    )
    for group, count in _count_by_group(dated.filter(Exists(visits))):
        groups[group].returned = count
    unmeasured = _find_unmeasured(mailing, rows, readers)
    for each in groups.values():
        each.unmeasured = unmeasured
    total = sum(groups.values(), MailStats(unmeasured=unmeasured))
    return MailingStats(
        total=total,
        by_language=_sum_by(groups, 0, _get_language_name),
        by_tier=_sum_by(groups, 1, lambda tier: dict(Tier.choices).get(tier, tier)),
        by_link=link_stats.count_clicked_links(mailing),
        weeks=weeks,
        is_reported="delivered" not in unmeasured,
    )


def count_clicks_by_message(
    mailing: str, *, until: datetime.datetime | None = None
) -> dict[int, tuple[int, int]]:
    """Return for each message of a mailing the numbers of sent and of clicked emails.

    If ``until`` is given, only emails due before it and clicks until then are counted.
    """
    rows = Delivery.objects.filter(mailing=mailing, **_SENT)
    reports = MailReport.objects.filter(delivery=OuterRef("pk"), kind=Kind.CLICKED)
    if until:
        rows, reports = rows.filter(due_at__lt=until), reports.filter(occurred_at__lte=until)
    sent = rows.order_by().values_list("message")
    clicked = sent.filter(Exists(reports))
    clicks = dict(clicked.annotate(n=Count("pk")))
    return {message: (n, clicks.get(message, 0)) for message, n in sent.annotate(n=Count("pk"))}


def _delivery_language(prefix: str = "") -> Case:
    """Return the language of a delivery: its message's, or the recipient's if that has none."""
    theirs, message_s = f"{prefix}language", f"{prefix}message__language"
    return Case(When(**{message_s: ""}, then=F(theirs)), default=F(message_s))


def _count_by_group(rows: QuerySet[Delivery]) -> Iterable[tuple[Group, int]]:
    found: Any = rows.values_list(_delivery_language(), "tier").annotate(n=Count("pk"))
    return [((language, tier), n) for language, tier, n in found]


def _find_unmeasured(
    mailing: str, rows: QuerySet[Delivery], readers: QuerySet[Delivery]
) -> frozenset[str]:
    """Return the names of the figures of ``mailing`` that were not measured.

    Clicks and opens are measured if its messages count them or the provider reports them. Bounces,
    complaints and arrivals are measured if the provider reports them, or had done so by then.
    Returns are measured for readers who agreed to have their visits counted, until the first of
    the visit days after the emails were deleted.
    """
    of_this = MailReport.objects.filter(delivery__mailing=mailing)
    messages = Message.objects.filter(pk__in=rows.values("message"))
    last = rows.order_by("-sent_at").values("sent_at")[:1]
    reported = MailReport.objects.filter(
        Q(delivery__mailing=mailing) | Q(occurred_at__lte=Subquery(last) + REPORTING_PERIOD)
    )
    dated = rows.annotate(day=TruncDate("sent_at", tzinfo=timezone.get_default_timezone()))
    measured = dated.order_by("pk").values_list(
        Exists(messages.filter(html__contains=CLICKS_MARK)),
        Exists(of_this.filter(kind=Kind.CLICKED)),
        Exists(messages.filter(html__contains=OPENS_MARK)),
        Exists(of_this.filter(kind=Kind.OPENED)),
        Exists(reported.filter(kind=Kind.DELIVERED)),
        Exists(reported.filter(kind__in=(Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED))),
        Exists(readers.filter(reader__counts_visits=True)),
        ~Exists(PastVisits.objects.filter(until__gte=OuterRef("day"))),
    )
    found = measured.first() or [False] * 8
    clicks, clicked, opens, opened, arrivals, provider, visits, kept = found
    known = {
        "clicked": clicks or clicked,
        "opened": opens or opened,
        "delivered": arrivals,
        "bounced": provider,
        "complained": provider,
        "returned": visits and kept,
    }
    return frozenset(name for name, is_measured in known.items() if not is_measured)


def _add_reports(groups: dict[Group, MailStats], mailing: str) -> None:
    reports = MailReport.objects.filter(
        delivery__mailing=mailing, delivery__state=State.SENT
    ).order_by()
    # The email of a temporary bounce may still arrive.
    reports = reports.exclude(kind=Kind.BOUNCED, permanent=False)
    counted = reports.values_list(
        "kind", _delivery_language("delivery__"), "delivery__tier"
    ).annotate(n=Count("delivery", distinct=True))
    names = {*COUNTED, Kind.DELIVERED}
    for kind, language, tier, n in counted:
        if kind in names:
            setattr(groups[language, tier], "reported" if kind == Kind.DELIVERED else kind, n)


def _sum_by(groups: dict[Group, MailStats], place: int, name: Any) -> list[tuple[str, MailStats]]:
    found: dict[str, MailStats] = defaultdict(MailStats)
    for group, figures in groups.items():
        found[group[place]] += figures
    ordered = sorted(found.items(), key=lambda item: (-item[1].sent, item[0]))
    return [
        (str(name(key)) or str(pgettext("delivery", "Unknown")), figures)
        for key, figures in ordered
    ]


def _get_language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]).capitalize() if code else ""
    except KeyError:
        return code


def count_by_mailing(mailings: Iterable[str]) -> dict[str, Counter[str]]:
    """Return the numbers of deliveries by state for each mailing."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    rows = Delivery.objects.filter(mailing__in=list(mailings)).order_by()
    for mailing, state, n in rows.values_list("mailing", "state").annotate(n=Count("pk")):
        found[mailing][state] = n
    return found
