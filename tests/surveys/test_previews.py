"""Previews: of a draft, of a page in the admin, of the types in the block picker."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import escape

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.templatetags.cx_feedback_surveys import cx_survey, cx_survey_draft
from tests.pages import publish

pytestmark = pytest.mark.django_db
GOES = ("/feedback/surveys/", "/feedback/nps/", "/feedback/api/", 'method="post"')
TYPES = Survey._meta.get_field("questions").stream_block.child_blocks


def goes_nowhere(html):
    assert 'method="dialog"' in html
    assert "nothing that you answer here is stored" in html
    assert not [address for address in GOES if address in html]


def test_the_form_of_a_draft_goes_nowhere(survey):
    goes_nowhere(cx_survey_draft(survey))


def test_a_page_previewed_in_the_admin_stores_nothing(survey):
    request = RequestFactory().get("/")
    assert 'method="post"' in cx_survey({"request": request}, survey)
    request.is_preview = True
    goes_nowhere(cx_survey({"request": request}, survey))


def test_page_and_widget_by_the_admins_addresses(admin_client, survey, article):
    widget = services.publish_survey(survey=NPSWidget(title="Would you?"))
    publish(article, ("survey", {"survey": survey.pk}), ("nps", {"widget": widget.pk}))
    url = f"/admin/pages/{article.pk}/revisions/{article.latest_revision_id}/view/"
    html = admin_client.get(url).content.decode()
    assert html.count('method="dialog"') == 2
    assert "/responses/" not in html
    assert f"/feedback/surveys/{survey.pk}/" not in html
    assert f"/feedback/nps/{widget.pk}/" not in html
    url = f"/admin/cx-feedback/nps/history/{widget.pk}/revisions/{widget.latest_revision_id}/view/"
    goes_nowhere(admin_client.get(url).content.decode())
    assert not Response.objects.exists()
    assert not Start.objects.exists()


@pytest.mark.parametrize("name", TYPES)
def test_the_block_picker_shows_every_type(name):
    block = TYPES[name]
    value = block.get_preview_value()
    context = {"block_def": block, "bound_block": block.bind(value)}
    template = block.get_preview_template(value, context)
    html = render_to_string(template, block.get_preview_context(value, context))
    assert block.is_previewable
    words = block.meta.sample.get("help") if name == "ending" else block.meta.sample["label"]
    assert escape(str(words)) in html
