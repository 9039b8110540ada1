"""After a change of SECRET_KEY, what was made with a key in SECRET_KEY_FALLBACKS still holds."""

import pytest
from django.utils import timezone

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Ban
from cx_feedback.comments.submission import comment_input, verification_mail
from cx_feedback.comments.submission.author import Author
from cx_feedback.comments.submission.ban_lookup import Banned
from cx_feedback.comments.submission.initial_state import choose_initial_state
from cx_feedback.core.text.encryption import seal_text, unseal_text
from cx_feedback.mail import selectors
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, Suppression
from cx_feedback.mail.services.claiming import get_refusals
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.selectors import is_suppressed
from cx_feedback.readers import services as readers
from cx_feedback.webhooks import services as webhooks
from cx_feedback.webhooks.transport.signed_message import build_headers

EMAIL = "ana@example.org"


@pytest.fixture
def rotate(settings):
    """Return a function that gives the site another key; the one before is kept, or is not."""

    def rotate(*, kept=True):
        if kept:
            settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = f"{settings.SECRET_KEY}, another"

    return rotate


def test_sealed_texts_are_read_by_earlier_keys(rotate):
    sealed = seal_text("A secret of a program, longer than one hash of the stream is: ññ")
    for _ in range(2):
        rotate()
        assert unseal_text(sealed).endswith("ññ")
    newer = seal_text("newer")
    rotate(kept=False)
    assert unseal_text(sealed).endswith("ññ")
    assert unseal_text(newer) == ""


@pytest.mark.django_db
def test_a_webhook_signs_with_its_secret_as_before(rotate, admin_user):
    said = {"name": "Shop", "url": "https://example.com/", "events": ["comment.created"]}
    endpoint, _secret = webhooks.create_endpoint(owner=admin_user, **said)
    event, now = webhooks.send_test(endpoint_id=endpoint.pk), timezone.now()
    before = build_headers(event, "{}", now=now)
    rotate()
    assert build_headers(event, "{}", now=now) == before
    assert before["webhook-signature"]


@pytest.mark.django_db
def test_a_suppressed_address_stays_so_after_its_erasure(rotate):
    MailingList.objects.create(name="Friday letter")
    newsletter.subscribe(email=EMAIL)
    post_office.suppress_address(address=EMAIL)
    readers.erase_person(email=EMAIL)
    assert not Suppression.objects.filter(address=EMAIL).exists()
    rotate()
    assert is_suppressed(EMAIL)
    assert selectors.get_suppressed_addresses([EMAIL, "bo@example.org"]) == {EMAIL}
    newsletter.subscribe(email=EMAIL)
    waiting = Delivery.objects.filter(address=EMAIL)
    assert set(get_refusals(waiting)) == {row.pk for row in waiting}
    assert post_office.lift_suppression(address=EMAIL)
    assert not is_suppressed(EMAIL)


@pytest.mark.django_db
def test_a_report_of_a_provider_finds_the_mail_that_it_names(rotate):
    MailingList.objects.create(name="Friday letter")
    newsletter.subscribe(email=EMAIL)
    row = Delivery.objects.get()
    reference = row.reference
    rotate()
    assert selectors.get_by_reference(reference) == row
    assert row.reference != reference
    rotate(kept=False)
    assert selectors.get_by_reference(reference) == row


@pytest.mark.django_db
def test_a_ban_holds_and_the_link_of_a_mail_too(rotate, article, admin_user):
    said = {"name": "Ana", "text": "Words", "email": EMAIL}
    draft = comment_input.parse_comment(said, page_id=article.pk)
    comment = comments.store_comment(draft=draft, reader=readers.create_reader()).comment
    _pk, key = verification_mail.read_token(verification_mail.make_token(comment))
    comments.ban_author(
        comment_id=comment.pk, kinds=["author"], reason="Rude", moderator=admin_user
    )
    rotate()
    assert verification_mail.is_recipient(key, EMAIL)
    assert not verification_mail.is_recipient(key, "bo@example.org")
    with pytest.raises(Banned):
        choose_initial_state(draft=draft, author=Author())
    Ban.objects.update(comment=None)
    readers.erase_person(email=EMAIL)
    assert Ban.objects.get().reason == ""
