"""What readers do: answer, score, comment, subscribe; by plain forms and by REST."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment
from cx_feedback.newsletter.models import Subscription
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys.models import Response, Survey

from .browser import Browser

API = "/feedback/api/v1/"


def answer_survey(page: int) -> None:
    """Answer by plain form and by REST: two responses are stored."""
    survey = Survey.objects.get(kind=Survey.SURVEY)
    reader = Browser()
    form = reader.open("/").form(f"/feedback/surveys/{survey.pk}/")
    after = reader.submit(form, **{"answers.q-choice": "c-good", "answers.q-scale": "4"})
    assert "-thanks" in after.address, after.address
    answers = {"q-choice": "c-bad", "q-scale": 2, "q-text": "Too long."}
    Browser().rest(f"{API}surveys/{survey.pk}/responses/", {"page": page, "answers": answers})
    stored = [row.answers for row in Response.objects.filter(survey=survey).order_by("pk")]
    assert stored == [{"q-choice": "c-good", "q-scale": 4}, answers], stored
    # What is missing is said on a page that holds the reader's words.
    again = Browser().submit(form, status=400, **{"answers.q-text": "My words"})
    assert "My words" in again.text, again.text
    assert 'role="alert"' in again.text, again.text


def answer_nps(page: int) -> None:
    """Give a score by plain form and by REST."""
    widget = NPSWidget.objects.get()
    reader = Browser()
    form = reader.open("/").form(f"/feedback/nps/{widget.pk}/")
    after = reader.submit(form, **{"answers.score": "9"})
    assert "-promoter" in after.address, after.address
    body = {"page": page, "answers": {"score": 3, "reason": "Too long."}}
    Browser().rest(f"{API}nps/{widget.pk}/responses/", body)
    stored = Response.objects.filter(survey=widget).order_by("pk")
    assert [row.answers["score"] for row in stored] == [9, 3], stored


def comment(page: int) -> None:
    """Comment as a guest, by REST and as an account; all of it is on the page once approved."""
    guest, account = Browser(), Browser(get_user_model().objects.get(username="ana"))
    form = guest.open("/").form("/feedback/comments/post/")
    guest.submit(form, text="A guest's words about it.", name="Bo")
    body = {"page": page, "text": "By a program, says Cy.", "name": "Cy"}
    Browser().rest(f"{API}comments/", body)
    account.submit(form, text="An account's words, at last.", name="")
    rows = Comment.objects.order_by("pk")
    assert [row.user_id for row in rows] == [None, None, account_id("ana")]
    comments.approve_comments(ids=[row.pk for row in rows])
    shown = Browser().open("/").text
    for words in ("A guest&#x27;s words", "says Cy", "An account&#x27;s words", "Ana Díaz"):
        assert words in shown or words.replace("&#x27;", "'") in shown, f"{words}: {shown}"


def account_id(name: str) -> int:
    return get_user_model().objects.get(username=name).pk


def act_on_comments() -> None:
    """Reply, vote, report, follow, change and delete, all by plain form."""
    first, other = Comment.objects.order_by("pk")[0], Browser()
    page = other.open("/")
    other.submit(page.form(f"/feedback/comments/{first.pk}/votes/"), value="1")
    report = other.open(f"/feedback/comments/{first.pk}/flags/")
    other.submit(report.form("/flags/"), reason="spam")
    follow = other.open(follow_link(page.links))
    other.submit(follow.form("/follow/"), email="fan@example.org")
    reply = other.open(f"/feedback/comments/{first.pk}/reply/")
    other.submit(reply.form("/comments/post/"), text="I do not agree with it.", name="Di")
    mine = Comment.objects.latest("pk")
    assert mine.parent_id == first.pk, mine.parent_id
    edit = other.open(f"/feedback/comments/{mine.pk}/edit/")
    other.submit(edit.form("/edit/"), text="I do agree with it.")
    assert "I do agree" in other.open("/feedback/comments/mine/").text
    delete = other.open(f"/feedback/comments/{mine.pk}/delete/")
    other.submit(delete.form("/delete/"))
    mine.refresh_from_db()
    assert "agree" not in mine.text, mine.text


def follow_link(links: list[str]) -> str:
    return next(link for link in links if "/comments/follow/" in link)


def consent() -> None:
    """Agree to be remembered, and come again."""
    reader = Browser()
    reader.submit(reader.open("/").form("/feedback/consent/"), agree="yes")
    assert reader.rest(f"{API}me/", status=200)["known"] is True


def subscribe() -> None:
    """Subscribe by plain form and by REST, and confirm what the mail asks."""
    reader = Browser()
    form = reader.open("/").form("/feedback/newsletter/subscribe/")
    after = reader.submit(form, email="eva@example.org")
    assert "cx-subscribe-thanks" in after.address, after.address
    Browser().rest(f"{API}subscriptions/", {"email": "flo@example.org"}, status=202)
    call_command("cx_send_due", verbosity=0)
    for email in ("eva@example.org", "flo@example.org"):
        asked = reader.open(link_in(mail_to(email), "newsletter/confirm"))
        reader.submit(asked.form("/newsletter/confirm/"))
        assert Subscription.objects.get(email=email).state == "confirmed", email


def mail_to(email: str) -> str:
    """Return the latest mail that the site sent to ``email``: a file holds several."""
    files = [path.read_text() for path in Path(settings.EMAIL_FILE_PATH).iterdir()]
    mails = [text for file in files for text in file.split("-" * 79)]
    found = [text for text in mails if f"To: {email}" in text]
    assert found, f"no mail to {email} among {len(mails)}"
    return found[-1]


def link_in(text: str, part: str) -> str:
    """Return the path of the first link to ``part``."""
    text = text.replace("=\n", "").replace("=3D", "=")
    return urlsplit(re.search(rf"https?://\S+{part}/[^\s\"<>]+", text)[0]).path


def read_on() -> None:
    """Open the other public pages and ask the REST API for all that it has for anybody."""
    reader = Browser()
    page = reader.open("/")
    ours = {link.partition("#")[0] for link in page.links if "/feedback/" in link}
    assert ours, page.links
    for link in sorted(ours):
        reader.open(link)
    for path in ("schema/", "surveys/", "me/"):
        reader.rest(API + path, status=200)
