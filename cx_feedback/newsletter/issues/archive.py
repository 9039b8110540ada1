"""The public archive of issues and its feed, the same for every reader and cacheable."""

import uuid
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.newsletter.issues.issue_renderer import get_sent_issue, render_public_subject
from cx_feedback.newsletter.models import Issue, MailingList
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site
from cx_feedback.newsletter.subscribing.missing_lists import LIST_TOMBSTONE
from cx_feedback.readers import tombstones

#: Inline styles are allowed, which the site's own policy may forbid. In turn an issue can't do
#: anything but show pictures.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
#: Issues in the archive's list and in the feed.
MAX_ISSUES = 50


def get_public_issues(mailing_list: MailingList) -> Any:
    """Return the public issues of a mailing list, newest first."""
    rows = Issue.objects.in_public_archive().filter(mailing_list=mailing_list)
    rows = rows.select_related("mailing_list", "digest__section")
    return rows.defer(*Issue.SENT_FIELDS).order_by("-posted_at")[:MAX_ISSUES]


@require_safe
def show_issue(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show an issue as it was sent, without anything about its recipients."""
    rows = Issue.objects.in_public_archive().select_related("mailing_list")
    issue = rows.filter(key=key).first()
    if issue is None:
        raise tombstones.get_missing_error(kind=Issue.TOMBSTONE, key=key)
    response = HttpResponse(get_sent_issue(issue).html)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def get_list_or_404(list_id: int) -> MailingList:
    """Return a mailing list. Raises Gone for a deleted one and NotFound for an unknown id."""
    found = MailingList.objects.filter(pk=list_id).first() if list_id < 2**63 else None
    if found is None:
        raise tombstones.get_missing_error(kind=LIST_TOMBSTONE, key=list_id)
    return found


@require_safe
def list_issues(request: HttpRequest, list_id: int) -> HttpResponse:
    """List the issues of a mailing list."""
    mailing_list = get_list_or_404(list_id)
    issues = [(issue, render_public_subject(issue)) for issue in get_public_issues(mailing_list)]
    context = {"mailing_list": mailing_list, "issues": issues}
    return render(request, "cx_feedback/newsletter/archive.html", context)


class IssuesFeed(Feed):
    """RSS of the issues of a mailing list."""

    def get_object(self, request: HttpRequest, list_id: int) -> MailingList:
        found: Any = get_list_or_404(list_id)
        found.base_url = get_mail_site(found.site_id or get_site_id(request)).base_url
        return found

    def title(self, obj: MailingList) -> str:
        return obj.name

    def link(self, obj: Any) -> str:
        path = reverse("cx_feedback:newsletter-archive", args=[obj.pk])
        return signed_links.make_absolute(path, obj.base_url)

    def description(self, obj: MailingList) -> str:
        return obj.description or pgettext("newsletter", "Issues of %s") % obj.name

    def items(self, obj: Any) -> Any:
        issues = list(get_public_issues(obj))
        for issue in issues:
            issue.base_url = obj.base_url
        return issues

    def item_title(self, item: Any) -> str:
        return render_public_subject(item)

    def item_description(self, item: Any) -> str:
        return str(item.preheader)

    def item_link(self, item: Any) -> str:
        return signed_links.make_absolute(item.get_archive_path(), item.base_url)

    def item_pubdate(self, item: Any) -> Any:
        return item.posted_at
