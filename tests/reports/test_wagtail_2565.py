"""wagtail#2565: two editors overwrite each other.

Who saved second won, and the first one's text was gone without a word. Here newsletter issues,
rules, lists, digests, NPS widgets, settings and policies were such forms.
"""

import inspect
import re
from html import unescape

import pytest
from django.apps import apps
from django.urls import get_resolver
from wagtail.contrib.settings.registry import registry
from wagtail.models import Page, Site
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, streamfield

from cx_feedback.comments.models import CommentSettings, Policy
from cx_feedback.core.admin.edit_conflicts import VERSION, EditConflictMixin
from cx_feedback.loyalty.site_settings import LoyaltySettings
from cx_feedback.mail.models import RateLimit
from cx_feedback.newsletter.models import (
    Digest,
    FollowUpRule,
    Issue,
    MailingList,
    NewsletterSettings,
    RuleStep,
)
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from tests.pages import squeeze

pytestmark = pytest.mark.django_db

TOLD = "Somebody else changed this while you were writing"


def opened(client, url):
    """Return what the form at ``url`` would post."""
    html = client.get(url).content.decode()
    fields = querydict_from_html(html, form_id="w-editor-form")
    if version := re.search(rf'name="{VERSION}" value="([^"]*)"', html):
        fields[VERSION] = unescape(version[1])
    return fields


def saved(client, url, form, **values):
    fields = form.copy()
    for name, value in values.items():
        fields[name] = value
    return client.post(url, fields)


@pytest.fixture
def issue(db):
    made = Issue(mailing_list=MailingList.objects.create(name="Friday letter"), subject="News")
    made.body = made.body.stream_block.to_python([{"type": "heading", "value": "Hello"}])
    made.save()
    return made


def places():
    """Yield each kind of form: its row, its address, a field and two values."""
    mailing_list = MailingList.objects.create(name="Friday letter")
    site = Site.objects.get()
    rule = FollowUpRule.objects.create(
        mailing_list=mailing_list, trigger="answered", name="Thanks", subject="Hi", body="<p>Hi</p>"
    )
    digest = Digest.objects.create(mailing_list=mailing_list, name="Weekly", subject="Read")
    limit = RateLimit.objects.create(name="Slow", domains="example.org", per_minute=5)
    policy = Policy.objects.create(page=Page.objects.get(depth=1), close_after=1)
    newsletters = NewsletterSettings.for_site(site)
    comments = CommentSettings.for_site(site)
    loyalty = LoyaltySettings.load()
    feedback = "/admin/cx-feedback"
    yield mailing_list, f"{feedback}/mailing-lists/edit/{mailing_list.pk}/", "name"
    yield rule, f"{feedback}/follow-up-rules/edit/{rule.pk}/", "name"
    yield digest, f"{feedback}/digests/edit/{digest.pk}/", "subject"
    yield limit, f"/admin/cx-feedback/rate-limits/edit/{limit.pk}/", "name"
    yield policy, f"/admin/cx-feedback/comment-policies/edit/{policy.pk}/", "close_after"
    where = "/admin/settings/cx_feedback"
    yield newsletters, f"{where}_newsletter/newslettersettings/{site.pk}/", "cap_days"
    yield comments, f"{where}_comments/commentsettings/{site.pk}/", "blocked_words"
    yield loyalty, f"{where}_loyalty/loyaltysettings/{loyalty.pk}/", "new_weeks"


def test_each_form_says_what_somebody_else_changed_and_keeps_the_words(admin_client, home):
    for row, url, field in places():
        form = opened(admin_client, url)
        assert VERSION in form, url
        first, second = ("12", "11") if str(form.get(field, "")).isdigit() else ("Other", "Mine")
        if field == "new_weeks":
            first, second = "12", "11"
        assert saved(admin_client, url, form, **{field: first}).status_code == 302, url
        answer = saved(admin_client, url, form, **{field: second})
        html = answer.content.decode()
        assert answer.status_code == 409, url
        assert TOLD in html, url
        row.refresh_from_db()
        assert str(getattr(row, field)) == first, url
        conflict = html.partition("cx-conflict")[2].partition("</section>")[0]
        assert first in conflict, url
        assert second in conflict, url
        again = querydict_from_html(html, form_id="w-editor-form")
        assert again[field].strip() == second, url
        # The button saves over it.
        again[VERSION] = unescape(re.search(rf'name="{VERSION}" value="([^"]*)"', html)[1])
        assert 'form="w-editor-form"' in conflict
        assert saved(admin_client, url, again).status_code == 302, url
        row.refresh_from_db()
        assert str(getattr(row, field)) == second, url


