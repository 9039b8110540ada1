"""``docs/extending/adding-a-trigger.md``: its trigger writes once, to those who agreed."""

import datetime
import types

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, rich_text

from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, NewsletterSettings
from cx_feedback.newsletter.models.rules import get_trigger_choices
from cx_feedback.newsletter.rules import dry_run
from cx_feedback.newsletter.rules.site_triggers import PastEvent, SiteTrigger
from tests.extending.guides import install, load_example
from tests.newsletter.conftest import (  # noqa: F401
    mailing_list,
    rule,
    run_twice,
    subscribe,
)
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
GUIDE = "adding-a-trigger.md"
NAME = "magazine_order_paid"
LIST = "/admin/cx-feedback/follow-up-rules/"


@pytest.fixture
def orders(settings, monkeypatch):
    """The modules of the guide, installed as its settings say."""
    own = load_example(GUIDE, "mysite/settings/base.py").CX_FEEDBACK
    install(monkeypatch, load_example(GUIDE, "magazine/triggers.py"))
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **own}
    return load_example(GUIDE, "magazine/orders.py")


def make_order(number=7, email="Ana@example.org", page_id=None):
    return types.SimpleNamespace(pk=number, email=email, page_id=page_id, save=lambda: None)


def test_the_trigger_of_the_guide_writes_once(orders, rule, subscribe):  # noqa: F811
    rule(NAME, repeat="each", subject="Thank you for your order")
    subscribe()
    for order in (make_order(), make_order(), make_order(email="nobody@example.org")):
        orders.mark_as_paid(order)
    assert [m.subject for m in run_twice()] == ["Thank you for your order"]
    orders.mark_as_paid(make_order(number=8))
    assert len(run_twice()) == 1
    assert set(FollowUp.objects.values_list("trigger_key", flat=True)) == {
        f"{NAME}:7",
        f"{NAME}:8",
    }


def test_only_the_first_time(orders, rule, subscribe):  # noqa: F811
    rule(NAME)
    subscribe()
    for number in range(3):
        orders.mark_as_paid(make_order(number))
    assert len(run_twice()) == 1


def test_conditions_consent_and_quiet_hours_hold(orders, rule, subscribe, article, home):  # noqa: F811
    rule(NAME, section=article, subject="Here")
    rule(
        NAME,
        section=home.add_child(instance=ArticlePage(title="Another", slug="another")),
        subject="Elsewhere",
    )
    row = subscribe()
    other = subscribe("left@example.org")
    services.unsubscribe(subscription_id=other.pk)
    orders.mark_as_paid(make_order(page_id=article.pk))
    orders.mark_as_paid(make_order(8, email="left@example.org", page_id=article.pk))
    decided = NewsletterSettings.for_site(home.get_site())
    now = timezone.localtime()
    decided.quiet_from, decided.quiet_until = (
        (now + datetime.timedelta(hours=hours)).time() for hours in (-1, 1)
    )
    decided.save()
    assert run_twice() == []
    assert FollowUp.objects.get(state="waiting").reason == "Quiet hours."
    decided.quiet_from = decided.quiet_until = None
    decided.save()
    later = timezone.now() + datetime.timedelta(hours=2)
    assert services.dispatch_follow_ups(now=later).posted == 1
    posted = FollowUp.objects.get(state="posted")
    assert (posted.rule.subject, posted.reader_id) == ("Here", row.reader_id)


def test_what_cannot_be_a_trigger_or_a_key_is_refused(orders):
    for wrong in ({"trigger": "answered"}, {"trigger": "gone"}, {"key": ""}, {"key": "x" * 60}):
        with pytest.raises(ValueError, match=r"trigger|characters"):
            services.trigger_follow_ups(**{"trigger": NAME, "reader_id": 1, "key": "1", **wrong})


def test_the_longest_name_and_key_fit():
    field = FollowUp._meta.get_field("trigger_key")
    assert field.max_length == FollowUpRule._meta.get_field("trigger").max_length + 1 + 59


def test_it_is_offered_to_editors(orders, admin_client):
    page = admin_client.get(f"{LIST}add/?trigger={NAME}").content.decode()
    assert f'<option value="{NAME}" selected>paid an order</option>' in page
    assert "paid an order" in admin_client.get(LIST).content.decode()


