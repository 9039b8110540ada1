"""Pages, responses and sweeps at once; needs a database with row locks."""

import contextlib
import uuid

from cx_feedback.surveys import services
from cx_feedback.surveys.models import PartialResponse, Response
from cx_feedback.surveys.partials.errors import AlreadySent
from cx_feedback.surveys.partials.services import save_partial
from tests.surveys.flow.conftest import YES
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ANSWERS = {"reads": YES, "stars": 4}


def test_no_page_comes_back_after_the_response(kept):
    for _ in range(30):
        key = uuid.uuid4()

        def save(number, key=key):
            def run():
                with contextlib.suppress(AlreadySent):
                    save_partial(
                        survey_id=kept.pk, key=key, sequence=number, answers=ANSWERS, upto="stars"
                    )

            return run

        def send(key=key):
            services.submit_response(survey_id=kept.pk, answers=ANSWERS, partial=key)

        in_threads(save(1), send, save(2), save(3))
        stored = PartialResponse.objects.get(key=key)
        assert (stored.sent, stored.answers) == (True, {})
    assert Response.objects.count() == 30


def test_the_last_of_several_pages_at_once_stays(kept):
    for _ in range(30):
        key = uuid.uuid4()

        def save(number, key=key):
            answers = {**ANSWERS, "name": str(number)}
            return lambda: save_partial(
                survey_id=kept.pk, key=key, sequence=number, answers=answers, upto="name"
            )

        in_threads(*(save(number) for number in (3, 1, 4, 2)))
        assert PartialResponse.objects.get(key=key).answers["name"] == "4"
