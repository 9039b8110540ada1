"""The score by page, section, author and language, its change, and the reasons."""

import datetime
import random
import re
from itertools import accumulate, combinations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone
from wagtail.models import Page

from cx_feedback.core.people.page_authors import get_page_authors
from cx_feedback.nps import services
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.surveys import services as services_of_surveys
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.pages import squeeze
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(home):
    """A section of Ana with two articles, and one article of nobody beside it."""
    ana = get_user_model().objects.create_user("ana", first_name="Ana", last_name="Ruiz")
    news = home.add_child(instance=Page(title="News", slug="news", owner=ana))
    return {
        name: parent.add_child(instance=ArticlePage(title=name, slug=name, owner=owner))
        for name, parent, owner in (
            ("one", news, ana),
            ("two", news, ana),
            ("other", home, None),
            ("third", home, None),
        )
    }


@pytest.fixture
def answered(widget, pages):
    def answered_(**scores_of_page):
        for name, scores in scores_of_page.items():
            for score in scores:
                how = {"page_id": pages[name].pk, "language": "en"}
                services.submit_score(widget_id=widget.pk, score=score, **how)

    return answered_


def groups(table):
    return {g.label: (g.score.value, g.score.n) for g in table.groups}


def results_url(widget):
    return f"/admin/cx-feedback/nps/results/{widget.pk}/"


def test_by_page_section_author_and_language(widget, answered):
    answered(one=[10] * 6, two=[0] * 6, other=[8] * 7)
    for _ in range(2):  # unfolded, then folded
        tables = build_dashboard(widget=widget).tables
        assert groups(tables["page"]) == {"one": (100, 6), "two": (-100, 6), "other": (0, 7)}
        assert groups(tables["section"]) == {"News": (0, 12), "other": (0, 7)}
        assert groups(tables["author"]) == {"Ana Ruiz": (0, 12)}
        assert groups(tables["language"]) == {"English": (0, 19)}
        fold_responses()


def test_no_sum_gives_a_few_readers_away(answered, widget):
    answered(one=[8] * 3, two=[0] * 20, other=[8] * 7, third=[8] * 40)
    tables = build_dashboard(widget=widget).tables
    # With "two" shown, the section less "two" would be the three readers of "one".
    assert groups(tables["page"]) == {"third": (0, 40)}
    assert tables["page"].withheld == 3
    assert groups(tables["section"])["News"][1] == 23


def test_no_table_tells_where_the_readers_of_a_rare_class_are(admin_client, widget, answered):
    answered(one=[10] * 9, two=[10] * 8 + [0] * 4, other=[10] * 20)
    url = f"/feedback/api/v1/nps/{widget.pk}/results/"
    for _ in range(2):  # unfolded, then folded
        found = build_dashboard(widget=widget)
        # Of everybody each class is a count of one question; of a page it is a group of 4.
        assert found.classes == {"promoter": 37, "passive": 0, "detractor": 4}
        assert {name: (t.groups, t.withheld) for name, t in found.tables.items()} == {
            "page": ((), 3), "section": ((), 2), "author": ((), 1), "language": ((), 1)
        }  # fmt: skip
        rest = admin_client.get(url).json()["tables"]["page"]
        assert rest == {"groups": [], "withheld": 3}
        fold_responses()
    html = squeeze(
        admin_client.get(f"/admin/cx-feedback/nps/results/{widget.pk}/").content.decode()
    )
    note = re.search(r"<strong>By page</strong>: +([^<]+)</p>", html)[1]
    assert note == "3 are not shown because their readers could be identified."
    answered(other=[0])
    assert "two" in groups(build_dashboard(widget=widget).tables["page"])


def test_all_less_a_language_gives_nobody_away(answered, widget):
    answered(one=[10] * 6, two=[0] * 6, other=[8] * 7)
    services.submit_score(widget_id=widget.pk, score=9)
    tables = build_dashboard(widget=widget).tables
    assert not groups(tables["language"])
    assert set(groups(tables["page"])) == {"two"}


def test_weeks_less_months_give_nobody_away(widget, scores):
    now, chance = timezone.now(), random.Random(5)
    for back in range(100):
        scores(*[10] * chance.choice([0, 1, 1, 2, 6]), at=now - datetime.timedelta(days=back))
    days = [0]
    for span in ("week", "month"):
        trend = build_dashboard(widget=widget, span=span).trend
        sums = list(accumulate(point.score.n for point in trend))
        assert sums[-1] == build_dashboard(widget=widget).n
        days += sums
    assert len(trend) > 3
    assert all(abs(a - b) not in range(1, 5) for a, b in combinations(days, 2))