def test_a_rule_outlives_its_trigger(
    orders, rule, subscribe, admin_client, settings  # noqa: F811
):  # fmt: skip
    made = rule(NAME, name="After an order")
    subscribe()
    orders.mark_as_paid(make_order())
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "NEWSLETTER_TRIGGERS": []}
    words = "did something that this site no longer reports (magazine_order_paid)"
    edit = f"{LIST}edit/{made.pk}/"
    assert words in admin_client.get(LIST).content.decode()
    assert f"selected>{words}</option>" in admin_client.get(edit).content.decode()
    assert admin_client.get(f"{LIST}dry-run/?rule={made.pk}").status_code == 200
    saved = admin_client.post(edit, _build_form(made, trigger=NAME, name="Renamed"))
    assert saved.status_code == 302, saved.context["form"].errors
    made.refresh_from_db()
    assert (made.name, made.trigger, made.active) == ("Renamed", NAME, False)
    refused = admin_client.post(edit, _build_form(made, trigger="another_gone"))
    assert "is not one of the available choices." in refused.content.decode()


def test_what_waits_is_still_sent(orders, rule, subscribe, settings):  # noqa: F811
    rule(NAME)
    subscribe()
    orders.mark_as_paid(make_order())
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "NEWSLETTER_TRIGGERS": []}
    assert len(run_twice()) == 1


def test_no_new_rule_has_a_trigger_that_is_gone(mailing_list):  # noqa: F811
    new = FollowUpRule(
        name="x", trigger="gone", mailing_list=mailing_list, subject="x", body="<p>x</p>"
    )
    with pytest.raises(ValidationError) as refused:
        new.full_clean()
    assert list(refused.value.message_dict) == ["trigger"]


def _build_form(made, **changes):
    return nested_form_data(
        {
            "name": made.name,
            "repeat": made.repeat,
            "mailing_list": made.mailing_list_id,
            "wait": 0,
            "wait_unit": "hours",
            "hold_back": 0,
            "subject": made.subject,
            "body": rich_text(made.body),
            "steps": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
            **changes,
        }
    )


def test_the_method_of_the_guide_says_what_happened(monkeypatch):
    order = types.SimpleNamespace(reader_id=3, paid_at=timezone.now(), page_id=5)
    models = types.ModuleType("magazine.models")
    models.Order = types.SimpleNamespace(
        objects=types.SimpleNamespace(filter=lambda paid_at__gte: [order] * 4)
    )
    install(monkeypatch, models)
    extended = load_example(GUIDE, "magazine/triggers.py, with one more method").OrderPaid
    found = list(extended().find_past_events(since=order.paid_at, most=2))
    assert found == [PastEvent(3, order.paid_at, 5)] * 2
    assert (extended.name, str(extended.label)) == (NAME, "paid an order")


class Finished(SiteTrigger):
    name = "course_finished"
    label = "finished a course"
    found: list[PastEvent] = []

    def find_past_events(self, *, since, most):
        return self.found


class Same(Finished):
    pass


class Taken(Finished):
    name = "answered"


class BadName(Finished):
    name = "Course finished"


class NoLabel(SiteTrigger):
    name = "no_label"


def test_the_dry_run_asks_what_happened(
    settings, rule, subscribe, orders, admin_client  # noqa: F811
):  # fmt: skip
    paths = [*settings.CX_FEEDBACK["NEWSLETTER_TRIGGERS"], f"{__name__}.Finished"]
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "NEWSLETTER_TRIGGERS": paths}
    row, yesterday = subscribe(), timezone.now() - datetime.timedelta(days=1)
    Finished.found = [PastEvent(row.reader_id, yesterday)] * 2
    plan = dry_run.simulate_rule(rule(Finished.name, active=False))
    assert (len(plan.planned), plan.planned[0].is_sent, plan.past_is_known) == (1, True, True)
    silent = rule(NAME, active=False)
    assert not dry_run.simulate_rule(silent).past_is_known
    page = admin_client.get(f"{LIST}dry-run/?rule={silent.pk}").content.decode()
    assert "known when this happened" in page


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["tests.nowhere.Trigger"], "No module named"),
        (["nodots"], "doesn't look like a module path"),
        (["datetime.date"], "it is no SiteTrigger"),
        ([f"{__name__}.NoLabel"], "it has no name or no label"),
        ([f"{__name__}.BadName"], "small letters, digits and _"),
        ([f"{__name__}.Taken"], "that of a built-in trigger"),
        ([f"{__name__}.Finished", f"{__name__}.Same"], "that of another trigger of this setting"),
        ([f"{__name__}.Finished"] * 2, "it is named twice"),
    ],
)
def test_the_check_says_what_is_wrong(settings, paths, words):
    settings.CX_FEEDBACK = {"NEWSLETTER_TRIGGERS": paths}
    found = run_checks(tags=["cx_feedback"])
    assert {error.id for error in found} == {"cx_feedback.E051"}
    assert words in found[0].msg
    assert "adding-a-trigger.md" in found[0].hint
    assert dict(get_trigger_choices())  # forms and checks of models go on


def test_a_good_one_passes_the_check(settings):
    settings.CX_FEEDBACK = {"NEWSLETTER_TRIGGERS": [f"{__name__}.Finished"]}
    assert run_checks(tags=["cx_feedback"]) == []
