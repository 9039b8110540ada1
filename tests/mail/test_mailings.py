"""Mailings under way: paused, resumed, scheduled, cancelled; progress and figures."""

import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services
from cx_feedback.mail.models import (
    Delivery,
    Mailing,
    MailReport,
    Message,
)
from cx_feedback.mail.services import ProviderEvent, Recipient
from cx_feedback.mail.stats import link_stats
from cx_feedback.mail.stats.mailing_stats import MailStats, get_mailing_stats
from cx_feedback.mail.stats.progress import get_progress
from cx_feedback.mail.templatetags.cx_feedback_mail import per_time, share_of
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import PastVisits, Reader, VisitDay
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.pages import squeeze
from tests.surveys.conftest import stream

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)
    monkeypatch.setattr("cx_feedback.mail.services.mailing_actions._nudge_sending", lambda: None)


@pytest.fixture
def mailing():
    post(5)
    return Mailing.objects.get(name="series:1")


def post(count, *, first=0, message=None, **more):
    return services.queue_mailing(
        message=message or services.create_message(subject="Hello", text="Hello", language="en"),
        mailing="series:1",
        recipients=(
            Recipient(f"{n}", f"r{n}@example.org", **more) for n in range(first, first + count)
        ),
    )


def states():
    return set(Delivery.objects.values_list("state", flat=True))


def test_a_paused_mailing_is_held_and_goes_on(mailing):
    assert services.pause_mailing(mailing="series:1") == 5
    assert services.send_due().total == 0
    post(2, first=5)  # posted meanwhile
    assert services.send_due().total == 0
    assert states() == {State.HELD}
    assert services.resume_mailing(mailing="series:1") == 7
    assert services.send_due().sent == 7


def test_a_pause_stops_a_run_at_its_next_commit(mailing, monkeypatch):
    from django.core.mail.backends.locmem import EmailBackend

    send = EmailBackend.send_messages

    def pause(self, messages):
        services.pause_mailing(mailing="series:1")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", pause)
    assert services.send_due(commit_size=2).sent == 2
    assert len(mail.outbox) == 2
    assert Delivery.objects.filter(state=State.HELD).count() == 3


def test_what_waits_is_sent_later_or_now(mailing):
    later = timezone.now() + datetime.timedelta(hours=3)
    assert services.schedule_mailing(mailing="series:1", at=later) == 5
    assert services.send_due().total == 0
    assert get_progress(mailing).status == "scheduled"
    assert get_progress(mailing).starts_at == later
    with pytest.raises(InvalidInput) as refused:
        services.schedule_mailing(
            mailing="series:1", at=timezone.now() - datetime.timedelta(hours=1)
        )
    assert "at" in refused.value.fields
    services.schedule_mailing(mailing="series:1")
    assert services.send_due().sent == 5


def test_the_rest_is_cancelled(mailing):
    services.send_due(limit=2)
    services.pause_mailing(mailing="series:1")
    assert services.cancel_mailing(mailing="series:1") == 3
    assert services.send_due().total == 0
    assert states() == {State.SENT, State.CANCELLED}
    mailing.refresh_from_db()
    assert get_progress(mailing).status == "done"


def test_what_there_is_not_cannot_be_paused():
    with pytest.raises(InvalidInput):
        services.pause_mailing(mailing="series:9")


def test_progress_says_how_fast_and_how_long(mailing):
    assert get_progress(mailing).status == "waiting"
    services.send_due(limit=3)
    now = timezone.now()
    for n, row in enumerate(Delivery.objects.filter(state=State.SENT)):
        row.sent_at = now - datetime.timedelta(seconds=10 * (n + 1))
        row.save()
    Delivery.objects.filter(state=State.PENDING).update(due_at=now)
    found = get_progress(mailing)
    assert found.status == "sending"
    assert found.rate == pytest.approx(3 / 30, rel=0.1)
    assert found.seconds_left == pytest.approx(2 / found.rate)
    assert (found.settled, found.total) == (3, 5)


def test_the_screen_of_a_mailing(admin_client, mailing):
    url = reverse("cx_deliveries:mailing", args=[mailing.name])
    page = admin_client.get(url).content.decode()
    assert 'value="pause"' in page
    admin_client.post(url, {"do": "pause"})
    assert states() == {State.HELD}
    live = admin_client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).content.decode()
    assert 'value="resume"' in live
    assert "5 emails are on hold" in live
    assert "<html" not in live
    admin_client.post(url, {"do": "resume"})
    assert states() == {State.PENDING}
    page = admin_client.post(url, {"do": "schedule", "at": "yesterday"}).content.decode()
    assert "Enter a valid date/time" in page
    admin_client.post(url, {"do": "schedule", "at": "2020-01-01 10:00"})
    assert services.send_due(limit=1).sent == 1
    admin_client.post(url, {"do": "schedule", "at": "2099-01-01 10:00"})
    assert services.send_due().total == 0
    admin_client.post(url, {"do": "start"})
    assert services.send_due(limit=1).sent == 1
    admin_client.post(url, {"do": "cancel"})
    assert Delivery.objects.filter(state=State.CANCELLED).count() == 3
    assert "Pause" not in admin_client.get(url).content.decode()


