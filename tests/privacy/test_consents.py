"""The history of a reader's choices, and what an objection to scoring takes and leaves."""

import datetime

import pytest
from django.apps import apps

from cx_feedback.core.privacy import registry
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.loyalty.models import Attitude, Silence
from cx_feedback.newsletter.models import KnownTier, MailingList, Subscription
from cx_feedback.readers import services
from cx_feedback.readers.models import Consent, Reader
from cx_feedback.readers.privacy.consent_text import get_wording_version
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.surveys.models import Response
from tests.comments.conftest import talk, write  # noqa: F401
from tests.surveys.conftest import answer, draft, locales, survey  # noqa: F401

pytestmark = pytest.mark.django_db
#: What an estimate is made of or says: an objection erases it.
SCORING = {"cx_feedback_readers.VisitDay", "cx_feedback_readers.PastVisits"}
SCORING |= {"cx_feedback_loyalty.Silence", "cx_feedback_loyalty.Attitude"}
SCORING |= {"cx_feedback_newsletter.KnownTier"}


def consent(reader, wording):
    how = {"reader": reader, "purpose": Consent.VISITS, "source": "form", "page_id": 7}
    return services.give_consent(wording=wording, **how)


def test_each_consent_keeps_text_version_time_page_and_way(db):
    reader = services.create_reader()
    consent(reader, "Remember my days.")
    services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    consent(reader, "Remember my days, and write.")
    first, second = export_person(reader_ids=[reader.pk])["readers"][0]["consents"]
    assert (first["wording"], first["page"], first["source"]) == ("Remember my days.", 7, "form")
    assert first["version"] == get_wording_version("Remember my days.") != second["version"]
    assert first["given_at"] <= first["withdrawn_at"] <= second["given_at"]
    assert second["withdrawn_at"] is None


def test_an_objection_erases_what_it_needs_and_nothing_else(write, answer):  # noqa: F811
    reader = services.create_reader()
    services.confirm_email(reader=reader, email="ana@example.org")
    reader = Reader.objects.get()
    consent(reader, "Remember my days.")
    services.count_day(reader=reader, day=datetime.date(2026, 3, 2))
    answer(reader=reader, more={"q-text": "Words"})
    write("A comment", reader=reader, email="ana@example.org")
    letter = MailingList.objects.create(name="Friday letter")
    Subscription.objects.create(mailing_list=letter, email="ana@example.org", reader=reader)
    Silence.objects.create(
        reader=reader,
        last_day=datetime.date(2026, 3, 2),
        fell_silent_on=datetime.date(2026, 5, 1),
        probability=0.1,
    )
    Attitude.objects.create(reader=reader, nps_class="promoter")
    KnownTier.objects.create(reader=reader, tier="loyal")
    before = count_rows(reader)
    services.object_to_scoring(reader=reader, wording="Estimate nothing.", source="me")
    after = count_rows(reader)
    assert all(after[name] == 0 for name in SCORING)
    kept = set(before) - SCORING - {"cx_feedback_readers.Consent"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (Response.objects.get().reader, Subscription.objects.get().reader) == (reader, reader)
    told = export_person(reader_ids=[reader.pk])
    assert told["loyalty"] == []
    figures = told["readers"][0]
    assert (figures["active_periods"], figures["first_period"], figures["tier"]) == (0, None, "")
    assert figures["email"] == "ana@example.org"


def count_rows(reader):
    """Return the number of rows about a reader, by model of all rooms."""
    person = Person("ana@example.org", (reader.pk,))
    found = {
        entry.model._meta.label: entry.find_rows(person).count()
        for entry in registry.get_personal_models()
    }
    for name in ("VisitDay", "PastVisits", "Consent", "Activity"):
        model = apps.get_model("cx_feedback_readers", name)
        found[model._meta.label] = model.objects.filter(reader=reader).count()
    return found
