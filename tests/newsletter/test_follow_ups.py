"""Rules: who gets what, when, and exactly once whatever runs twice."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.newsletter import services, tasks
from cx_feedback.newsletter.models import FollowUp, FollowUpRule, MailingList, Subscription
from cx_feedback.newsletter.rules import active_rules, dry_run
from cx_feedback.newsletter.rules.follow_up_eligibility import EligibilityStatus
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from tests.newsletter.conftest import fall_silent, run_twice, send

pytestmark = pytest.mark.django_db
Trigger = FollowUpRule.Trigger


def win_back(reader, silence=1):
    signals.reader_won_back.send(Reader, reader_id=reader.pk, silence_id=silence, days=60)


ACTS = {
    Trigger.ANSWERED: ("response", {"survey": 1}),
    Trigger.PROMOTER: ("nps", {"class": "promoter"}),
    Trigger.PASSIVE: ("nps", {"class": "passive"}),
    Trigger.DETRACTOR: ("nps", {"class": "detractor"}),
    Trigger.COMMENT_APPROVED: ("comment_approved", {"comment": 1}),
}


@pytest.mark.parametrize("when", ACTS)
def test_an_act_is_followed_up_once(rule, subscribe, when):
    rule(when)
    row = subscribe()
    for kind, detail in ACTS.values():
        readers.record_act(reader=row.reader, kind=kind, detail=detail)
    (message,) = run_twice()
    assert message.to == ["ana@example.org"]
    assert message.subject == "Hello reader"


def test_subscribing_is_followed_up_for_its_own_list(rule, subscribe):
    rule(Trigger.SUBSCRIBED)
    subscribe(to=MailingList.objects.create(name="Another"))
    assert run_twice() == []
    subscribe()
    assert len(run_twice()) == 1


def test_silence_and_return(rule, subscribe):
    rule(Trigger.SILENT, repeat="each", subject="We miss you")
    rule(Trigger.WON_BACK, subject="Welcome back")
    row = subscribe()
    fall_silent(row.reader)
    fall_silent(row.reader)
    assert [m.subject for m in run_twice()] == ["We miss you"]
    win_back(row.reader)
    assert [m.subject for m in run_twice()] == ["Welcome back"]
    fall_silent(row.reader, silence=2)
    win_back(row.reader, silence=2)
    assert [m.subject for m in run_twice()] == ["We miss you"]


def test_once_and_each_time(rule, subscribe):
    rule(subject="First")
    rule(subject="Each", repeat="each")
    row = subscribe()
    for _ in range(3):
        readers.record_act(reader=row.reader, kind="response")
    assert sorted(m.subject for m in run_twice()) == ["Each", "Each", "Each", "First"]


def test_only_confirmed_subscribers_of_the_list_and_language(rule, subscribe, mailing_list):
    rule(language="es")
    who = {
        "es": subscribe("es@example.org", language="es"),
        "mx": subscribe("mx@example.org", language="es-mx"),
        "en": subscribe("en@example.org", language="en"),
        "other": subscribe(
            "other@example.org", language="es", to=MailingList.objects.create(name="Another")
        ),
        "left": subscribe("left@example.org", language="es"),
    }
    services.unsubscribe(subscription_id=who["left"].pk)
    for row in who.values():
        readers.record_act(reader=row.reader, kind="response")
    readers.record_act(reader=readers.create_reader(), kind="response")
    Subscription.objects.create(mailing_list=mailing_list, email="pending@example.org")
    assert sorted(m.to[0] for m in run_twice()) == ["es@example.org", "mx@example.org"]
    reasons = FollowUp.objects.filter(state="skipped").values_list("reason", flat=True)
    assert sorted(reasons) == (
        ["No confirmed subscription."] * 3 + ["The subscriber's language is different."]
    )


def test_the_wait_is_a_row(rule, subscribe):
    rule(wait=2, wait_unit="days")
    row = subscribe()
    readers.record_act(reader=row.reader, kind="response")
    assert run_twice() == []
    later = timezone.now() + datetime.timedelta(days=2, minutes=1)
    assert services.dispatch_follow_ups(now=later - datetime.timedelta(minutes=2)).posted == 0
    assert services.dispatch_follow_ups(now=later).posted == 1
    assert services.dispatch_follow_ups(now=later).posted == 0
    assert len(send()) == 1


def test_who_unsubscribes_while_it_waits_gets_nothing(rule, subscribe):
    rule()
    first, second = subscribe("a@example.org"), subscribe("b@example.org")
    for row in (first, second):
        readers.record_act(reader=row.reader, kind="response")
    services.dispatch_follow_ups()
    services.unsubscribe(subscription_id=first.pk)
    assert Delivery.objects.get(address="a@example.org").state == "cancelled"
    # Even where the cancelling was missed, the last look before sending finds it.
    Subscription.objects.filter(pk=second.pk).update(state="unsubscribed")
    assert run_twice() == []
    assert {d.error for d in Delivery.objects.all()} == {"Unsubscribed"}


def test_a_rule_switched_off_sends_nothing(rule, subscribe):
    made = rule()
    row = subscribe()
    readers.record_act(reader=row.reader, kind="response")
    made.active = False
    made.save()
    readers.record_act(reader=row.reader, kind="response")
    assert run_twice() == []
    assert FollowUp.objects.get().reason == "The rule was turned off."


def test_nothing_from_before_the_rule_was_switched_on(rule, subscribe):
    row = subscribe()
    readers.record_act(reader=row.reader, kind="response")
    made = rule()
    readers.record_act(
        reader=row.reader, kind="response", at=timezone.now() - datetime.timedelta(days=30)
    )
    assert run_twice() == []
    made.active = False
    made.save()
    readers.record_act(reader=row.reader, kind="response")
    made.active = True
    made.save()
    assert run_twice() == []
    readers.record_act(reader=row.reader, kind="response")
    assert len(run_twice()) == 1


@pytest.mark.parametrize("repeat", ["once", "each"])
def test_the_sweep_finds_what_no_receiver_noted(rule, subscribe, repeat):
    rule(Trigger.PROMOTER, repeat=repeat)
    row = subscribe()
    for what in ("promoter", "detractor"):
        Activity.objects.create(reader=row.reader, kind="nps", detail={"class": what})
    assert services.find_missed_activities() == 1
    assert services.find_missed_activities() == 0
    assert len(run_twice()) == 1


def test_an_act_that_no_rule_wants_costs_no_query(rule, subscribe, django_assert_num_queries):
    rule(Trigger.COMMENT_APPROVED)
    row = subscribe()
    readers.record_act(reader=row.reader, kind="response")
    with django_assert_num_queries(1):
        readers.record_act(reader=row.reader, kind="response")


def test_an_act_that_no_rule_can_want_asks_no_cache(rule, monkeypatch):
    rule(Trigger.ANSWERED)
    asked = []
    monkeypatch.setattr(active_rules, "get_active_rules", lambda: asked.append(1) or [])
    for kind in ("comment", "response"):
        assert not services.is_activity_wanted(kind=kind, detail={})
    assert asked == [1]


def test_rendered_once_for_each_rule_and_language(rule, subscribe):
    rule(subject="For {name|friend} of {list} at {site}")
    rows = [subscribe(f"r{n}@example.org", language="es" if n % 2 else "en") for n in range(6)]
    for row in rows:
        readers.record_act(reader=row.reader, kind="response")
    assert len(run_twice()) == 6
    assert Message.objects.count() == 2


def test_many_due_rows_cost_few_queries(rule, subscribe, django_assert_max_num_queries):
    rule()
    for n in range(30):
        readers.record_act(reader=subscribe(f"r{n}@example.org").reader, kind="response")
    with django_assert_max_num_queries(35):
        assert services.dispatch_follow_ups().posted == 30


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", "Hello {nmae}", "{nmae} is not a placeholder"),
        ("subject", "Hello {name", "belongs to no placeholder"),
        ("subject", "Hello\nBcc: all@example.org", "control characters"),
        ("body", "<p>Hello {<b>name</b>}</p>", "belongs to no placeholder"),
        ("body", "<p>{{ name }}</p>", "belongs to no placeholder"),
        ("body", "<p>{email}</p>", "{email} is not a placeholder"),
    ],
)
def test_template_errors_are_caught_when_the_rule_is_saved(rule, field, value, words):
    made = rule(active=False)
    setattr(made, field, value)
    with pytest.raises(ValidationError) as error:
        made.full_clean()
    assert list(error.value.message_dict) == [field]
    assert words in error.value.message_dict[field][0]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="several connections write at the same time"
)
@pytest.mark.django_db(transaction=True)
def test_tasks_at_the_same_time_send_each_reader_one_message(rule, subscribe):
    rule(Trigger.SILENT)
    rows = [subscribe(f"r{n}@example.org") for n in range(40)]
    barrier = threading.Barrier(4)
    errors = []

    def work():
        try:
            barrier.wait()
            for row in rows:
                fall_silent(row.reader)
            tasks.find_missed_activities()
            tasks.dispatch_follow_ups()
            send()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    run_twice()
    from django.core import mail

    assert sorted(m.to[0] for m in mail.outbox) == sorted(row.email for row in rows)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_mail_that_cannot_be_rendered_holds_up_no_other_rule(rule, subscribe, mailing_list):
    """The list got a long name after the rule was saved."""
    mailing_list.name = "L" * 120
    mailing_list.save()
    broken = rule(FollowUpRule.Trigger.ANSWERED, subject="{list}" * 3)
    rule(FollowUpRule.Trigger.ANSWERED, subject="Thanks")
    with pytest.raises(ValidationError, match="longer than 250"):
        broken.full_clean()
    readers.record_act(reader=subscribe().reader, kind="response")
    # The dry run tells before it is time.
    found = {p.rule: p.eligibility for p in dry_run.plan_today().planned}
    assert (found[broken].status, found[broken].until) == (
        EligibilityStatus.WAIT,
        FollowUp.objects.get(rule=broken).due_at + datetime.timedelta(hours=1),
    )
    assert "longer than 250" in found[broken].reason
    assert EligibilityStatus.POST in {verdict.status for verdict in found.values()}
    assert not Message.objects.exists()
    assert [message.subject for message in run_twice()] == ["Thanks"]
    row = FollowUp.objects.get(rule=broken)
    assert (row.state, row.due_at > timezone.now()) == ("waiting", True)
    assert "longer than 250" in row.reason
    broken.subject = "Short"
    broken.save()
    services.dispatch_follow_ups(now=timezone.now() + datetime.timedelta(hours=2))
    assert [message.subject for message in send()] == ["Short"]
