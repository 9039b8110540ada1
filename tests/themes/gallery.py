"""What readers see of every room, in each of its states: the HTML of pages as they are served."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.template import Context, Template
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Site

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment, CommentSettings
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Survey
from tests.conftest import OWN
from tests.pages import publish
from tests.site.models import ArticlePage
from tests.surveys.flow.conftest import flow
from tests.surveys.questions.asking import BLOCKS, raw

WORDS = """A *comment* with **all** that may stand in it: https://example.org/ and `code`

> what somebody else said

- one
- two"""


def collect(client: Client, article: ArticlePage, write: Callable[..., Comment]) -> dict[str, str]:
    """Return the documents by name; ``write`` stores a comment on the article."""
    rooms = (_surveys, _nps, _comments, _own_comments, _newsletter, _subscriber, _core)
    return {
        name: html
        for room in rooms
        for name, html in (
            room(client, article, write) if room is _comments else room(client, article)
        )
    }


def _get(client: Client, url: str, **given: Any) -> str:
    return client.get(url if url.startswith("/") else "/" + url.split("/", 3)[3], given).text


def _post(client: Client, url: str, follow: bool = False, **given: Any) -> str:
    url = url if url.startswith("/") else "/" + url.split("/", 3)[3]
    response = client.post(url, {"lang": "en", **given}, follow=follow, **OWN)
    assert follow or response.status_code != 303, f"{url} went through"
    return response.text


def _surveys(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    stream = [raw(kind, shuffle=False, required=True) for kind in BLOCKS]
    every = surveys.publish_survey(
        survey=Survey(title="All of them", intro="Why.", questions=stream)
    )
    paged = surveys.publish_survey(survey=Survey(title="Pages", questions=flow()))
    publish(article, ("survey", {"survey": every.pk}), ("survey", {"survey": paged.pk}))
    yield "surveys", _get(client, article.url)
    yield "survey refused", _post(client, f"/feedback/surveys/{every.pk}/", page=article.pk)
    answers = {"page": article.pk, "step": 0, "answers.reads": "c-yes", "answers.stars": "2"}
    yield "survey, next page", _post(client, f"/feedback/surveys/{paged.pk}/", **answers)


def _nps(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    widget = surveys.publish_survey(survey=NPSWidget(title="Would you recommend us?"))
    publish(article, ("nps", {"widget": widget.pk}))
    yield "nps", _get(client, article.url)
    yield "nps refused", _post(client, f"/feedback/nps/{widget.pk}/", page=article.pk)


def _comments(
    client: Client, article: ArticlePage, write: Callable[..., Comment]
) -> Iterator[tuple[str, str]]:
    publish(article, ("comments", {"heading": "", "order": "newest"}))
    first = write(WORDS, state="published")
    reply = write(parent=first, state="published")
    write(parent=reply, state="published")
    gone = write(state="published")
    write(parent=gone, state="published")
    comments.hide_comments(ids=[gone.pk])
    comments.highlight_comments("pick", ids=[first.pk])
    comments.highlight_comments("pin", ids=[first.pk])
    Comment.objects.filter(pk=reply.pk).update(by_staff=True, edited_at=reply.created_at)
    decided = CommentSettings.for_site(Site.objects.get())
    for votes in (CommentSettings.Votes.REACTIONS, CommentSettings.Votes.BOTH):
        decided.votes = votes
        decided.save()
        yield f"comments, {votes}", _get(client, article.url)
    at = f"/feedback/comments/{first.pk}"
    yield "comment refused", _post(client, "/feedback/comments/post/", page=article.pk, email="x")
    yield "permalink", _get(client, f"{at}/", lang="en")
    yield "all comments", _get(client, f"/feedback/comments/page/{article.pk}/", lang="en")
    yield "reply", _get(client, f"{at}/reply/", lang="en")
    yield "report refused", _post(client, f"{at}/flags/")
    yield "follow", _get(client, "/feedback/comments/follow/", page=article.pk, lang="en")
    yield "follow refused", _post(client, "/feedback/comments/follow/", page=article.pk, email="x")


def _own_comments(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    words = {"page": article.pk, "name": "Eva", "text": "Of my own", "email": "eva@example.org"}
    _post(client, "/feedback/comments/post/", follow=True, **words)
    own = Comment.objects.latest("pk")
    yield "own comments", _get(client, "/feedback/comments/mine/", lang="en", page=article.pk)
    yield "edit", _get(client, f"/feedback/comments/{own.pk}/edit/", lang="en")
    yield "edit refused", _post(client, f"/feedback/comments/{own.pk}/edit/", text="")
    yield "delete", _get(client, f"/feedback/comments/{own.pk}/delete/", lang="en")


def _newsletter(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    friday = MailingList.objects.create(name="Friday letter", description="One article a week.")
    MailingList.objects.create(name="Monday letter", description="What the week brings.")
    for name in ("Tests", "Talks"):
        Topic.objects.create(mailing_list=friday, name=name, description="All about it.")
    publish(article, ("subscribe", {"mailing_list": friday.pk, "ask_name": True}))
    yield "subscribe", _get(client, article.url)
    at = "/feedback/newsletter/subscribe/"
    yield "subscribe refused", _post(client, at, page=article.pk, list=friday.pk, email="x")
    file = ContentFile(b"%PDF-1.4", name="notebook.pdf")
    guide = Document.objects.create(title="Notebook", file=file)
    tag = Template("{% load cx_feedback_newsletter %}{% cx_guide guide mailing_list %}")
    yield "guide", tag.render(Context({"guide": guide, "mailing_list": friday, "page": article}))
    yield "archive", _get(client, f"/feedback/newsletter/archive/{friday.pk}/", lang="en")


def _subscriber(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    row = Subscription.objects.create(
        mailing_list=MailingList.objects.get(name="Friday letter"),
        email="ana@example.org",
        language="en",
        consent_wording="One article a week.",
    )
    confirm = signed_links.get_confirm_url([row.pk], 1)
    yield "confirm", _get(client, confirm)
    yield "confirmed", _post(client, confirm)
    newsletter.confirm_subscription(subscription_id=row.pk)
    yield "preferences", _get(client, signed_links.get_preferences_url(row.pk))
    yield (
        "preferences saved",
        _post(client, signed_links.get_preferences_url(row.pk), follow=True, lists="1"),
    )
    yield "preferences wanted", _get(client, "/feedback/newsletter/preferences/", lang="en")
    yield "preferences refused", _post(client, "/feedback/newsletter/preferences/", email="x")
    yield "unsubscribe", _get(client, signed_links.get_unsubscribe_url(row.pk))
    yield "unsubscribed", _post(client, signed_links.get_unsubscribe_url(row.pk))


def _core(client: Client, article: ArticlePage) -> Iterator[tuple[str, str]]:
    tag = Template("{% load cx_feedback_readers %}{% cx_consent %}")
    yield "consent", tag.render(Context({"page": article}))
    yield "no such link", _get(client, "/feedback/newsletter/confirm/1:x/")
    lost = "/feedback/surveys/999999/"
    yield "given back", _post(client, lost, page=article.pk, **{"answers.q": "What I wrote"})
