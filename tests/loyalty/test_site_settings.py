"""What editors decide of loyalty: the setting, its errors, and what a change does."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import override_settings
from django.urls import reverse
from wagtail.models import Site
from wagtail.users.models import UserProfile

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.scoring.tier_rules import TierBorders
from cx_feedback.loyalty.site_settings import (
    LoyaltySettings,
    ScoringConfig,
    get_defaults,
    get_loyalty_config,
)
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db
URL = "/admin/settings/cx_feedback_loyalty/loyaltysettings/"


def decide(**values):
    """Keep what an editor entered."""
    LoyaltySettings.objects.all().delete()
    LoyaltySettings.objects.create(**values)


def test_defaults_are_the_developers_until_something_is_decided():
    assert get_loyalty_config() == ScoringConfig(TierBorders.from_settings(), horizon_weeks=4)
    assert not LoyaltySettings.objects.exists(), "reading makes no row"
    given = {"LOYALTY_TIERS": {"lost": 0.2, "loyal": 0.425}, "LOYALTY_HORIZON_WEEKS": 6}
    with override_settings(CX_FEEDBACK=given):
        assert get_loyalty_config() == ScoringConfig(
            TierBorders.from_settings(lost=0.2, loyal=0.425), horizon_weeks=6
        )
        decide(lover_percent=90, lost_weeks=12, horizon_weeks=8)
        borders = TierBorders.from_settings(lost=0.2, loyal=0.425, lover=0.9, lost_weeks=12)
        assert get_loyalty_config() == ScoringConfig(borders, horizon_weeks=8)


def saved(client, **changes):
    return client.post(client.get(URL).url, {**get_defaults(), **changes}, follow=True)


def test_an_editor_decides_and_only_what_differs_is_kept(admin_client):
    html = admin_client.get(URL, follow=True).content.decode()
    assert "follow-up rules may email all of" in html
    assert 'name="lover_percent" value="80"' in html
    assert b"updated" in saved(admin_client, lover_percent=70, won_back_weeks="").content
    row = LoyaltySettings.objects.get()
    assert (row.lover_percent, row.loyal_percent, row.won_back_weeks) == (70, None, None)
    assert get_loyalty_config().borders == TierBorders.from_settings(lover=0.7)
    saved(admin_client, lover_percent="")
    assert get_loyalty_config().borders == TierBorders.from_settings()


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("loyal_percent", 90, "enter at most 80 here"),
        ("lost_percent", 80, "enter at most 75 here"),
        ("horizon_weeks", 53, "less than or equal to 52"),
        ("at_risk_percent", 0, "greater than or equal to 1"),
        ("lost_weeks", "soon", "whole number"),
    ],
)
def test_bad_borders_name_their_field_and_change_nothing(admin_client, field, given, words):
    found = saved(admin_client, **{field: given})
    form = found.context["form"]
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert f'name="{field}" value="{given}"' in found.content.decode()
    assert get_loyalty_config() == ScoringConfig(TierBorders.from_settings(), horizon_weeks=4)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "cover all visits that are known, from Oct. 12, 2025 to March 1, 2026, so nothing"),
        ("es", "todas las visitas que se conocen, del 12 de octubre de 2025 al 1 de marzo de 2026"),
    ],
)
@pytest.mark.parametrize("marks_whole_weeks", [True, False])
def test_marked_days_that_cover_everything_are_refused(
    admin_client, language, words, marks_whole_weeks
):
    UserProfile.objects.create(user=User.objects.get(), preferred_language=language)
    bring((f"s{n}", weeks_before(week)) for n in range(30) for week in range(21))
    text = "\n".join(str(weeks_before(week)) for week in range(21))
    if marks_whole_weeks:
        text = f"1999-01-01 to {weeks_before(6)}\n{weeks_before(5)} to {END}"
    assert words in saved(admin_client, uncounted_days=text).content.decode()
    assert LoyaltySettings.objects.get().uncounted_days == ""
    fewer = text.replace(f"to {END}", f"to {weeks_before(1)}").replace(f"{weeks_before(3)}\n", "")
    saved(admin_client, uncounted_days=fewer)
    assert LoyaltySettings.objects.get().uncounted_days.split() == fewer.split()


def test_a_change_moves_readers_at_the_next_run_and_back_again(magazine):
    first = services.score_readers(as_of=END)
    silent = Silence.objects.count()
    decide(lover_percent=95, at_risk_percent=80)
    tiers = dict(Reader.objects.values_list("pk", "tier"))
    second = services.score_readers(as_of=END, refit=False)
    assert second.tiers["lover"] < first.tiers["lover"]
    assert second.tiers["at_risk"] > first.tiers["at_risk"]
    assert second.newly_silent > 0
    assert Silence.objects.count() > silent
    moved = Reader.objects.filter(pk__in=tiers).values_list("pk", "tier")
    assert second.tiers_changed == sum(tiers[pk] != tier for pk, tier in moved)
    decide()
    assert services.score_readers(as_of=END, refit=False).tiers == first.tiers


def test_other_weeks_ahead_are_asked_of_at_the_next_run_and_back_again(magazine):
    first = services.score_readers(as_of=END).fit
    decide(horizon_weeks=8)
    second = services.score_readers(as_of=END, refit=False).fit
    assert (second.horizon_weeks, selectors.get_newest_fit()) == (8, second)
    assert second.expected > first.expected
    decide()
    assert services.score_readers(as_of=END, refit=False).fit == first
    assert selectors.get_newest_fit() == first


def test_one_setting_for_all_sites(admin_client, home):
    Site.objects.create(hostname="other.example", root_page=home)
    saved(admin_client, lover_percent=70)
    saved(admin_client, lover_percent=75)
    assert LoyaltySettings.objects.get().lover_percent == 75


def test_only_those_with_the_right_decide(client, django_user_model):
    user = django_user_model.objects.create_user("ed", password="ed")
    client.force_login(user)

    def give(*codenames):
        user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))

    give("access_admin", "view_loyalty")
    row = LoyaltySettings.objects.create()
    edit = reverse("wagtailsettings:edit", args=["cx_feedback_loyalty", "loyaltysettings", row.pk])
    assert client.post(edit, get_defaults()).status_code == 302
    assert client.post(edit, {**get_defaults(), "lover_percent": 70}).url == reverse(
        "wagtailadmin_home"
    )
    assert get_loyalty_config().borders == TierBorders.from_settings()
    give("change_loyaltysettings")
    client.post(edit, {**get_defaults(), "lover_percent": 70})
    assert get_loyalty_config().borders == TierBorders.from_settings(lover=0.7)
