import dataclasses
import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone, translation

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import Quality
from cx_feedback.loyalty.models import Attitude, Fit
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.reports.segment_readers import get_segment, order_by_probability
from cx_feedback.loyalty.reports.wording import (
    describe_check,
    describe_habit,
    describe_quality,
)
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.loyalty.selectors import ReaderScore
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, at_risk, bring, weeks_before
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
URL = "/admin/cx-feedback/loyalty/"
API = "/feedback/api/v1/loyalty/"


@pytest.fixture
def staff(client):
    """A client and a function that gives its user rights."""
    user = User.objects.create_user("ed", password="ed")
    client.force_login(user)

    def give(*codenames):
        user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
        return client

    return give


def test_the_overview_shows_everything_without_naming_anybody(magazine, staff):
    for weeks in (2, 1):
        services.score_readers(as_of=weeks_before(weeks), history_only=True)
    services.score_readers(as_of=END)
    reader = at_risk().first()
    Reader.objects.filter(pk=reader.pk).update(email="ana@example.org")
    client = staff("access_admin", "view_loyalty")
    html = client.get(URL).content.decode()
    for words in ("Readers by tier", "over time", "Readers at risk", "Retention"):
        assert words in html
    assert re.search(r"\(\d+%\)", html), "the share of a tier"
    assert "Can this be trusted?" in client.get(f"{URL}check/").content.decode()
    listing = f"{URL}readers/?tier=at_risk&ordering=last_day"
    listed = client.get(listing).content.decode()
    assert "Usually every" in listed
    for nameless in (html, listed):
        assert "ana@example.org" not in nameless
        assert "reader-" not in nameless
    named = staff("view_reader").get(f"{listing}&q=ana").content.decode()
    assert "ana@example.org" in named


def test_the_menu_and_the_page_need_the_right(staff):
    client = staff("access_admin")
    assert URL not in client.get("/admin/").content.decode()
    assert client.get(URL).status_code == 302
    staff("view_loyalty")
    assert URL in client.get("/admin/").content.decode()


def test_the_right_can_be_given_to_groups(admin_client):
    html = admin_client.get("/admin/groups/new/").content.decode()
    for codename in ("view_loyalty", "view_reader"):
        pk = Permission.objects.get(codename=codename).pk
        assert f'name="permissions" value="{pk}"' in html, codename


def test_an_empty_overview_says_what_to_do(admin_client):
    html = admin_client.get(URL).content.decode()
    assert "cx_import_activity" in html
    assert "Can this be trusted?" not in html


def test_changes_stand_below_the_figures_and_a_wave_is_named_once(magazine, admin_client):
    fit = services.score_readers(as_of=END).fit
    today = get_day_number(END)
    wave = {"first": today - 13, "last": today - 7, "readers": fit.readers, "usual": 9.0}
    gap = [today - 60, today - 50]
    Fit.objects.filter(pk=fit.pk).update(newcomers=[wave], gaps=[gap])
    html = admin_client.get(URL).content.decode()
    assert html.count("A wave of newcomers") == 1
    assert html.index("A wave of newcomers") < html.index("readers known")
    assert html.index("readers known") < html.index("No visits were counted from")


def test_the_cost_of_the_page_does_not_grow(magazine, admin_client, django_assert_max_num_queries):
    services.score_readers(as_of=END)
    assert at_risk().count() > 10
    admin_client.get(URL)
    with django_assert_max_num_queries(25):
        admin_client.get(URL)
    with django_assert_max_num_queries(25):
        admin_client.get(f"{URL}readers/?tier=at_risk")


@pytest.mark.slow
def test_the_history_has_one_point_a_week(magazine):
    for days in range(0, 20, 2):
        services.score_readers(as_of=END - datetime.timedelta(days=days), history_only=True)
    services.score_readers(as_of=weeks_before(30), history_only=True)
    days = selectors.get_overview().days
    assert days == [END - datetime.timedelta(days=d) for d in (14, 8, 0)]


def test_a_reader_who_came_since_has_no_old_score(magazine):
    fit = services.score_readers(as_of=END).fit
    reader = at_risk().first()
    bring([(reader.external_id, END + datetime.timedelta(days=1))])
    (row,) = selectors.get_reader_scores(Reader.objects.filter(pk=reader.pk), fit)
    assert row.p_return is None


def test_who_came_since_stands_last_though_their_figures_are_another_s(magazine):
    """In the middle of a week a second day of it changes no figure but that of the last day."""
    wednesday = END - datetime.timedelta(days=4)
    bring([("eva", weeks_before(3)), ("eva", wednesday)])
    fit = services.score_readers(as_of=wednesday).fit
    Reader.objects.filter(last_day__gt=wednesday).delete()
    bring([("eva", wednesday + datetime.timedelta(days=1))])
    for least_first in (True, False):
        listed = list(order_by_probability(get_segment(fit=fit), least_first=least_first))
        assert (listed[-1].external_id, listed[-1].p) == ("eva", None)


def test_rest_is_for_staff_and_names_nobody(magazine, staff, client):
    assert client.get(API).status_code == 403
    assert staff("view_loyalty").get(API).json() == {"scored": False}
    services.score_readers(as_of=END)
    found = client.get(API).json()
    assert sum(found["tiers"].values()) == found["readers"] == Reader.objects.count()
    assert found["as_of"] == END.isoformat()
    assert found["fit"]["quality"] == "good"
    assert found["history"][-1]["tiers"] == found["tiers"]
    assert found["check"]["model"]["auc"] > 0.5
    low, high = found["expected_returns"]["low"], found["expected_returns"]["high"]
    assert low < found["expected_returns"]["readers"] < high


