"""The content of the newsletter's blocks in Wagtail's API."""

from typing import Any

from django.urls import reverse

from cx_feedback.core.pages.api_pages import get_api_pages
from cx_feedback.newsletter.guides.form_context import build_guide_context
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.subscribing.form_context import OfferedList, build_form_context


def build_signup_content(
    lists: list[MailingList], *, ask_name: bool, offer_topics: bool
) -> dict[str, Any] | None:
    """Return the lists with topics and words of consent, and the address of sign-ups.

    None if no list takes subscriptions. In a list of pages, the same form is built once.
    """
    shown = get_api_pages()
    if shown is None:
        return _build_signup(lists, ask_name=ask_name, offer_topics=offer_topics)
    key = ("signup", tuple(one.pk for one in lists), ask_name, offer_topics)
    if key not in shown.memo:
        built = _build_signup(lists, ask_name=ask_name, offer_topics=offer_topics)
        shown.memo[key] = built
    found: dict[str, Any] | None = shown.memo[key]
    return found


def _build_signup(
    lists: list[MailingList], *, ask_name: bool, offer_topics: bool
) -> dict[str, Any] | None:
    context = build_form_context(lists, None, ask_name=ask_name, offer_topics=offer_topics)
    if context["mailing_list"] is None:
        return None
    return {
        "url": reverse("cx_feedback:api-subscriptions"),
        "ask_name": ask_name,
        "lists": [_build_list(one) for one in context["offered"]],
    }


def _build_list(offered: OfferedList) -> dict[str, Any]:
    return {
        "id": offered.mailing_list.pk,
        "name": offered.mailing_list.name,
        "description": offered.mailing_list.description,
        "consent": offered.wording,
        "topics": [{"id": one.topic.pk, "name": one.topic.name} for one in offered.topics],
    }


def build_guide_content(document: Any, mailing_list: MailingList | None) -> dict[str, Any] | None:
    """Return the key of a guide, its title, the offered list, and the address of requests.

    None without a document.
    """
    context = build_guide_context(document, mailing_list, None)
    if not context["guide"]:
        return None
    offered = context["mailing_list"]
    return {
        "url": reverse("cx_feedback:api-guides"),
        "guide": context["guide_key"],
        "title": document.title,
        "list": offered and {"id": offered.pk, "name": offered.name, "consent": context["wording"]},
    }