def test_shares_are_rounded_not_cut_off():
    figures = MailStats(sent=932, clicked=155, bounced=2, reported=930)
    assert share_of(figures, "delivered") == "99.8%"
    assert share_of(figures, "clicked") == "16.6%"
    assert share_of(figures, "bounced") == "0.21%"
    assert share_of(MailStats(sent=6, clicked=1), "clicked") == "16.7%"
    assert per_time(1.99) == "2.0 a second"


def test_who_may_look_may_not_pause(client, django_user_model, mailing):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("looks", password="x")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", "view_delivery"])
    )
    client.force_login(user)
    url = reverse("cx_deliveries:mailing", args=[mailing.name])
    assert 'value="pause"' not in client.get(url).content.decode()
    client.post(url, {"do": "pause"})
    assert states() == {State.PENDING}


@pytest.fixture
def week_old():
    """Mails of a week ago: three in English, one in Spanish, of two tiers."""
    who = [readers.create_reader() for _ in range(4)]
    for n, reader in enumerate(who):
        language = "es" if n == 3 else "en"
        message = services.create_message(
            subject="Hello", text=f"Hello {language}", language=language
        )
        post(1, first=n, message=message, reader_id=reader.pk, tier="lost" if n < 2 else "loyal")
    services.send_due()
    Delivery.objects.update(sent_at=timezone.now() - datetime.timedelta(days=7))
    return who


def figures(groups):
    return {name: (f.sent, f.clicked, f.answered, f.returned) for name, f in groups}


def test_figures_by_language_and_tier(week_old):
    rows = list(Delivery.objects.order_by("pk"))
    services.record_reader_event(
        reference=rows[0].reference, kind="clicked", url="https://x.example/a"
    )
    services.record_reader_event(
        reference=rows[0].reference, kind="clicked", url="https://x.example/b"
    )
    services.record_reader_event(
        reference=rows[3].reference, kind="clicked", url="https://x.example/a"
    )
    services.record_reader_event(reference=rows[3].reference, kind="unsubscribed")
    readers.record_act(reader=week_old[1], kind="nps")
    readers.record_act(reader=week_old[2], kind="comment")
    VisitDay.objects.all().delete()
    today = timezone.localdate()
    for reader, days in ((0, 7), (1, 6), (3, -30)):  # the mail's own day, after it, too late
        VisitDay.objects.create(reader=week_old[reader], day=today - datetime.timedelta(days=days))
    found = get_mailing_stats(mailing="series:1", weeks=4)
    assert figures(found.by_language) == {"English": (3, 1, 1, 1), "Español": (1, 1, 0, 0)}
    assert figures(found.by_tier) == {"Lapsed": (2, 1, 1, 1), "Loyal": (2, 1, 0, 0)}
    assert (found.total.sent, found.total.unsubscribed) == (4, 1)
    assert found.total.get_number("delivered") is None
    assert found.by_link == [("https://x.example/a", 2), ("https://x.example/b", 1)]
    assert get_mailing_stats(mailing="series:1", weeks=5).total.returned == 1
    assert get_mailing_stats(mailing="series:1", weeks=6).total.returned == 2


def test_returns_are_unmeasured_once_visit_days_after_the_mails_were_deleted(week_old):
    week_old[0].counts_visits = True
    week_old[0].save()
    today = timezone.localdate()
    for days, measured in ((8, 0), (7, None)):
        until = today - datetime.timedelta(days=days)
        PastVisits.objects.update_or_create(
            reader=week_old[1],
            defaults={"first_day": until, "last_day": until, "until": until, "days": 1, "weeks": 1},
        )
        total = get_mailing_stats(mailing="series:1", weeks=4).total
        assert total.get_number("returned") == measured


def test_figures_of_what_providers_report(week_old):
    rows = list(Delivery.objects.order_by("pk"))
    kinds = [(0, "delivered"), (1, "delivered"), (1, "complained"), (2, "bounced"), (2, "opened")]
    for n, (row, kind) in enumerate(kinds):
        told = {"provider_id": rows[row].message_id_local, "permanent": kind == "bounced"}
        services.record_provider_event(ProviderEvent(kind=kind, event_id=str(n), **told))
    services.record_provider_event(
        ProviderEvent(kind="bounced", provider_id=rows[2].message_id_local, event_id="again")
    )
    found = get_mailing_stats(mailing="series:1", weeks=4)
    total = found.total
    assert found.is_reported
    assert (total.sent, total.delivered, total.bounced, total.complained) == (4, 2, 1, 1)
    assert [(name, f.complained) for name, f in found.by_tier] == [("Lapsed", 1), ("Loyal", 0)]


