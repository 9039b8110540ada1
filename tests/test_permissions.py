"""Every address of the "Feedback" menu: who may, who may not, and that a link changes nothing."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Ban, Policy, Section
from cx_feedback.comments.submission import comment_input
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, Mailing, RateLimit
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import (
    Digest,
    FollowUpRule,
    Issue,
    MailingList,
    SubscriberImport,
    Subscription,
)
from cx_feedback.readers import services as readers
from cx_feedback.surveys.exports.models import Export
from tests.pages import make_survey, make_widget

pytestmark = pytest.mark.django_db
ADMIN = "/admin/"
OURS = ("cx-", "feedback/")
#: Wagtail's own screens for one revision or task, which our viewsets leave as they are.
WAGTAIL_S = ("/workflow", "/revisions/")
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"cx_feedback_')


def addresses(patterns: Any, prefix: str = "") -> Iterator[str]:
    """Iterate over the routes of this package below the admin."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            if route.startswith(OURS) and not any(part in route for part in WAGTAIL_S):
                yield route
        else:
            yield from addresses(pattern.url_patterns, route)


def admin_routes() -> list[str]:
    [admin] = [p for p in get_resolver().url_patterns if str(p.pattern) == "admin/"]
    # The first of several patterns with one route is the one that answers.
    return sorted(set(addresses(admin.url_patterns)))


ROUTES = admin_routes()


@pytest.fixture
def there(article):
    """What the routes' parameters may stand for, by how the route begins."""
    mailing_list = MailingList.objects.create(name="Friday letter")
    rule = FollowUpRule.objects.create(
        name="Rule",
        trigger="subscribed",
        mailing_list=mailing_list,
        subject="Hello",
        body="<p>x</p>",
    )
    newsletter.subscribe(email="ana@example.org")
    survey = make_survey()
    export = Export.objects.create(survey=survey, state=Export.State.DONE)
    draft = comment_input.parse_comment({"name": "Ana", "text": "Words"}, page_id=article.pk)
    comment, group = (
        comments.store_comment(draft=draft).comment,
        Group.objects.create(name="Politics"),
    )
    return {
        "cx-feedback/surveys/": {"pk": survey, "name": "csat", "export": export},
        "cx-surveys/page/": {"pk": article},
        "cx-feedback/nps/": {"pk": make_widget()},
        "cx-feedback/mailing-lists/": {"pk": mailing_list},
        "cx-feedback/follow-up-rules/": {"pk": rule},
        "cx-feedback/issues/": {"pk": Issue.objects.create(mailing_list=mailing_list, subject="x")},
        "cx-feedback/digests/": {
            "pk": Digest.objects.create(name="x", mailing_list=mailing_list, subject="x")
        },
        "cx-feedback/subscriptions/import/": {
            "pk": SubscriberImport.objects.create(file_name="x.csv")
        },
        "cx-feedback/subscriptions/": {"pk": Subscription.objects.get()},
        "feedback/deliveries/mailings/": {"name": Mailing.objects.create(name="rule:1").name},
        "feedback/deliveries/": {"pk": Delivery.objects.get()},
        "feedback/rate-limits/": {"pk": RateLimit.objects.create(name="x", per_minute=1)},
        "feedback/suppressed-addresses/": {
            "pk": post_office.suppress_address(address="bo@example.org")
        },
        "cx-feedback/loyalty/": {"pk": readers.create_reader()},
        "cx-feedback/comments/bans/": {
            "pk": Ban.objects.create(kind="author", key="x", comment=comment)
        },
        "cx-feedback/comments/": {"pk": comment, "page_id": article, "batch": uuid.uuid4()},
        "cx-feedback/comment-policies/": {"pk": Policy.objects.create(page=article, rule="first")},
        "cx-feedback/comment-sections/": {"pk": Section.objects.create(group=group, page=article)},
    }


def filled(route: str, there: dict[str, dict[str, Any]]) -> str:
    """Return the address of ``route`` for something that exists."""
    known = next((v for begin, v in there.items() if route.startswith(begin)), {})

    def value(match: re.Match[str]) -> str:
        thing = known[match[1]]
        return str(getattr(thing, "pk", thing))

    return ADMIN + re.sub(r"<(?:\w+:)?(\w+)>", value, route)


@pytest.fixture
def user(django_user_model):
    """A function that makes a user of the admin, with every right of ours or none: a client."""

    def make(name, everything=False, **kwargs):
        made = django_user_model.objects.create_user(name, f"{name}@example.org", "x")
        rights = Permission.objects.filter(codename="access_admin")
        if everything:
            rights |= Permission.objects.filter(content_type__app_label__startswith="cx_feedback")
        made.user_permissions.set(rights)
        client = Client(**kwargs)
        client.force_login(made)
        return client

    return make


def test_the_routes_are_all_found():
    assert {route.split("<")[0] for route in ROUTES} >= {
        "cx-feedback/comments/",
        "cx-feedback/comments/decide/",
        "cx-feedback/loyalty/",
        "cx-feedback/loyalty/readers/",
        "cx-feedback/surveys/results/",
        "cx-feedback/nps/results/",
        "feedback/deliveries/again/",
        "cx-feedback/subscriptions/end/",
    }


def written(captured: CaptureQueriesContext) -> list[str]:
    """Return the statements that changed a table of this package."""
    return [q["sql"] for q in captured if WRITES.match(q["sql"])]


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_without_account_right_or_token(client, there, user, route):
    address, other = filled(route, there), user("ed")
    careless = user("chief", everything=True, enforce_csrf_checks=True)
    with CaptureQueriesContext(connection) as captured:
        for method in ("get", "post"):
            response = getattr(client, method)(address)
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("wagtailadmin_login"))
            response = getattr(other, method)(address)
            assert response.status_code in (302, 403, 405)
            assert response.status_code != 302 or response["Location"] == ADMIN
        assert careless.post(address).status_code == 403
    assert written(captured) == []


@pytest.mark.parametrize("route", ROUTES)
def test_an_editor_may_and_a_link_changes_nothing(there, user, route):
    editor = user("chief", everything=True)
    with CaptureQueriesContext(connection) as captured:
        response = editor.get(filled(route, there))
    assert response.status_code in (200, 302, 405)
    assert response.status_code != 302 or response["Location"] != ADMIN
    assert written(captured) == []
