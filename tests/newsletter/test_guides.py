"""A guide behind an e-mail address: sent to who asks, a subscription to who ticked that too."""

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.utils import timezone
from wagtail.documents.models import Document

from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.guides import signed_links
from cx_feedback.newsletter.guides.blocks import GuideBlock
from cx_feedback.newsletter.models import Subscription
from cx_feedback.readers.models import Reader
from tests.conftest import FOREIGN, OWN
from tests.newsletter.conftest import link_in, send
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
ASK, REST = "/feedback/newsletter/guide/", "/feedback/api/v1/guides/"


@pytest.fixture
def guide(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Document.objects.create(
        title="Notebook {a} & b", file=ContentFile(b"%PDF-1.4 the guide", name="notebook.pdf")
    )


def ask(client, guide, email="ana@example.org", headers=OWN, **data):
    data = {"email": email, "guide": signed_links.sign_form_key(guide.pk), "lang": "en", **data}
    return client.post(ASK, data, **headers)


def fetch(client, message):
    response = client.get(link_in(message, "guide/"))
    return response, b"".join(response.streaming_content)


def test_the_whole_way_subscribes_nobody(client, guide, article, mailing_list):
    response = ask(client, guide, page=article.pk)
    assert response.status_code == 303
    assert response["Location"].endswith(f"#cx-guide-{guide.pk}-thanks")
    (message,) = send()
    assert message.subject == "Here is “Notebook (a) & b”"
    assert "List-Unsubscribe" not in message.extra_headers
    response, content = fetch(client, message)
    assert content == b"%PDF-1.4 the guide"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Referrer-Policy"] == "same-origin"
    assert not Subscription.objects.exists()
    assert not Reader.objects.exists()


def test_who_ticks_the_list_is_asked_by_a_mail_of_its_own(client, guide, article, mailing_list):
    ask(client, guide, page=article.pk, list=mailing_list.pk, time_zone="Europe/Madrid")
    assert {m.subject for m in send()} == {
        "Here is “Notebook (a) & b”",
        "Confirm your subscription to “Friday letter”",
    }
    row = Subscription.objects.get()
    assert (row.state, row.consent_source, row.consent_page_id) == ("pending", "guide", article.pk)
    assert "Friday letter" in row.consent_wording
    assert row.time_zone == "Europe/Madrid"


def test_a_mailbox_is_not_flooded_and_the_answer_is_the_same(client, guide):
    answers = {ask(client, guide).content for _ in range(3)}
    assert len(answers) == 1
    assert len(send()) == 1


def test_the_words_come_back_with_what_is_wrong(client, guide, mailing_list):
    response = ask(client, guide, "ana@", list=mailing_list.pk, offered=mailing_list.pk)
    page = squeeze(response.content)
    assert response.status_code == 400
    assert 'value="ana@"' in page
    assert "This is not a valid email address." in page
    assert f'name="list" value="{mailing_list.pk}" checked' in page
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("key", ["1", "1:x", ""])
def test_only_what_an_editor_put_on_a_page_is_sent(client, guide, key):
    response = client.post(ASK, {"email": "ana@example.org", "guide": key, "lang": "en"}, **OWN)
    assert response.status_code == 400
    assert "There is no such guide." in response.content.decode()
    assert not Delivery.objects.exists()


def test_other_sites_and_programs_get_nothing(client, guide, mailing_list):
    assert ask(client, guide, headers=FOREIGN).status_code == 403
    assert ask(client, guide, website="x", list=mailing_list.pk).status_code == 200
    assert not Delivery.objects.exists()
    assert not Subscription.objects.exists()


def test_a_list_that_is_closed_is_refused_and_nothing_is_sent(client, guide, mailing_list):
    mailing_list.is_open = False
    mailing_list.save()
    response = ask(client, guide, list=mailing_list.pk)
    assert "There is no such list." in response.content.decode()
    assert not Delivery.objects.exists()


def test_a_link_that_is_changed_expired_or_of_a_guide_that_is_gone(client, guide, monkeypatch):
    path = signed_links.get_download_url(guide.pk).removeprefix("http://localhost")
    assert client.get(f"{path[:-2]}x/").status_code == 400
    assert client.post(path).status_code == 405
    with monkeypatch.context() as patch:
        later = timezone.now().timestamp() + 8 * 86400
        patch.setattr("django.core.signing.time.time", lambda: later)
        assert "has expired" in client.get(path).content.decode()
    guide.file.delete(save=False)
    assert client.get(path).status_code == 410
    Document.objects.all().delete()
    assert client.get(path).status_code == 410
    assert ask(client, guide).status_code == 410


def test_block_and_tag_render_the_same_form_for_everybody(guide, article, mailing_list, rf):
    block = GuideBlock()
    value = block.to_python({"document": guide.pk, "mailing_list": mailing_list.pk})
    html = squeeze(block.render(value, {"page": article}))
    assert signed_links.sign_form_key(guide.pk) in html
    assert f'type="checkbox" name="list" value="{mailing_list.pk}">' in html
    assert "csrfmiddlewaretoken" not in html
    # What one agrees to stands before the button that sends it.
    assert html.index('name="list"') < html.index("<button>")
    tag = Template("{% load cx_feedback_newsletter %}{% cx_guide guide mailing_list %}")
    context = Context({"page": article, "guide": guide, "mailing_list": mailing_list})
    assert squeeze(tag.render(context)).strip() == html.strip()
    without = squeeze(block.render(block.to_python({"document": guide.pk}), {"page": article}))
    assert 'name="list"' not in without
    assert squeeze(tag.render(Context({"guide": None}))).strip() == ""


def test_a_guide_over_rest_is_mailed_once(client, guide, article, mailing_list):
    key = {"HTTP_IDEMPOTENCY_KEY": "5e1e1a3c-8c1b-4c58-9c6e-0c6e5a3d2f10"}
    body = {
        "guide": signed_links.sign_form_key(guide.pk),
        "email": "ana@example.org",
        "list": mailing_list.pk,
        "page": article.pk,
    }

    def post(**changed):
        data = {**body, **changed}
        return client.post(REST, data, content_type="application/json", **OWN, **key)

    for _ in range(2):
        response = post()
        assert (response.status_code, response.json()) == (202, {"state": "pending"})
    assert len(send()) == 2
    assert Subscription.objects.get().consent_source == "guide"
    assert post(email="eva@example.org").status_code == 422
    key["HTTP_IDEMPOTENCY_KEY"] = ""
    for field, value in (("guide", "1"), ("guide", 1), ("email", "ana"), ("list", 99999)):
        response = post(**{field: value})
        assert response.status_code == 400
        assert list(response.json()["errors"]) == [field]
    assert Delivery.objects.count() == 2