@pytest.mark.parametrize(("how", "name"), [("owner", "Ana Ruiz"), ("title", "one")])
def test_the_author_is_who_the_site_says(settings, pages, how, name):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "PAGE_AUTHOR": how}
    found = get_page_authors(Page.objects.filter(pk=pages["one"].pk))
    assert found == {pages["one"].pk: name}


def test_the_author_by_a_function(settings, pages):
    path = f"{__name__}.author_of"
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "PAGE_AUTHOR": path}
    found = get_page_authors(Page.objects.filter(pk__in=[p.pk for p in pages.values()]))
    assert found == {pages["one"].pk: "A ONE"}


def author_of(page):
    return f"A {page.specific.title.upper()}" if page.specific.title == "one" else None


@pytest.mark.parametrize(
    ("before", "after", "verdict", "words"),
    [
        ([0] * 30 + [10] * 10, [10] * 40, "higher", "Up by 150"),
        ([10] * 40, [0] * 40, "lower", "Down by 200"),
        ([10, 0] * 10, [10, 0, 8] * 8, "unclear", "No clear change"),
        ([10] * 3, [0] * 40, "too_few", "Too few answers"),
    ],
)
def test_the_verdict_on_change(admin_client, widget, scores, before, after, verdict, words):
    now = timezone.now()
    scores(*before, at=now - datetime.timedelta(days=40))
    scores(*after, at=now - datetime.timedelta(days=3))
    assert build_dashboard(widget=widget).change.verdict == verdict
    page = admin_client.get(f"/admin/cx-feedback/nps/results/{widget.pk}/").content.decode()
    assert words in page
    rest = admin_client.get(f"/feedback/api/v1/nps/{widget.pk}/results/").json()
    assert rest["change"]["verdict"] == verdict
    assert (rest["change"]["value"] is None) is (verdict == "too_few")


def test_reasons_by_class_and_words(widget, admin_client):
    for score, reason in ((10, "Clear words"), (8, "Fine"), (2, "Slow words"), (0, "Late")):
        services.submit_score(widget_id=widget.pk, score=score, reason=reason)
    services.submit_score(widget_id=widget.pk, score=5, reason="Write me", email="eva@example.org")
    url = f"/admin/cx-feedback/nps/results/{widget.pk}/"

    def shown(**query):
        page = admin_client.get(url, query).content.decode()
        every = ("Clear words", "Fine", "Slow words", "Late", "Write me")
        return [words for words in every if f"<p>{words}</p>" in page]

    assert len(shown()) == 5
    assert shown(**{"class": "detractor"}) == ["Slow words", "Late", "Write me"]
    assert shown(words="WORDS") == ["Clear words", "Slow words"]
    assert shown(**{"class": "promoter", "words": "slow"}) == []
    assert shown(**{"class": "nonsense"}) == shown()
    assert "mailto:eva@example.org" in admin_client.get(url).content.decode()


def test_who_may_not_see_texts_sees_no_reason_and_no_address(widget, client):
    user = get_user_model().objects.create_user("eva", is_staff=True)
    for name in ("view_results", "access_admin"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(user)
    for _ in range(6):
        services.submit_score(
            widget_id=widget.pk, score=5, reason="My words", email="a@example.org"
        )
    page = client.get(f"/admin/cx-feedback/nps/results/{widget.pk}/").content.decode()
    assert "Net Promoter Score" in page
    assert "My words" not in page
    assert "example.org" not in page
    rest = client.get(f"/feedback/api/v1/nps/{widget.pk}/results/").content.decode()
    assert "My words" not in rest
    assert "example.org" not in rest


def test_the_dashboard_costs_few_queries(widget, answered, django_assert_max_num_queries):
    answered(one=[10] * 6, two=[0] * 6, other=[8] * 7)
    fold_responses()
    with django_assert_max_num_queries(10):
        build_dashboard(widget=widget)


def test_completion_and_median_time_are_known_as_with_any_survey(widget, scores, client):
    for _ in range(10):
        services_of_surveys.record_start(survey_id=widget.pk, kind="nps")
    scores(9, 3, 7, 10, 8, 8, seconds=12)
    pace = build_dashboard(widget=widget).pace
    assert (pace.started, pace.median_seconds) == (10, 12)
    assert pace.completion.value == pytest.approx(60)


def test_the_bands_of_the_field_are_a_picture_and_a_table(widget, scores, admin_client):
    scores(*[10] * 30, *[0] * 10)
    page = squeeze(
        admin_client.get(f"/admin/cx-feedback/nps/results/{widget.pk}/").content.decode()
    )
    figure = page.split("Where this score stands", 1)[1].split("</figure>")[0]
    assert 'x="470"' in figure  # 50, three units a point, 20 beside
    assert 'cx="470"' in figure  # this score: 75 - 25 = 50
    assert "2006" in figure
    assert re.search(r"<th scope=\"row\">this score</th><td>50 \(", page)