def test_the_parts_of_a_newsletter_issue_are_compared(admin_client, issue):
    url = f"/admin/cx-feedback/issues/edit/{issue.pk}/"
    form = opened(admin_client, url)
    Issue.objects.filter(pk=issue.pk).update(
        body=[{"type": "heading", "value": "By the first", "id": "1"}], preheader="Also new"
    )
    form.update(nested_form_data({"body": body("By the second")}))
    answer = admin_client.post(url, form)
    conflict = answer.content.decode().partition("cx-conflict")[2].partition("</section>")[0]
    assert answer.status_code == 409
    assert re.search(r'class="deletion">[^<]*first<', conflict)
    assert re.search(r'class="addition">[^<]*second<', conflict)
    assert "Also new" in conflict
    assert "Subject" not in conflict  # which nobody changed
    issue.refresh_from_db()
    assert issue.body[0].value == "By the first"


def body(words):
    return streamfield([("heading", words)])


def test_the_mails_of_a_series_are_compared(admin_client, home):
    rule = FollowUpRule.objects.create(
        mailing_list=MailingList.objects.create(name="Friday letter"),
        trigger="answered",
        name="Thanks",
        subject="Hi",
        body="<p>Hi</p>",
    )
    step = RuleStep.objects.create(rule=rule, subject="The second", body="<p>Again</p>", wait=1)
    url = f"/admin/cx-feedback/follow-up-rules/edit/{rule.pk}/"
    form = opened(admin_client, url)
    assert form["steps-0-subject"] == "The second"
    type(step).objects.filter(pk=step.pk).update(subject="By the first")
    answer = saved(admin_client, url, form, **{"steps-0-subject": "By the second"})
    conflict = answer.content.decode().partition("cx-conflict")[2].partition("</section>")[0]
    assert answer.status_code == 409
    assert re.search(r'class="deletion">[^<]*first<', conflict)
    assert re.search(r'class="addition">[^<]*second<', conflict)
    step.refresh_from_db()
    assert step.subject == "By the first"


def test_what_changes_by_itself_is_no_conflict(admin_client, issue):
    url = f"/admin/cx-feedback/issues/edit/{issue.pk}/"
    form = opened(admin_client, url)
    form.update(nested_form_data({"body": body("Mine")}))
    Issue.objects.filter(pk=issue.pk).update(problem="No server", recipients=3)
    assert admin_client.post(url, form).status_code == 302


def test_an_issue_that_went_out_meanwhile_gives_the_words_back(admin_client, issue):
    url = f"/admin/cx-feedback/issues/edit/{issue.pk}/"
    form = opened(admin_client, url)
    form.update(nested_form_data({"body": body("Too late")}))
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.POSTED)
    html = admin_client.post(url, form).content.decode()
    assert "It has been sent in the meantime and can no longer be changed." in html
    assert "Too late" in html
    assert "Save my version" not in html
    issue.refresh_from_db()
    assert issue.body[0].value == "Hello"


def test_an_nps_widget_with_its_drafts(admin_client, home):
    widget = surveys.publish_survey(survey=NPSWidget(title="Would you?"))
    url = f"/admin/cx-feedback/nps/edit/{widget.pk}/"
    form = opened(admin_client, url)
    assert saved(admin_client, url, form, title="Other").status_code == 302
    answer = saved(admin_client, url, form, title="Mine", **{"action-publish": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert TOLD in html
    assert 'name="action-publish" value="1">Save my version</button>' in squeeze(html)
    widget.refresh_from_db()
    assert widget.title == "Would you?"
    assert widget.latest_revision.as_object().title == "Other"
    again = querydict_from_html(html, form_id="w-editor-form")
    assert again["title"] == "Mine"
    assert saved(admin_client, url, again, **{"action-publish": "1"}).status_code == 302
    widget.refresh_from_db()
    assert widget.title == "Mine"


def test_every_edit_form_of_ours_is_guarded(admin_client, home):
    """Of snippets, of other models, of settings: none is forgotten."""
    ours = {m for m in apps.get_models() if m._meta.app_label.startswith("cx_feedback")}
    for model in ours & set(get_snippet_models()):
        assert issubclass(model.snippet_viewset.edit_view_class, EditConflictMixin), model
    guarded = set()
    for pattern in patterns(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        if pattern.name != "edit" or not hasattr(view, "view_class"):
            continue
        model = view.view_initkwargs.get("model")
        if model in ours:
            assert issubclass(view.view_class, EditConflictMixin), model
            guarded.add(model)
    assert {Issue, FollowUpRule, NPSWidget, RateLimit, Policy} <= guarded
    assert ours & set(registry)  # settings, tried above


def patterns(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern)
        else:
            yield pattern
