"""The editor's screens and REST: what they show to whom, and who is remembered to have looked."""

import csv
import datetime
import io
import re

import pytest
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.reports.reader_timeline import fold_visits, get_timeline
from cx_feedback.loyalty.reports.report_models import Attitude, Effect, Experiment
from cx_feedback.loyalty.reports.segment_readers import get_segment
from cx_feedback.mail import services as post_office
from cx_feedback.newsletter.models import FollowUpRule, MailingList
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Consent, Reader, VisitDay
from tests.conftest import consenting
from tests.loyalty.conftest import END, at_risk, bring, weeks_before
from tests.loyalty.test_overview import staff  # noqa: F401
from tests.loyalty.test_returns import noon
from tests.pages import make_survey, squeeze

pytestmark = pytest.mark.django_db
ADMIN = "/admin/cx-feedback/loyalty/"
API = "/feedback/api/v1/loyalty/"
RIGHTS = ("access_admin", "view_loyalty")


def page(client, path=""):
    response = client.get(ADMIN + path)
    assert response.status_code == 200, path
    return squeeze(response.content)


def effect(kind, cause_id, readers=100, difference=0.1, low=0.02, high=0.18, verdict="chance"):
    span = {"since": weeks_before(30), "until": weeks_before(4), "as_of": END, "horizon_weeks": 4}
    figures = {"expected": 0.4, "difference": difference, "low": low, "high": high}
    figures |= {"before": 0.012, "p_value": 0.01, "returned": readers // 2}
    return Effect.objects.create(
        kind=kind, cause_id=cause_id, readers=readers, similar=200, left_out=7, verdict=verdict,
        **({} if verdict == "unknown" else figures), **span,
    )  # fmt: skip


def test_what_brings_readers_back_names_its_causes(staff, article):  # noqa: F811
    survey = make_survey()
    effect("article", article.pk, verdict="more")
    effect("article", 99_999, difference=-0.08, low=-0.15, high=-0.01, verdict="fewer")
    effect("article", 99_998, readers=29, verdict="unknown")
    effect("article", 99_997, difference=0.01, low=0.001, verdict="before")
    effect("survey", survey.pk, difference=0.01, low=-0.07, high=0.09)
    client = staff(*RIGHTS)
    html = page(client, "returns/")
    for words in (
        "An article", "No longer there (99999)", "+10.0", "+2.0 … +18.0",
        "more than similar readers", "fewer than similar readers", "One more is not shown",
        "so it was before", "Goes together with, not proven to cause", "Adjusted for:", "+1.2",
        "More came back than of similar readers after: “An article”.",
        "Fewer came back than of similar readers after: “No longer there (99999)”.",
    ):  # fmt: skip
        assert words in html, words
    assert "99998" not in html
    html = page(client, "returns/?kind=survey&ordering=-readers")
    assert survey.title in html
    assert "may be chance" in html
    assert "There is only one" in html
    assert "Nothing to show yet" in page(client, "returns/?kind=rule&ordering=nonsense&p=x")
    found = client.get(f"{API}causes/").json()
    assert [c["id"] for c in found["causes"]] == [article.pk, 99_997, 99_999]
    assert found["causes"][0]["finding"] == "more"
    assert not found["causes"][1]["difference"]["says_something"]  # though its interval excludes 0
    assert found["causes"][0]["title"] == "An article"
    assert found["causes"][0]["difference"]["says_something"]
    assert found["causes"][2]["title"] is None
    assert (found["hidden"], found["horizon_weeks"]) == (1, 4)
    assert client.get(f"{API}causes/?kind=nothing").json()["errors"].keys() == {"kind"}


def test_experiments_say_whether_they_say_anything(staff):  # noqa: F811
    rule = FollowUpRule.objects.create(
        name="Miss you", trigger="fell_silent", subject="x", body="x",
        mailing_list=MailingList.objects.create(name="Letter"),
    )  # fmt: skip
    kept = {"percent": 20, "since": weeks_before(52), "as_of": END, "horizon_weeks": 4}
    client = staff(*RIGHTS)
    assert "No rule has a control group yet" in page(client, "experiments/")
    row = Experiment.objects.create(
        rule_id=rule.pk, written=400, written_returned=220, held=400, held_returned=160, **kept
    )
    html = page(client, "experiments/")
    assert "Miss you" in html
    assert "15.0 percentage points more" in html
    found = client.get(f"{API}experiments/").json()["experiments"][0]
    assert (found["title"], found["written_share"]) == ("Miss you", 0.55)
    assert found["difference"]["says_something"]
    Experiment.objects.filter(pk=row.pk).update(held=20, held_returned=1)
    assert "No result yet" in page(client, "experiments/")
    assert client.get(f"{API}experiments/").json()["experiments"][0]["difference"] is None
    Experiment.objects.filter(pk=row.pk).update(held=100, held_returned=52)
    assert "may well be chance" in page(client, "experiments/")


@pytest.fixture
def said(db):
    """Six true ones, three latent, one too new."""
    for tier, n in (("loyal", 6), ("lost", 3), ("new", 1)):
        for k in range(n):
            reader = Reader.objects.create(
                tier=tier, email=f"{tier}{k}@example.org", first_period=2900, last_period=2900,
                active_periods=1, last_day=END,
            )  # fmt: skip
            Attitude.objects.create(
                reader=reader, nps_class="promoter", nps_score=9, nps_at=noon(END)
            )


def test_the_two_by_two_hides_few_from_those_who_may_not_know_them(said, staff):  # noqa: F811
    client = staff(*RIGHTS)
    html = page(client, "attitudes/")
    assert "fewer than 5" in html
    assert "field=" not in html
    found = client.get(f"{API}attitudes/").json()
    counts = {one["field"]: one["readers"] for one in found["by_field"]}
    assert counts == {"true": 6, "latent": None, "spurious": 0, "none": 0}
    assert (found["total"], found["too_new"]) == (None, None)
    client = staff("view_reader")
    html = page(client, "attitudes/")
    assert "fewer than 5" not in html
    assert "field=latent" in html
    listed = page(client, "readers/?field=latent")
    assert all(f"lost{k}@example.org" in listed for k in range(3))
    assert "loyal0@example.org" not in listed
    found = client.get(f"{API}attitudes/").json()
    assert (found["total"], found["too_new"]) == (9, 1)


def test_the_list_can_be_sorted_searched_and_paged(magazine, staff):  # noqa: F811
    fit = services.score_readers(as_of=END).fit
    client = staff(*RIGHTS, "view_reader")
    truth = selectors.get_reader_scores(at_risk(), fit)
    assert len(truth) > 25
    truth.sort(key=lambda s: (s.p_return, -s.reader.active_periods, s.reader.pk))
    response = client.get(f"{ADMIN}readers/?tier=at_risk&ordering=p&p=2")
    shown = [row.pk for row in response.context["object_list"]]
    assert shown == [s.reader.pk for s in truth[25:50]]
    everybody = client.get(f"{ADMIN}readers/").context
    assert everybody["paginator"].count == Reader.objects.count()
    one = truth[0].reader
    html = page(client, f"readers/results/?q={one.external_id}")
    assert one.external_id in html
    assert client.get(f"{ADMIN}readers/?tier=at_risk&ordering=email").status_code == 200


def exported(response):
    return list(
        csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    )


def test_a_segment_is_exported_with_figures_and_remembered(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    reader = at_risk().first()
    Reader.objects.filter(pk=reader.pk).update(external_id="=1+1", email="ana@example.org")
    client = staff(*RIGHTS)
    rows = exported(client.get(f"{ADMIN}readers/?export=csv&tier=lover"))
    assert len(rows) == at_risk().count()  # those at risk, whatever was asked
    assert not {"reader", "email", "external_id"} & set(rows[0])
    client = staff("view_reader")
    response = client.get(f"{ADMIN}readers/?export=csv&tier=at_risk")
    [row] = [row for row in exported(response) if row["email"]]
    assert (row["email"], row["external_id"]) == ("ana@example.org", "'=1+1")
    assert int(row["score"]) == round(100 * float(row["p_return"]))
    assert row["reason"].startswith("Usually")
    response = client.get(f"{ADMIN}readers/?export=xlsx&tier=lover")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sheet.max_row == 1 + get_segment(tier="lover").count()
    logs = ModelLogEntry.objects.filter(action="cx_feedback.loyalty.readers.export").order_by(
        "timestamp"
    )
    assert [log.data["named"] for log in logs] == [False, True, True]
    assert {log.user.username for log in logs} == {"ed"}


def test_names_taken_along_are_remembered_before_the_first_scores_and_by_rest_too(staff):  # noqa: F811
    bring([("ana", END)])
    client = staff(*RIGHTS, "view_reader")
    assert len(exported(client.get(f"{ADMIN}readers/?export=csv"))) == 1
    assert len(client.get(f"{API}readers/?limit=5").json()["readers"]) == 1
    by_hand, by_program = ModelLogEntry.objects.filter(action="cx_feedback.loyalty.readers.export")
    assert {one.user.username for one in (by_hand, by_program)} == {"ed"}
    assert {(one.data["rows"], one.data["named"]) for one in (by_hand, by_program)} == {(1, True)}


def test_an_export_costs_the_same_for_many(magazine, staff, django_assert_max_num_queries):  # noqa: F811
    services.score_readers(as_of=END)
    client = staff(*RIGHTS, "view_reader")
    with django_assert_max_num_queries(25):
        assert len(exported(client.get(f"{ADMIN}readers/?export=csv"))) == 600


@pytest.fixture
def person(article):
    """A reader who did one thing of each kind."""
    reader = consenting(day=weeks_before(9))
    readers.confirm_email(reader=reader, email="ana@example.org")
    survey = make_survey()
    readers.give_consent(reader=reader, purpose=Consent.VISITS, wording="I agree to be counted")
    acts = {
        "nps": {"survey": survey.pk, "score": 9, "class": "promoter"},
        "response": {
            "survey": survey.pk,
            "emotion": "3f2a",
            "emotion_words": "Happy",
            "emotional_value": 1,
            "csat": 4,
        },
        "comment": {"comment": 1},
        "postcard": {},
    }
    for n, (kind, detail) in enumerate(acts.items()):
        at = noon(weeks_before(8 - n))
        readers.record_act(reader=reader, kind=kind, detail=detail, page_id=article.pk, at=at)
    letter = post_office.create_message(subject="Dear {name}", text="Hello")
    recipient = post_office.Recipient(
        key="1", address="ana@example.org", reader_id=reader.pk, variables={"name": "Ana"}
    )
    post_office.queue_delivery(message=letter, mailing="test:1", recipient=recipient)
    return reader


def test_one_reader_s_time_line_tells_of_all_rooms(person, staff):  # noqa: F811
    client = staff(*RIGHTS)
    assert client.get(f"{ADMIN}readers/{person.pk}/").status_code == 302
    assert client.get(f"{API}readers/{person.pk}/").status_code == 403
    assert not ModelLogEntry.objects.filter(action="cx_feedback.loyalty.reader.view").exists()
    client = staff("view_reader")
    html = page(client, f"readers/{person.pk}/")
    for words in (
        "Was here", "Answered a survey", "9 of 10 (Promoter)", "emotion: Happy (+1)",
        "on “An article”", "5</strong> days with a visit", "in 5 different weeks",
        "Wrote a comment", "Email: Dear Ana", "Agreed to visits being counted", "postcard",
        "I agree to be counted", "Nobody else so far",
    ):  # fmt: skip
        assert words in html, words
    again = page(client, f"readers/{person.pk}/")
    assert "Nobody else so far" not in again
    [first, second] = ModelLogEntry.objects.filter(action="cx_feedback.loyalty.reader.view")
    assert first.user.username == second.user.username == "ed"
    # The log outlives the person: it must not keep their address.
    assert first.label == f"Reader {person.pk}"
    assert client.get(f"{ADMIN}readers/999999/", follow=True).status_code == 404
    assert re.search("<h1[^>]*>.*?ana@example.org.*?</h1>", html, re.DOTALL), "who it is"
    assert page(client, f"readers/{person.pk}/?before=nonsense")


def test_the_time_line_tells_of_a_withdrawn_consent_and_of_silences(person, staff):  # noqa: F811
    readers.withdraw_consent(reader=person, purpose=Consent.VISITS)
    Silence.objects.create(
        reader=person, last_day=weeks_before(5), fell_silent_on=weeks_before(2), probability=0.1,
        won_back_on=END,
    )  # fmt: skip
    html = page(staff(*RIGHTS, "view_reader"), f"readers/{person.pk}/")
    for words in ("Withdrew the consent to visits being counted", "Stopped visiting", "Came back"):
        assert words in html, words


def test_days_of_mere_visits_are_told_together(person, staff):  # noqa: F811
    days = [datetime.date(2026, 2, day) for day in (24, 25, 26)] + [datetime.date(2026, 3, 2)]
    VisitDay.objects.bulk_create(VisitDay(reader=person, day=day) for day in days)  # of a log
    html = page(staff(*RIGHTS, "view_reader"), f"readers/{person.pk}/")
    assert "Was here on 3 days" in html
    assert "<p>24, 25, 26</p>" in html
    entries = get_timeline(person).entries
    told = fold_visits(entries)
    assert len(told) == len(entries) - 2
    assert fold_visits(told) == told


@pytest.mark.slow
def test_a_long_history_is_paged(person, staff, django_assert_max_num_queries):  # noqa: F811
    for day in range(150):
        readers.count_day(reader=person, day=END - datetime.timedelta(days=day))
    client = staff(*RIGHTS, "view_reader")
    seen, before, pages = [], "", 0
    while before is not None:
        with django_assert_max_num_queries(30):
            found = client.get(f"{API}readers/{person.pk}/", {"before": before} if before else {})
        assert found.status_code == 200, found.json()
        seen += [(e["at"], e["title"]) for e in found.json()["timeline"]]
        before, pages = found.json()["older"], pages + 1
    assert pages == 2
    assert len(seen) == len(set(seen))
    assert sum(title == "Was here" for _at, title in seen) == person.visit_days.count()
    assert [at for at, _ in seen] == sorted((at for at, _ in seen), reverse=True)


def test_rest_pages_readers_by_id(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    client = staff(*RIGHTS)
    assert client.get(f"{API}readers/").status_code == 403
    staff("view_reader")
    seen, after = [], 0
    while after is not None:
        found = client.get(f"{API}readers/", {"limit": 250, "after": after}).json()
        seen += [reader["id"] for reader in found["readers"]]
        after = found["next"]
    assert seen == list(Reader.objects.order_by("pk").values_list("pk", flat=True))
    risk = client.get(f"{API}readers/?tier=at_risk&limit=500").json()["readers"]
    assert len(risk) == at_risk().count()
    assert {reader["tier"] for reader in risk} == {"at_risk"}
    assert client.get(f"{API}readers/?tier=x&limit=0").json()["errors"].keys() == {"tier", "limit"}
    tiers = client.get(f"{API}tiers/").json()
    assert tiers[-1]["as_of"] == END.isoformat()


def test_every_endpoint_and_screen_needs_the_right(staff):  # noqa: F811
    client = staff("access_admin", "view_reader")
    for path in (
        "",
        "tiers/",
        "returns/",
        "cohorts/",
        "attitudes/",
        "causes/",
        "experiments/",
        "readers/",
        "readers/1/",
    ):
        assert client.get(API + path).status_code == 403, path
    for path in ("", "returns/", "experiments/", "readers/", "attitudes/", "check/", "readers/1/"):
        assert client.get(ADMIN + path).status_code == 302, path
