"""Example content for the pictures of the editors' guide, in English and in Spanish."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone
from wagtail.models import Page

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.loyalty import services as loyalty
from cx_feedback.loyalty.model import Parameters
from cx_feedback.loyalty.model.simulation import simulate_visits
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList
from cx_feedback.readers.imports.activity_log import Visit
from cx_feedback.readers.imports.services import import_activity
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey
from tests.conftest import consenting
from tests.pages import publish
from tests.site.models import ArticlePage

#: The readers and weeks that the loyalty screens are about.
READERS, WEEKS = 300, 16
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """The words of the example content in one language."""

    article: str
    survey: str
    questions: tuple[str, str, str]
    choices: tuple[str, str, str]
    ends: tuple[str, str]
    texts: tuple[str, ...]
    comments: tuple[tuple[str, str], ...]
    list_name: str
    subject: str
    mail: str
    rule: str
    rule_mail: str
    letters: tuple[tuple[str, str, str], ...]


WORDS = {
    "en": Words(
        article="A night at the lighthouse",
        survey="After reading",
        questions=("Was this article useful?", "How easy was it to read?", "What is missing?"),
        choices=("Yes", "In part", "No"),
        ends=("Hard", "Easy"),
        texts=("A map of the path.", "When does the last bus leave?", "Nothing, thank you."),
        comments=(
            ("Irene", "We went last summer. Take a torch, the stairs are steep."),
            ("Tom", "The last bus leaves at 19:40, not at 20:10."),
            ("Marta", "Is the path open in winter?"),
            ("Cheap watches", "Best replica watches https://watches.example/buy"),
        ),
        list_name="Friday letter",
        subject="Three nights by the sea",
        mail="<p>Hello {name|reader}, here is what we wrote this week.</p>",
        rule="We miss you",
        rule_mail="<p>Hello {name|reader}, there is something new by the sea.</p>",
        letters=(
            ("Irene", "The map", "Could you print the map of the path a little larger?"),
            ("Tom", "Bus times", "The bus times in the article are those of last year."),
            ("Marta", "Thank you", "My daughter wants to be a lighthouse keeper now."),
        ),
    ),
    "es": Words(
        article="Una noche en el faro",
        survey="Después de leer",
        questions=("¿Te ha servido este artículo?", "¿Se lee bien?", "¿Qué echas en falta?"),
        choices=("Sí", "En parte", "No"),
        ends=("Cuesta", "Muy bien"),
        texts=("Un mapa del camino.", "¿A qué hora sale el último autobús?", "Nada, gracias."),
        comments=(
            ("Irene", "Fuimos el verano pasado. Llevad linterna: la escalera es empinada."),
            ("Tomás", "El último autobús sale a las 19:40, no a las 20:10."),
            ("Marta", "¿Se puede ir en invierno?"),
            ("Relojes baratos", "Las mejores réplicas https://relojes.example/comprar"),
        ),
        list_name="La carta del viernes",
        subject="Tres noches junto al mar",
        mail="<p>Hola, {name|lector}: esto es lo que hemos escrito esta semana.</p>",
        rule="Te echamos de menos",
        rule_mail="<p>Hola, {name|lector}: hay algo nuevo junto al mar.</p>",
        letters=(
            ("Irene", "El mapa", "¿Podríais publicar el mapa del camino un poco más grande?"),
            ("Tomás", "Los horarios", "Los horarios de autobús del artículo son del año pasado."),
            ("Marta", "Gracias", "Ahora mi hija quiere ser farera."),
        ),
    ),
}


@dataclass(frozen=True)
class Example:
    """What was made: the ids that the addresses of the screens hold."""

    article: ArticlePage
    survey: int
    issue: int
    rule: int
    conversation: int


def make_example(home: Page, language: str) -> Example:
    """Store an article with answers, comments, letters, a mailing list and readers' visits."""
    words = WORDS[language]
    survey = _make_survey(words)
    article = home.add_child(instance=ArticlePage(title=words.article, slug="lighthouse"))
    publish(article, ("survey", {"survey": survey.pk}), ("comments", {}))
    _store_responses(survey, article, words, language)
    for name, text in words.comments:
        _store_comment(article, name, text, language)
    mailing_list = MailingList.objects.create(name=words.list_name)
    issue = _make_issue(mailing_list, words, article)
    rule = FollowUpRule.objects.create(
        mailing_list=mailing_list,
        name=words.rule,
        subject=words.rule,
        body=words.rule_mail,
        trigger=FollowUpRule.Trigger.SILENT,
    )
    _simulate_readers()
    return Example(article, survey.pk, issue.pk, rule.pk, _store_letters(article, words, language))


