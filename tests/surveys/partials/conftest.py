"""A survey of three pages whose answered pages are kept."""

import uuid

import pytest

from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse
from cx_feedback.surveys.partials.services import save_partial
from tests.surveys.flow.conftest import YES, flow


@pytest.fixture(autouse=True)
def _keeping_site(settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "SURVEYS_PARTIAL_DAYS": 30}


@pytest.fixture
def kept(draft):
    draft.questions = draft.questions.stream_block.to_python(flow())
    draft.keeps_partials = True
    return services.publish_survey(survey=draft)


@pytest.fixture
def leave(kept):
    """Return a function that answers the first pages, up to a question, and leaves."""

    def leave_(upto="stars", *, key=None, sequence=1, answers=None, **how):
        key = key or uuid.uuid4()
        given = {"reads": YES, "stars": 4} if answers is None else answers
        how.setdefault("survey_id", kept.pk)
        save_partial(key=key, sequence=sequence, answers=given, upto=upto, **how)
        return PartialResponse.objects.get(key=key)

    return leave_
