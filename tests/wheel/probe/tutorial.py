"""The tutorial, from its first account to its first score: what it says of screens, by requests.

``tutorial.json`` has its commands. All rows are taken back: the rest of the probe has its own.
"""

import io
import json
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from home.models import HomePage
from wagtail.models import Locale

from cx_feedback.comments.models import Comment
from cx_feedback.loyalty.selectors import get_newest_fit, get_reader_scores
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.library import get_template
from cx_feedback.surveys.library.survey_drafts import create_draft
from cx_feedback.surveys.models import Response, Survey

from .browser import Browser, Form

#: What ``createsuperuser`` asks.
ACCOUNT = {"username": "editor", "email": "editor@example.org", "password": "x"}


def follow() -> list[str]:
    """Do all that the tutorial says behind ``migrate``; return the names of its commands."""
    commands = json.loads(Path(settings.BASE_DIR, "tutorial.json").read_text())
    assert commands[-1] == ["cx_doctor"], commands
    with transaction.atomic():
        told = {command[0]: run(command) for command in commands[:1]}
        editor = Browser(get_user_model().objects.get(username="editor"))
        survey = publish_survey_and_page()
        answer(survey)
        assert Response.objects.filter(survey=survey).count() == 1
        results = reverse(Survey.snippet_viewset.get_url_name("results"), args=[survey.pk])
        assert "Figures are shown from 5 answers on" in editor.open(results).text
        comment_and_approve(editor)
        # The doctor has connections of its own, which see nothing of this transaction: it is next.
        for command in commands[1:-1]:
            told[command[0]] = run(command)
        assert "5 readers" in told["cx_score_loyalty"], told["cx_score_loyalty"]
        look_at_scores(editor)
        transaction.set_rollback(True)
    cache.clear()
    return list(told)


def run(command: list[str]) -> str:
    """Run a command of the tutorial; return what it says."""
    name, *arguments = command
    out = io.StringIO()
    if name == "createsuperuser":
        os.environ.update({f"DJANGO_SUPERUSER_{key.upper()}": ACCOUNT[key] for key in ACCOUNT})
        arguments.append("--no-input")
    call_command(name, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def home() -> HomePage:
    return HomePage.objects.get()


def publish_survey_and_page() -> Survey:
    """Choose a template, publish the survey, and put two blocks on the first page."""
    template = get_template("useful_article")
    assert str(template.title) == "Was this article useful?"
    draft = create_draft(template=template, locale=Locale.get_default())
    survey = surveys.publish_survey(survey=draft)
    page = home()
    blocks = [
        {"type": "survey", "value": {"survey": survey.pk}},
        {"type": "comments", "value": {}},
    ]
    page.body = json.dumps(blocks)
    page.save_revision().publish()
    return survey


def answer(survey: Survey) -> None:
    """Answer the survey by its form, as a reader without an account."""
    question = survey.questions[0]
    reader = Browser()
    form = reader.open("/").form(f"/feedback/surveys/{survey.pk}/")
    choice = question.value["choices"].bound_blocks[0].id
    after = reader.submit(form, **{f"answers.{question.id}": choice})
    assert "-thanks" in after.address, after.address


def comment_and_approve(editor: Browser) -> None:
    """Comment as a guest, who is the only one to see it until an editor approves it."""
    words = "I read it twice"
    guest = Browser()
    guest.submit(guest.open("/").form("/comments/post/"), text=f"{words}.", name="Bo")
    assert words not in Browser().open("/").text
    queue = editor.open("/admin/cx-feedback/comments/")
    assert words in queue.text, queue.text
    decide(editor, queue.form("/comments/decide/"), Comment.objects.get())
    assert words in Browser().open("/").text


def decide(editor: Browser, form: Form, comment: Comment) -> None:
    """Press "Approve" of one comment."""
    editor.submit(form, one=f"approve:{comment.pk}")


def look_at_scores(editor: Browser) -> None:
    """Ana, who came until last week, has a higher score than Bo, who stayed away."""
    readers = Reader.objects.exclude(external_id="")
    scores = {s.reader.external_id: s for s in get_reader_scores(readers, get_newest_fit())}
    assert scores["ana"].p_return > scores["bo"].p_return, scores
    editor.open("/admin/cx-feedback/loyalty/")