def _make_survey(words: Words) -> Survey:
    choice, scale, text = words.questions
    raw: list[dict[str, Any]] = [
        {
            "type": "choice",
            "id": "q-choice",
            "value": {
                "label": choice,
                "required": True,
                "choices": [
                    {"type": "item", "id": f"c-{n}", "value": label}
                    for n, label in enumerate(words.choices)
                ],
            },
        },
        {
            "type": "scale",
            "id": "q-scale",
            "value": {
                "label": scale,
                "low": 1,
                "high": 5,
                "low_label": words.ends[0],
                "high_label": words.ends[1],
            },
        },
        {"type": "text", "id": "q-text", "value": {"label": text}},
    ]
    survey = Survey(title=words.survey, questions=raw)
    return surveys.publish_survey(survey=survey)


def _store_responses(survey: Survey, article: ArticlePage, words: Words, language: str) -> None:
    """Store 240 answers over four weeks, most of them content."""
    chance, version = random.Random(7), survey.versions.get(current=True)
    now = timezone.now()
    Response.objects.bulk_create(
        Response(
            survey=survey,
            version=version,
            page_id=article.pk,
            language=language,
            answers={
                "q-choice": chance.choices(["c-0", "c-1", "c-2"], [6, 3, 1])[0],
                "q-scale": chance.choices(range(1, 6), [1, 1, 3, 6, 8])[0],
                **({"q-text": chance.choice(words.texts)} if n % 9 == 0 else {}),
            },
            created_at=now - _DAY * (n % 28) - datetime.timedelta(hours=1),
        )
        for n in range(240)
    )


def _store_comment(article: ArticlePage, name: str, text: str, language: str) -> None:
    fields = {"name": name, "email": "", "text": text, "parent": None}
    draft = comment_input.parse_comment(fields, page_id=article.pk, language=language)
    comments.store_comment(draft=draft, reader=None)


def _make_issue(mailing_list: MailingList, words: Words, article: ArticlePage) -> Issue:
    issue = Issue(mailing_list=mailing_list, subject=words.subject)
    raw = [
        {"type": "text", "value": words.mail},
        {"type": "articles", "value": {"pages": [article.pk], "pictures": False}},
    ]
    issue.body = issue.body.stream_block.to_python(raw)
    issue.save()
    return issue


def _simulate_readers() -> None:
    """Store the visits of readers who come, stay away and return, and score them."""
    rng = np.random.default_rng(26)
    today = timezone.localdate()
    visits = []
    for who, came in enumerate(
        simulate_visits(Parameters(1.2, 1.6, 0.6, 6.0), READERS, WEEKS, rng)
    ):
        begins = int(rng.integers(0, WEEKS - 2))
        for week in np.flatnonzero(came):
            ago = WEEKS - 1 - begins - int(week)
            if ago >= 0:
                day = today - _DAY * (7 * ago + int(rng.integers(1, 8)))
                visits.append((f"reader-{who}", day))
    import_activity(lines=(Visit(n, who, day) for n, (who, day) in enumerate(visits)))
    Reader.objects.update(counts_visits=True)
    loyalty.score_readers()


def _store_letters(article: ArticlePage, words: Words, language: str) -> int:
    for number, (name, subject, text) in enumerate(words.letters):
        stored = store_letter(
            letter=Letter(
                text=text,
                name=name,
                email=f"reader{number}@example.org",
                subject=subject,
                page_id=article.pk,
                language=language,
            ),
            reader=consenting(),
        )
    return stored.conversation.pk
