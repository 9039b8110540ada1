"""Digests: composing an issue from the articles published since the last one."""

import datetime
from typing import Any

import swapper
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cx_feedback.core.pages.sites import get_site
from cx_feedback.newsletter.issues.article_page_types import get_models_by_label
from cx_feedback.newsletter.models import Digest, Issue, Topic
from cx_feedback.newsletter.rendering.mail_renderer import escape_braces
from cx_feedback.newsletter.services.issues import find_problems, post_issue

#: Articles in one issue. Readers find the others on the site.
MAX_ARTICLES = 20


def get_new_articles(digest: Digest, *, until: datetime.datetime) -> QuerySet[Any]:
    """Return the public pages first published since the last issue, newest first.

    Only pages of the digest's page types. Without page types, only pages without child pages,
    since the others are usually lists of articles.
    """
    pages = swapper.load_model("wagtailcore", "Page").objects.live().public()
    if digest.page_types:
        pages = pages.exact_type(*get_models_by_label(digest.page_types))
    else:
        pages = pages.filter(numchild=0)
    found: QuerySet[Any] = pages.filter(
        _get_section_filter(digest),
        first_published_at__gt=digest.included_until,
        first_published_at__lte=until,
    )
    if digest.language:
        found = found.filter(locale__language_code=digest.language)
    return found.order_by("-first_published_at")[:MAX_ARTICLES]


def _get_section_filter(digest: Digest) -> Q:
    roots = [topic.section for topic in digest.topics.all() if topic.section]
    if not roots:
        site = get_site(digest.mailing_list.site_id)
        roots = [digest.section or (site and site.root_page)]
    below = Q(pk__in=[])
    for root in filter(None, roots):
        inside = Q(path__startswith=root.path)
        if digest.section:
            inside &= Q(path__startswith=digest.section.path)
        below |= inside
    return below


def fill_digests(*, now: datetime.datetime | None = None) -> int:
    """Create and post the issues of digests that are due and return their number.

    Safe to run twice or concurrently.
    """
    now = now or timezone.now()
    active = Digest.objects.filter(active=True).order_by("pk").values_list("pk", flat=True)
    return sum(_fill_digest(pk, now) for pk in list(active))


@transaction.atomic
def _fill_digest(digest_id: int, now: datetime.datetime) -> bool:
    # The lock lets one run compose the issue. The constraint on Issue would stop a second one.
    digest = (
        Digest.objects.select_for_update(skip_locked=True).filter(pk=digest_id, active=True).first()
    )
    if digest is None:
        return False
    due = digest.get_last_due_time(now)
    if due <= digest.included_until or Issue.objects.filter(digest=digest, digest_at=due).exists():
        return False
    pages = list(get_new_articles(digest, until=due))
    if len(pages) < digest.min_articles:
        return False
    issue = build_digest_issue(digest, pages, due)
    issue.save()
    issue.topics.set(digest.topics.all())
    issue.save()
    digest.included_until = due
    digest.save(update_fields=["included_until"])
    if problems := find_problems(issue):
        issue.problem = "\n".join(problems)
        issue.save()
        return False
    post_issue(issue)
    return True


def build_digest_issue(digest: Digest, pages: list[Any], due: datetime.datetime) -> Issue:
    """Return an unsaved issue that shows ``pages``."""
    body: list[Any] = []
    if digest.intro:
        lines = digest.intro.replace("&", "&amp;").replace("<", "&lt;").split("\n")
        body.append(
            {"type": "text", "value": "".join(f"<p>{line}</p>" for line in lines if line.strip())}
        )
    parts = _group_by_topic(digest, pages)
    for topic, articles in parts:
        if topic and len(parts) > 1:
            # Braces in the names of topics would be read as placeholders.
            body.append({"type": "heading", "value": escape_braces(topic.name)})
        value = {"pages": [page.pk for page in articles], "pictures": True}
        body.append({"type": "articles", "value": value})
    issue = Issue(
        mailing_list=digest.mailing_list,
        language=digest.language,
        subject=digest.subject,
        preheader=escape_braces(", ".join(page.title for page in pages))[:150],
        digest=digest,
        digest_at=due,
    )
    issue.body = issue.body.stream_block.to_python(body)
    return issue


def _group_by_topic(digest: Digest, pages: list[Any]) -> list[tuple[Topic | None, list[Any]]]:
    """Group the pages by the first topic whose section contains them, in the order of topics.

    Pages in no section come last, under None.
    """
    topics = digest.topics.select_related("section").order_by("sort_order", "pk")
    remaining, parts = list(pages), []
    for topic in topics:
        root = topic.section.path if topic.section else None
        inside = [page for page in remaining if root and page.path.startswith(root)]
        if inside:
            parts.append((topic, inside))
            remaining = [page for page in remaining if page not in inside]
    return [*parts, (None, remaining)] if remaining else parts
