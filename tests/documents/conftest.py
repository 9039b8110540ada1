"""What code in documents may use without making it: rows of a site, by their names."""

import pytest
from wagtail.models import Page

from cx_feedback.comments.services import store_comment
from cx_feedback.comments.submission.comment_input import parse_comment
from cx_feedback.surveys import services as surveys
from tests import pages
from tests.documents.site_code import SiteCode
from tests.surveys.conftest import GOOD


@pytest.fixture
def site_code(request):
    """Runs the blocks of one page: names that it does not define come from here."""
    with SiteCode(request.getfixturevalue) as code:
        yield code


@pytest.fixture
def page(article) -> Page:
    return article


@pytest.fixture
def blog_index(home) -> Page:
    return home


@pytest.fixture
def survey(db):
    return pages.make_survey()


@pytest.fixture
def response(survey):
    answers = {"q-choice": GOOD}
    return surveys.submit_response(survey_id=survey.pk, answers=answers)


@pytest.fixture
def comment(page):
    draft = parse_comment({"name": "Ana", "text": "I liked it."}, page_id=page.pk, language="en")
    return store_comment(draft=draft, reader=None).comment


@pytest.fixture
def user(admin_user):
    return admin_user
