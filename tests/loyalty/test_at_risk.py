"""The list of readers at risk: what past hold-backs showed, and what editors can do."""

import pytest
from wagtail.models import ModelLogEntry

from cx_feedback.loyalty import services
from cx_feedback.loyalty.effects.hold_back_evidence import get_evidence, measure_evidence
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.reports.report_models import HoldBackEvidence
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, MailingList
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.privacy.person_requests import export_person
from tests.loyalty.conftest import END, at_risk
from tests.loyalty.test_experiments import follow_up
from tests.loyalty.test_overview import staff  # noqa: F401
from tests.loyalty.test_returns import days_before
from tests.loyalty.test_screens import ADMIN, RIGHTS, page

pytestmark = pytest.mark.django_db


def absent(periods, away, *, written, held, came, held_came):
    """Readers who came in so many weeks, were absent and in an experiment 60 days ago."""
    due, days, acts = days_before(60), [], []
    for n in range(written + held):
        reader = Reader.objects.create()
        last = days_before(60 + away)
        days += [VisitDay(reader=reader, day=days_before(7 * k, last)) for k in range(periods)]
        back = n < came if n < written else n - written < held_came
        if back:
            days.append(VisitDay(reader=reader, day=days_before(50)))
        acts.append(follow_up(reader.pk, due, held_back=n >= written))
    VisitDay.objects.bulk_create(days)
    Activity.objects.bulk_create(acts)


def test_evidence_is_counted_by_like_readers():
    absent(3, 30, written=40, held=30, came=20, held_came=6)
    absent(5, 30, written=40, held=30, came=10, held_came=9)
    absent(12, 70, written=10, held=5, came=10, held_came=0)
    absent(3, 5, written=40, held=30, came=40, held_came=0)  # here five days ago: not absent
    assert measure_evidence(as_of=END) == 3
    kept = {
        row.like: (row.written, row.written_returned, row.held, row.held_returned)
        for row in HoldBackEvidence.objects.all()
    }
    assert kept == {0: (40, 20, 30, 6), 10: (40, 10, 30, 9), 21: (10, 10, 5, 0)}
    found = get_evidence()
    assert found.keys() == {0, 10}  # the third has too few readers
    # Drawn towards the mean of both, .3 and -.05, and in their order.
    assert -0.05 < found[10].uplift < found[0].uplift < 0.3
    assert measure_evidence(as_of=END) == 3


def test_without_hold_backs_there_is_no_evidence_and_the_list_says_so(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    assert get_evidence() == {}
    html = page(staff(*RIGHTS, "view_reader"), "readers/?tier=at_risk")
    assert "There is no evidence yet that writing to them helps" in html
    assert "no evidence" in html


def test_the_list_is_ranked_by_what_like_readers_showed(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    few = at_risk().values_list("pk", flat=True)[:3]
    Reader.objects.filter(pk__in=list(few)).update(active_periods=2)
    for like, came in ((0, 20), (1, 15), (10, 40), (11, 35), (20, 10), (21, 5)):
        HoldBackEvidence.objects.create(
            like=like, as_of=END, written=100, written_returned=came, held=100, held_returned=10
        )
    client = staff(*RIGHTS, "view_reader")
    response = client.get(f"{ADMIN}readers/?tier=at_risk")
    rows = response.context["object_list"]
    uplifts = [get_evidence()[like_of(row)].uplift for row in rows]
    assert uplifts == sorted(uplifts, reverse=True)
    last = client.get(f"{ADMIN}readers/?tier=at_risk&p=9999").context["object_list"]
    assert get_evidence()[like_of(last[-1])].uplift < uplifts[0]
    html = response.content.decode()
    assert "Ranked by what past hold-backs showed" in html
    assert "of 100 written to 35.0% came back, of 100 left alone 10.0%" in html
    unnamed = staff(*RIGHTS)
    assert unnamed.get(f"{ADMIN}readers/?ordering=uplift").status_code == 200
    assert client.get(f"{ADMIN}readers/?ordering=uplift").status_code == 200  # all readers


def like_of(row):
    periods = Reader.objects.get(pk=row.pk).active_periods
    return 10 * ((periods >= 4) + (periods >= 12)) + (row.recency_days >= 57)


def test_a_reader_is_left_in_peace_until_they_return(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    reader = at_risk().first()
    rule = FollowUpRule.objects.create(
        name="Miss you", trigger="fell_silent", subject="x", body="x", active=True,
        mailing_list=MailingList.objects.create(name="Letter"),
    )  # fmt: skip
    waiting = FollowUp.objects.create(
        rule=rule, reader=reader, trigger_key="once", due_at="2030-01-01T00:00Z"
    )
    client = staff(*RIGHTS, "view_reader")
    address = f"{ADMIN}readers/{reader.pk}/leave/"
    assert address in page(client, "readers/?tier=at_risk&ordering=-active_periods")
    assert client.get(address).status_code == 405
    for _twice in range(2):
        assert client.post(address).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("skipped", "An editor leaves them in peace.")
    silence = Silence.objects.get(reader=reader, won_back_on=None)
    assert silence.left_in_peace_at is not None
    exported = export_person(reader_ids=[silence.reader_id])["absences"]
    moments = [one["left_in_peace_at"] for one in exported]
    assert moments == [silence.left_in_peace_at.isoformat()]
    announced = services.announce_silences(as_of=END)
    silence.refresh_from_db()
    assert announced > 0
    assert silence.announced_at is None
    assert ModelLogEntry.objects.filter(action="cx_feedback.loyalty.reader.leave").count() == 2
    last = client.get(f"{ADMIN}readers/?tier=at_risk&p=9999").context["object_list"]
    assert last[-1].left_in_peace
    here = Reader.objects.exclude(silences__isnull=False).exclude(last_day=None).first()
    response = client.post(f"{ADMIN}readers/{here.pk}/leave/", follow=True)
    assert "they are not absent any more" in response.content.decode()
    assert not here.silences.exists()


def test_a_rule_is_begun_from_the_list_by_who_may(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    client = staff(*RIGHTS, "view_reader")
    assert "Start a rule for these" not in page(client, "readers/?tier=at_risk")
    client = staff("add_followuprule")
    html = page(client, "readers/?tier=at_risk")
    assert "Start a rule for these" in html
    begun = "/followuprule/add/?trigger=fell_silent&amp;hold_back=10"
    [address] = {part.split('"')[0] for part in html.split('href="') if "?trigger=" in part[:200]}
    assert "trigger=fell_silent" in address, begun
    form = client.get(address.replace("&amp;", "&")).context["form"]
    assert form["trigger"].value() == "fell_silent"
    assert form["hold_back"].value() == 10
