"""Two subjects on a share, the winner by clicks; clicks and leaving, as figures of a mailing."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, MailReport
from cx_feedback.mail.services import ProviderEvent
from cx_feedback.mail.stats.mailing_stats import get_mailing_stats
from cx_feedback.newsletter import services, tasks
from cx_feedback.newsletter.models import Issue, NewsletterSettings, Subscription
from cx_feedback.newsletter.services.subject_tests import get_test_group
from tests.newsletter.conftest import link_in, send

pytestmark = pytest.mark.django_db
HOURS = datetime.timedelta(hours=1)


@pytest.fixture
def counted(home):
    site = home.get_site()
    NewsletterSettings.objects.create(site=site, track_clicks=True)


@pytest.fixture
def issue(mailing_list, home):
    def make(**values):
        words = {"mailing_list": mailing_list, "subject": "One", "other_subject": "Two", **values}
        made = Issue(**words)
        made.body = made.body.stream_block.to_python(
            [{"type": "button", "value": {"label": "Read", "page": home.pk, "link": ""}}]
        )
        made.full_clean()
        made.save()
        return made

    return make


@pytest.fixture
def crowd(subscribe):
    return [subscribe(f"r{n}@example.org") for n in range(60)]


def click(client, messages, subject, count):
    """Press the button of ``count`` of the mails with that subject."""
    chosen = [m for m in messages if m.subject == subject][:count]
    assert len(chosen) == count
    for message in chosen:
        html = message.alternatives[0][0]
        url = re.search(r'href="(http://[^"]*/mail/go/[^"]*)"', html)[1]
        assert client.get(url).status_code == 302
    return chosen


def end_test(issue):
    """Let the hours of the test pass: its mails become older instead."""
    issue.refresh_from_db()
    past = timezone.now() - datetime.timedelta(seconds=1)
    Delivery.objects.filter(due_at__gte=issue.test_ends_at).update(due_at=past)
    Delivery.objects.filter(state="sent").update(due_at=past - HOURS)
    MailReport.objects.update(occurred_at=past - HOURS)
    Issue.objects.update(test_ends_at=past)


@pytest.mark.parametrize(("one", "two", "winner"), [(1, 3, "Two"), (3, 1, "One"), (0, 0, "One")])
def test_the_rest_gets_what_is_clicked_more(
    client, counted, issue, crowd, django_capture_on_commit_callbacks, one, two, winner
):
    made = issue(test_share=40)
    assert services.schedule_issue(issue_id=made.pk).recipients == 60
    first = send()
    assert 10 < len(first) < 40
    assert {m.subject for m in first} == {"One", "Two"}
    click(client, first, "One", one)
    click(client, first, "Two", two)
    tasks.post_issues()
    assert send() == []
    end_test(made)
    assert send() == []  # due, yet nobody decided
    assert Delivery.objects.filter(state="pending", due_at__gt=timezone.now()).exists()
    Delivery.objects.filter(state="pending").update(due_at=timezone.now())
    for _ in range(2):
        tasks.post_issues()
    rest = send()
    assert {m.subject for m in rest} == {winner}
    assert len(first) + len(rest) == 60
    assert len({m.to[0] for m in [*first, *rest]}) == 60
    made.refresh_from_db()
    assert made.best_subject == winner
    tried = {
        each.subject: (each.clicked, each.is_winner) for each in services.get_subject_results(made)
    }
    assert tried == {"One": (one, winner == "One"), "Two": (two, winner == "Two")}


def test_a_run_that_claimed_the_rest_before_the_decision_sends_no_old_subject(
    client, counted, issue, crowd
):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    click(client, send(), "Two", 2)
    end_test(made)
    Delivery.objects.filter(state="pending").update(state="claimed", claimed_by="x")
    tasks.post_issues()
    assert {m.subject for m in send()} == {"Two"}


def test_clicks_after_the_test_change_nothing_of_it(admin_client, client, counted, issue, crowd):
    made = issue(test_share=100)  # By chance some thirty each: more than are clicked.
    services.schedule_issue(issue_id=made.pk)
    first = send()
    click(client, first, "Two", 1)
    end_test(made)
    click(client, first, "One", 5)  # after its end, before the decision
    tasks.post_issues()
    click(client, [m for m in first if m.subject == "One"][5:], "One", 3)
    made.refresh_from_db()
    assert [each.clicked for each in services.get_subject_results(made)] == [0, 1]
    page = admin_client.get(
        reverse(f"{Issue.snippet_viewset.get_url_name('send')}", args=[made.pk])
    )
    html = page.content.decode()
    assert "The others get the subject with more clicks." in html
    share = 100 / services.get_subject_results(made)[1].sent
    assert f"{share:.1f}%" in html
    # Wagtail heads the page with the last step of the way to it: the issue.
    assert page.context["breadcrumbs_items"][-1]["label"] == "One"


def test_a_test_without_clicks_says_so(admin_client, counted, issue, crowd):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    send()
    end_test(made)
    tasks.post_issues()
    url = reverse(f"{Issue.snippet_viewset.get_url_name('send')}", args=[made.pk])
    html = admin_client.get(url).content.decode()
    assert "Neither had more clicks" in html
    assert "with more clicks" not in html


def test_a_look_at_a_claim_costs_one_query(counted, issue, crowd, django_assert_num_queries):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    read = ("mailing", "recipient_key")  # Of what a claim reads, what tells who waits.
    claimed = list(Delivery.objects.only(*read))
    with django_assert_num_queries(1):
        later = services.get_test_postponements(claimed)
    assert set(later) == {d.pk for d in claimed if not get_test_group(made, d.recipient_key)}


def test_who_starts_the_rest_now_ends_the_test(admin_client, client, counted, issue, crowd):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    first = send()
    click(client, first, "Two", 2)
    admin_client.post(reverse("cx_deliveries:mailing", args=[made.mailing]), {"do": "start"})
    rest = send()
    assert {m.subject for m in rest} == {"Two"}
    assert len(first) + len(rest) == 60
    made.refresh_from_db()
    assert made.best_subject == "Two"
    assert sum(each.sent for each in services.get_subject_results(made)) == len(first)
    assert services.finish_due_subject_tests(now=timezone.now() + 5 * HOURS) == 0


@pytest.mark.parametrize("hours", [1, 9], ids=["before the test ends", "after"])
def test_who_puts_off_the_rest_of_a_test_gets_both(client, counted, issue, crowd, hours):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    first = send()
    click(client, first, "Two", 1)
    at = timezone.now() + hours * HOURS
    post_office.schedule_mailing(mailing=made.mailing, at=at)
    if hours == 1:
        # Its hour comes while the test runs: nobody gets a subject that was not chosen.
        Delivery.objects.filter(state="pending").update(due_at=timezone.now())
        assert send() == []
        made.refresh_from_db()
        assert set(Delivery.objects.filter(state="pending").values_list("due_at", flat=True)) == {
            made.test_ends_at
        }
        return
    Delivery.objects.filter(state="sent").update(due_at=timezone.now() - 6 * HOURS)
    MailReport.objects.update(occurred_at=timezone.now() - 5 * HOURS)
    Issue.objects.update(test_ends_at=timezone.now() - HOURS)
    assert tasks.post_issues() == 1
    assert send() == []
    waiting = Delivery.objects.filter(state="pending")
    assert set(waiting.values_list("due_at", flat=True)) == {at}
    waiting.update(due_at=timezone.now())
    assert {m.subject for m in send()} == {"Two"}


def test_both_subjects_go_out_side_by_side(counted, issue, crowd):
    services.schedule_issue(issue_id=issue(test_share=50).pk)
    order = [message.subject for message in send()]
    assert order.index("Two") < order.count("One")  # not all of one before the other


def test_shares_are_by_chance_and_stay(issue):
    made = issue(test_share=20)
    parts = [get_test_group(made, str(n)) for n in range(5000)]
    assert parts == [get_test_group(made, str(n)) for n in range(5000)]
    for part, share in (("a", 0.1), ("b", 0.1), ("", 0.8)):
        assert parts.count(part) / 5000 == pytest.approx(share, abs=0.02)


def test_a_test_needs_clicks_and_another_subject(issue, crowd):
    with pytest.raises(InvalidInput) as refused:
        services.schedule_issue(issue_id=issue().pk)
    assert "turn it on" in str(refused.value.fields)
    assert not Delivery.objects.exists()
    from django.core.exceptions import ValidationError

    for field, words in (
        ("other_subject", {"other_subject": "One"}),
        ("other_subject", {"other_subject": "{nobody_knows}"}),
        ("test_share", {"test_share": 1}),
        ("test_hours", {"test_hours": 0}),
    ):
        with pytest.raises(ValidationError) as refused:
            issue(**words)
        assert field in refused.value.message_dict


def test_the_editor_sees_the_test(admin_client, client, counted, issue, crowd):
    made = issue(test_share=40)
    services.schedule_issue(issue_id=made.pk)
    click(client, send(), "Two", 1)
    url = reverse(f"{Issue.snippet_viewset.get_url_name('send')}", args=[made.pk])
    html = admin_client.get(url).content.decode()
    assert "Subject test" in html
    assert "the rest gets the subject" in html
    assert reverse("cx_deliveries:mailing", args=[made.mailing]) in html
    page = admin_client.get(reverse("cx_deliveries:mailing", args=[made.mailing]))
    assert "Issue: One" in page.content.decode()


def test_clicks_are_counted_only_where_editors_say_so(issue, crowd):
    services.schedule_issue(issue_id=issue(other_subject="").pk)
    assert "/mail/go/" not in send()[0].alternatives[0][0]


def test_who_leaves_by_a_mail_counts_for_that_mail(client, issue, subscribe):
    subscribe("ana@example.org")
    subscribe("zoe@example.org")
    old, new = issue(other_subject=""), issue(other_subject="", subject="Newer")
    services.schedule_issue(issue_id=old.pk)
    to_ana = next(m for m in send() if m.to == ["ana@example.org"])
    services.schedule_issue(issue_id=new.pk)
    send()
    url = link_in(to_ana, "unsubscribe")
    assert client.get(url).status_code == 200
    assert not MailReport.objects.exists()
    client.post(url)
    client.post(url)
    services.unsubscribe(subscription_id=Subscription.objects.get(email="zoe@example.org").pk)
    assert get_mailing_stats(mailing=old.mailing, weeks=4).total.unsubscribed == 1
    assert get_mailing_stats(mailing=new.mailing, weeks=4).total.unsubscribed == 1


def test_the_mail_of_another_is_not_charged(client, issue, subscribe):
    ana, zoe = subscribe("ana@example.org"), subscribe("zoe@example.org")
    services.schedule_issue(issue_id=issue(other_subject="").pk)
    send()
    other = Delivery.objects.get(address="zoe@example.org")
    services.unsubscribe(subscription_id=ana.pk, reference=other.reference)
    assert MailReport.objects.get().delivery.address == "ana@example.org"
    assert zoe.state == "confirmed"


@pytest.mark.parametrize(
    ("kind", "state"),
    [("complained", "unsubscribed"), ("unsubscribed", "unsubscribed"), ("bounced", "confirmed")],
)
def test_a_complaint_ends_the_subscription(issue, subscribe, kind, state):
    row = subscribe("ana@example.org")
    services.schedule_issue(issue_id=issue(other_subject="").pk)
    send()
    post_office.record_provider_event(
        ProviderEvent(
            kind=kind,
            provider_id=Delivery.objects.get().message_id_local,
            permanent=kind == "bounced",
        )
    )
    row.refresh_from_db()
    assert row.state == state


def test_figures_know_language_and_tier(issue, subscribe):
    row = subscribe("ana@example.org")
    type(row.reader).objects.update(tier="lost")
    services.schedule_issue(issue_id=issue(other_subject="", language="en").pk)
    send()
    found = get_mailing_stats(mailing=Delivery.objects.get().mailing, weeks=4)
    assert [name for name, _ in found.by_tier] == ["Lapsed"]
    assert [name for name, _ in found.by_language] == ["English"]


def test_figures_of_an_issue_for_any_language_are_by_that_of_its_subscribers(issue, subscribe):
    rows = [
        subscribe(f"{n}@example.org", language=code) for n, code in enumerate(["es", "es", "en"])
    ]
    made = issue(other_subject="")
    services.schedule_issue(issue_id=made.pk)
    send()
    # As it was posted: whoever changes it later, or is erased, changes no figures.
    Subscription.objects.update(language="en")
    spanish = Delivery.objects.get(recipient_key=str(rows[0].pk))
    post_office.record_reader_event(
        reference=spanish.reference, kind="clicked", url="http://localhost/"
    )
    found = get_mailing_stats(mailing=made.mailing, weeks=4).by_language
    assert [(name, each.sent, each.clicked) for name, each in found] == [
        ("Español", 2, 1),
        ("English", 1, 0),
    ]


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        (0, 0, "There are too few clicks to compare the subjects."),
        (1, 3, "The difference may well be chance: two equally good subjects differ at least"),
        (
            0,
            9,
            "The difference is unlikely to be chance: two equally good subjects differ this much",
        ),
    ],
)
def test_the_screen_says_what_chance_may_do(
    client, admin_client, counted, issue, crowd, one, two, said
):
    made = issue(test_share=100)
    services.schedule_issue(issue_id=made.pk)
    first = send()
    click(client, first, "One", one)
    click(client, first, "Two", two)
    html = admin_client.get(f"/admin/cx-feedback/issues/send/{made.pk}/").content.decode()
    assert said in html
    assert "the 95% confidence interval" in html
