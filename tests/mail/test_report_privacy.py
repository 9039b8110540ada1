"""What reports of providers keep: no key of a link; whose address they contain."""

import pytest
from django.urls import reverse

from cx_feedback.core.privacy.lookups import Person
from cx_feedback.mail import personal, services
from cx_feedback.mail.models import MailReport
from cx_feedback.mail.services import ProviderEvent
from cx_feedback.newsletter.rendering import signed_links

pytestmark = pytest.mark.django_db
BASE = "http://localhost"


@pytest.mark.parametrize("colon", [":", "%3A"])
def test_a_reported_click_keeps_no_key_of_the_link(colon):
    url = signed_links.get_preferences_url(7, BASE)
    url = BASE + url.removeprefix(BASE).replace(":", colon)
    services.record_provider_event(ProviderEvent(kind="clicked", url=url))
    path = reverse("cx_feedback:newsletter-preferences", args=["key"]).replace("key", "…")
    assert MailReport.objects.get().url == f"{BASE}{path}"


def test_a_reported_click_on_a_page_is_kept_as_it_is():
    url = f"{BASE}/surveys/3/?page=4&answers.score=9&at=12:30#cx"
    services.record_provider_event(ProviderEvent(kind="clicked", url=url))
    assert MailReport.objects.get().url == url


@pytest.mark.parametrize(
    ("text", "is_left"),
    [
        ("550 <a@b.co> unknown", False),
        ("no mailbox for A@B.CO.", False),
        ("to=a@b.co", False),
        ("550 <maria@b.com> unknown", True),
        ("550 <maria@b.co> unknown", True),
        ("550 <a@b.com> unknown", True),
        ("550 <a@b.co.uk> unknown", True),
        ("550 <x+a@b.co> unknown", True),
    ],
)
@pytest.mark.parametrize("field", ["detail", "url"])
def test_an_erasure_takes_unmatched_reports_of_the_whole_address_only(field, text, is_left):
    MailReport.objects.create(kind="bounced", digest="1", **{field: text})
    personal.erase_deliveries(Person("a@b.co"))
    assert MailReport.objects.exists() == is_left
