import pytest

from cx_feedback.nps import services
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys


@pytest.fixture
def draft(db):
    return NPSWidget(title="Under articles", thanks="We read it.", open_by_address=True)


@pytest.fixture
def widget(draft):
    return surveys.publish_survey(survey=draft)


@pytest.fixture
def scores(widget):
    """A function that stores these scores."""

    def submit(*given, **how):
        return [services.submit_score(widget_id=widget.pk, score=score, **how) for score in given]

    return submit
