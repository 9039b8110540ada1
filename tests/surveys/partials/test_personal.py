"""What is kept of a person who did not finish is exported and erased with the rest."""

import pytest

from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy import person_requests
from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Survey, Tally
from cx_feedback.surveys.results.tally_folding import STOPPED
from tests.surveys.flow.conftest import YES, block, choice

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"


@pytest.fixture
def asking(locales):
    """A survey that asks for an address on its first of two pages."""
    survey = Survey(title="Ask", open_by_address=True, keeps_partials=True)
    raw = [block("email", "mail", "Address"), block("page_break", "two"), choice("reads", "Yes?")]
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish_survey(survey=survey)


def export(**whose):
    return person_requests.export_person(**whose)["unfinished_responses"]


def test_a_readers_pages_are_exported_in_words(leave, reader):
    leave(reader=reader, page_id=4)
    leave()
    [found] = export(reader_ids=[reader.pk])
    assert (found["survey"], found["page"]) == ("Your visit", 4)
    assert found["answers"] == [
        {"question": "Do you read us?", "answer": "Yes"},
        {"question": "How good are we?", "answer": "4"},
    ]


def test_they_are_erased_with_the_reader_and_stay_a_number(leave, reader):
    mine, other = leave(reader=reader), leave()
    counts = person_requests.erase_person(reader_ids=[reader.pk])
    assert counts["unfinished_responses"] == 1
    assert list(PartialResponse.objects.all()) == [other]
    assert Tally.objects.get(question=STOPPED).value == mine.last_question


def test_an_address_on_an_answered_page_is_found(asking, leave, reader):
    mine = leave("mail", survey_id=asking.pk, answers={"mail": ADDRESS}, reader=reader)
    leave("mail", survey_id=asking.pk, answers={"mail": "eve@example.org"})
    [found] = export(email=ADDRESS)
    assert found["answers"] == [{"question": "Address", "answer": ADDRESS}]
    assert person_requests.find_unproved_reader_ids(email=ADDRESS) == [reader.pk]
    person_requests.erase_person(email=ADDRESS)
    assert not PartialResponse.objects.filter(pk=mine.pk).exists()
    assert PartialResponse.objects.count() == 1
    assert not Reader.objects.filter(pk=reader.pk).exists()


def test_another_address_on_a_page_protects_its_reader(asking, leave):
    reader = readers.create_reader()
    for address in (ADDRESS, "eve@example.org"):
        leave("mail", survey_id=asking.pk, answers={"mail": address}, reader=reader)
    assert person_requests.find_unproved_reader_ids(email=ADDRESS) == []


def test_a_reader_who_is_deleted_leaves_no_pages(leave, reader):
    leave(reader=reader, answers={"reads": YES})
    reader.delete()
    assert not PartialResponse.objects.exists()
