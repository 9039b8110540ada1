"""mautic#837 and #9616: sent at the wrong hour.

The field named the zone of the site and took the one of the user. A moment is shown and taken
in one zone, the editor's as everywhere in Wagtail, which is named beside it; hours and days that
hold for all are the site's.
"""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from cx_feedback.core.pages import site_time
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import Digest, Issue, MailingList, Subscription
from cx_feedback.newsletter.rules import dry_run
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import VisitDay
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.surveys.conftest import stream

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
NINE = datetime.datetime(2040, 1, 10, 9, tzinfo=NEW_YORK)


@pytest.fixture
def client_in_new_york(admin_client, admin_user):
    profile = UserProfile.get_for_user(admin_user)
    profile.current_time_zone = "America/New_York"
    profile.save()
    return admin_client


@pytest.fixture
def issue(settings, home):
    settings.CX_FEEDBACK = {"NEWSLETTER_BASE_URL": "https://news.example"}
    mailing_list = MailingList.objects.create(name="Friday letter")
    made = Issue(mailing_list=mailing_list, subject="News")
    made.body = made.body.stream_block.to_python([{"type": "heading", "value": "Hello"}])
    made.save()
    row = Subscription.objects.create(mailing_list=mailing_list, email="ana@example.org")
    newsletter.confirm_subscription(subscription_id=row.pk, reader=None)
    return made


def test_an_issue_goes_out_in_the_zone_that_its_form_names(client_in_new_york, home, issue):
    url = f"/admin/cx-feedback/issues/send/{issue.pk}/"
    assert "In your time zone: America/New_York" in client_in_new_york.get(url).content.decode()
    client_in_new_york.post(url, {"do": "send", "at": "2040-01-10 09:00"})
    issue.refresh_from_db()
    assert issue.send_at == NINE
    html = client_in_new_york.get(url).content.decode()
    assert "01/10/2040 9 a.m. EST" in html


def test_the_rest_of_a_mailing_too(client_in_new_york):
    message = Message.objects.create(subject="Hi", html="<p>Hi</p>", text="Hi")
    people = [mail.Recipient(key="ana", address="ana@example.org")]
    mail.queue_mailing(message=message, mailing="x:1", recipients=people)
    url = reverse("cx_deliveries:mailing", args=["x:1"])
    assert "In your time zone: America/New_York" in client_in_new_york.get(url).content.decode()
    client_in_new_york.post(url, {"do": "schedule", "at": "2040-01-10 09:00"})
    assert Delivery.objects.get().due_at == NINE
    assert "9 a.m. EST" in client_in_new_york.get(url).content.decode()


def test_a_survey_says_in_which_zone_it_opens(client_in_new_york, home):
    survey = surveys.publish_survey(survey=Survey(title="Visit", questions=stream(), opens_at=NINE))
    html = client_in_new_york.get(f"/admin/cx-feedback/surveys/edit/{survey.pk}/").content.decode()
    assert html.count("In your time zone: America/New_York") == 2
    assert re.search(r'name="opens_at" value="2040-01-10 09:00"', html)
    listed = client_in_new_york.get("/admin/cx-feedback/surveys/").content.decode()
    assert "01/10/2040 9 a.m. EST" in listed


def test_hours_and_days_for_all_name_the_zone_of_the_site(client_in_new_york, home):
    digest = Digest.objects.create(
        mailing_list=MailingList.objects.create(name="Friday letter"), name="Weekly", subject="Read"
    )
    survey = surveys.publish_survey(survey=Survey(title="Visit", questions=stream()))
    settings_url = "/admin/settings/cx_feedback_newsletter/newslettersettings/1/"
    for url in (
        f"/admin/cx-feedback/digests/edit/{digest.pk}/",
        client_in_new_york.get(settings_url.removesuffix("1/"), follow=True).redirect_chain[-1][0],
        f"/admin/cx-feedback/surveys/results/{survey.pk}/",
    ):
        html = client_in_new_york.get(url).content.decode()
        assert "In the time zone of the site: Europe/Madrid" in html, url


def test_a_digest_is_due_at_the_hour_of_the_site_whoever_asks(home):
    digest = Digest(frequency=Digest.Frequency.DAY, hour=8)
    now = datetime.datetime(2040, 1, 10, 12, tzinfo=datetime.UTC)
    eight = datetime.datetime(2040, 1, 10, 8, tzinfo=ZoneInfo("Europe/Madrid"))
    with timezone.override("America/New_York"):
        assert digest.get_last_due_time(now) == eight
        assert site_time.localdate(datetime.datetime(2040, 1, 10, 23, 30, tzinfo=datetime.UTC)) == (
            datetime.date(2040, 1, 11)
        )


def test_an_act_counts_the_day_of_the_site_whoever_decides(reader):
    at = datetime.datetime(2026, 1, 10, 23, 30, tzinfo=datetime.UTC)
    with timezone.override("America/New_York"):
        readers.record_act(reader=reader, kind="comment", at=at)
    assert VisitDay.objects.get(reader=reader).day == datetime.date(2026, 1, 11)


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Europe/Madrid", "CET"), ("America/Sao_Paulo", "UTC-03"), ("UTC", "UTC"), ("", "")],
)
def test_a_moment_is_said_with_its_zone(zone, said):
    if not zone:
        assert site_time.format_moment(None) == ""
        return
    with timezone.override(zone):
        assert site_time.format_moment(NINE).endswith(f" {said}")


def test_the_dry_run_ends_with_the_day_of_the_site(home):
    now = datetime.datetime(2040, 1, 10, 22, 30, tzinfo=datetime.UTC)  # 23:30 in Madrid
    with timezone.override("America/New_York"):
        assert dry_run._get_midnight(now) == datetime.datetime(
            2040, 1, 10, tzinfo=ZoneInfo("Europe/Madrid")
        )