def test_figures_cost_the_same_for_more(week_old, django_assert_num_queries):
    with django_assert_num_queries(6):
        get_mailing_stats(mailing="series:1", weeks=4)


def test_the_screen_shows_figures(admin_client, week_old):
    row = Delivery.objects.first()
    services.record_reader_event(reference=row.reference, kind="clicked", url="https://x.example/a")
    MailReport.objects.create(delivery=row, kind="bounced", digest="x")
    mailing = Mailing.objects.get()
    page = admin_client.get(
        reverse("cx_deliveries:mailing", args=[mailing.name]), {"weeks": "8"}
    ).content.decode()
    assert "https://x.example/a" in page
    assert "Español" in page
    assert "25.0%" in page
    assert '<option value="8" selected>' in page
    # One table, so that the columns of all parts stand below each other.
    assert page.count('<table class="listing cx-cards') == 1
    for heading in ("Language", "Tier when queued"):
        assert f'scope="rowgroup" colspan="10">{heading}</th>' in page
    assert "Opened" not in page
    rows = admin_client.get(reverse("cx_deliveries:inspect", args=[row.pk])).content.decode()
    assert "Bounced" in rows


def test_clicked_links_have_the_names_that_editors_know(home):
    Locale.objects.get_or_create(language_code="en")
    survey = surveys.publish_survey(survey=Survey(title="Your visit", questions=stream()))
    base = home.get_site().root_url
    ask = f"{base}/feedback/surveys/{survey.pk}/ask/"
    found = link_stats.label_links(
        [
            (f"{ask}?q=q-choice&v=c-bad&lang=en", 3),
            (f"{ask}?q=gone&v=1&lang=en", 2),
            (f"{base}/caf%C3%A9/", 1),
            ("https://x.example/a?b=c", 1),
        ]
    )
    labels = [link.label for link in found]
    assert labels[0].startswith("Your visit: ")
    assert labels[0].endswith(": Bad")
    assert labels[1:] == [
        f"/feedback/surveys/{survey.pk}/ask/?q=gone&v=1&lang=en",
        "/café/",
        "https://x.example/a?b=c",
    ]
    assert [link.readers for link in found] == [3, 2, 1, 1]


def said(client, **query):
    """Return the words of the row "All" by heading."""
    html = squeeze(
        client.get(reverse("cx_deliveries:mailing", args=["series:1"]), query).content.decode()
    )
    row = html.partition("<tbody>")[2].partition("</tr>")[0]
    cells = re.findall(r'data-label="([^"]+)">([^<]*?) ?(?:<small>([^<]*)</small>)?</td>', row)
    return {label: (number.strip(), share) for label, number, share in cells}


def test_what_was_not_measured_is_a_dash(admin_client, week_old):
    found = said(admin_client)
    for name in ("Delivered", "Bounced", "Marked as spam", "Clicked", "Came back"):
        assert found[name] == ("–", ""), name
    assert found["Unsubscribed"] == ("0", "0.0%")
    assert found["Answered"][0] == "0"


def test_what_was_measured_is_a_number_and_a_soft_bounce_none(admin_client, week_old):
    rows = list(Delivery.objects.order_by("pk"))
    Message.objects.update(html='<a href="http://x/feedback/mail/go/1/2/">Read</a>')
    Reader.objects.filter(pk=week_old[0].pk).update(counts_visits=True)
    for n, (row, kind) in enumerate([(0, "delivered"), (1, "bounced")]):
        services.record_provider_event(
            ProviderEvent(kind=kind, provider_id=rows[row].message_id_local, event_id=str(n))
        )
    MailReport.objects.update(occurred_at=rows[0].sent_at)
    found = said(admin_client)
    assert found["Delivered"] == ("1", "25.0%")
    assert found["Bounced"] == found["Clicked"] == found["Came back"] == ("0", "0.0%")


def test_a_provider_that_began_to_report_later_measured_nothing_here(week_old):
    sent = {"mailing": "series:2", "recipient_key": "x", "address": "x@example.org"}
    other = Delivery.objects.create(message=Message.objects.first(), **sent)
    MailReport.objects.create(delivery=other, kind="delivered", digest="later")
    assert get_mailing_stats(mailing="series:1", weeks=4).total.get_number("bounced") is None


def test_no_share_is_more_than_all(week_old):
    rows = list(Delivery.objects.order_by("pk"))
    Delivery.objects.filter(pk__in=[r.pk for r in rows[1:]]).update(state=State.CANCELLED)
    for row in rows:
        for kind in ("delivered", "opened", "complained"):
            services.record_provider_event(
                ProviderEvent(kind=kind, provider_id=row.message_id_local)
            )
        services.record_reader_event(reference=row.reference, kind="clicked")
        services.record_reader_event(reference=row.reference, kind="unsubscribed")
    total = get_mailing_stats(mailing="series:1", weeks=4).total
    assert total.sent == 1
    for name in ("delivered", "opened", "complained", "clicked", "unsubscribed"):
        assert total.get_share(name) == 1.0, name