def test_rest_is_in_the_schema(client):
    assert API in client.get("/feedback/api/v1/schema/").json()["paths"]


def test_a_foreign_page_may_not_read_with_the_editors_cookie(magazine, staff):
    services.score_readers(as_of=END)
    client = staff("view_loyalty")
    assert client.get(API, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403


@pytest.mark.parametrize(
    ("x", "t_x", "n", "period_days", "words"),
    [
        (0, 0, 9, 7, "Came once, absent for 9 weeks"),
        (0, 0, 0, 7, "Came once, visited recently"),
        (12, 12, 15, 7, "Usually every week, absent for 3 weeks"),
        (5, 10, 11, 7, "Usually every 2 weeks, absent for 1 week"),
        (5, 15, 15, 7, "Usually every 3 weeks, visited recently"),
        (20, 21, 24, 1, "Usually every day, absent for 3 days"),
        (4, 12, 30, 1, "Usually every 3 days, absent for 18 days"),
    ],
)
def test_habits_in_plain_words(x, t_x, n, period_days, words):
    assert (
        describe_habit(ReaderScore(Reader(last_day=END), 0.5, 0.5, x, t_x, n, period_days)) == words
    )


def test_spanish():
    row = ReaderScore(Reader(last_day=END), 0.5, 0.5, 12, 12, 15, 7)
    with translation.override("es"):
        assert describe_habit(row) == "Suele venir cada semana, sin venir desde hace 3 semanas"


def test_every_quality_has_its_words():
    assert len({describe_quality(quality) for quality in Quality}) == len(Quality)


def test_a_check_is_kept_and_told_in_words(magazine):
    fit = services.score_readers(as_of=END).fit
    fit.refresh_from_db()
    check = selectors.get_check(fit)
    assert HoldoutCheck.from_dict(check.as_dict()) == check
    assert check.until == END
    assert check.as_of == weeks_before(4)
    assert f"{round(check.model.auc * 100)} times out of 100" in " ".join(describe_check(check))
    assert "not enough history" in describe_check(None)[0]


def test_the_mix_is_named_with_its_parts(magazine):
    fit = services.score_readers(as_of=END).fit
    check = selectors.get_check(fit)
    assert 0 < check.weight < 1
    words = " ".join(describe_check(check))
    assert f"{check.weight * 100:.0f} of 100 parts are the model's" in words
    assert f"the mix is right {round(check.mix.auc * 100)} times" in words
    alone = dataclasses.replace(check, challenger=None, weight=1.0)
    assert "parts are" not in " ".join(describe_check(alone))


def test_the_overview_says_what_changed_in_four_weeks(magazine, staff):
    for weeks in (6, 4, 2):
        services.score_readers(as_of=weeks_before(weeks), history_only=True)
    client = staff("access_admin", "view_loyalty")
    services.score_readers(as_of=END)
    now, then = (Fit.objects.get(as_of=weeks_before(w)) for w in (0, 4))
    tiers, before = (dict(fit.tier_counts.values_list("tier", "readers")) for fit in (now, then))
    html = client.get(URL).content.decode()
    more = now.readers - then.readers
    assert more > 0
    assert f"{more} more than on 1 Feb" in html
    more = tiers["at_risk"] - before["at_risk"]
    assert f"{abs(more)} {'more' if more > 0 else 'fewer'} than on 1 Feb" in html


def test_the_names_lead_to_their_readers_for_those_with_the_right(magazine, staff):
    services.score_readers(as_of=END)
    link = "readers/?tier=lover"
    assert link not in staff("access_admin", "view_loyalty").get(URL).content.decode()
    assert link in staff("view_reader").get(URL).content.decode()


def test_the_overview_says_when_neither_beats_recency(magazine, staff):
    fit = services.score_readers(as_of=END).fit
    client = staff("access_admin", "view_loyalty")
    words = "The scores are no better than the date of the last visit"
    assert words not in client.get(URL).content.decode()
    found = client.get(API).json()
    assert (found["check"]["beats_recency"], found["doubts"]) == (True, [])
    check = selectors.get_check(fit)
    worse = dataclasses.replace(check, mix=check.recency)
    Fit.objects.update(check_result=worse.as_dict())
    for path in ("", "check/"):
        assert words in client.get(URL + path).content.decode(), path
    found = client.get(API).json()
    assert not found["check"]["beats_recency"]
    assert words in found["doubts"][0]


def test_the_overview_says_when_a_fit_is_flagged(staff, db):
    bring([(f"r{n}", weeks_before(n % 20)) for n in range(300)])
    assert services.score_readers(as_of=END).fit.quality == Quality.ALL_CAME_ONCE
    client = staff("access_admin", "view_loyalty")
    for path in ("", "check/"):
        html = client.get(URL + path).content.decode()
        assert "No reader has come a second time yet" in html, path
        assert "help-warning" in html, path
    assert "No reader has come a second time" in client.get(API).json()["doubts"][0]


def test_every_name_is_explained(magazine, staff):
    services.score_readers(as_of=END)
    client = staff("access_admin", "view_loyalty")
    html = squeeze(client.get(URL).content)
    for tier in Tier:
        assert re.search(f"<dt>{tier.label}</dt><dd>[^<]{{20,}}</dd>", html), tier
    Attitude.objects.create(
        reader=Reader.objects.first(), nps_class="promoter", nps_score=9, nps_at=timezone.now()
    )
    html = squeeze(client.get(f"{URL}attitudes/").content)
    for field in AttitudeGroup:
        assert re.search(f"{field.label}</h2>.*?<p>[^<]{{30,}}</p>", html, re.DOTALL), field
