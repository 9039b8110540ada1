"""Let simulated readers answer the surveys and the NPS question below the articles."""

import datetime
from collections import defaultdict
from typing import Any

import numpy as np

from cx_feedback.nps import services as nps
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Start, Survey
from cx_feedback.surveys.questions.nps import get_nps_class
from example_site.building.content import read_yaml
from example_site.building.feedback import stable_id
from example_site.magazine.models import ArticlePage
from example_site.simulation.calendar import Calendar, Occasion, pages_with
from example_site.simulation.process import draw_scores

SHARE = 0.2
NPS_SHARE = 0.3
REASONS = 0.35
#: How often each choice is made, in the order of the choices.
WEIGHTS = {"reason": [0.42, 0.3, 0.17, 0.11], "last": [0.16, 0.33, 0.36, 0.15]}
WRITES = 0.3
SKIPS = 0.12
#: Of those who send their answers, so many more begin and give up.
GIVE_UP = 0.35
#: Seed of how long they take, apart from that of what they answer.
LASTS = 11


def chosen_on(page: ArticlePage, block_type: str, name: str) -> Survey:
    """Return the survey or widget that the body of a page asks."""
    chosen: Survey = next(
        block.value[name] for block in page.body if block.block_type == block_type
    )
    return chosen


def _point(question: str, liking: float, rng: np.random.Generator) -> int:
    centre = 1.2 + 4.2 * liking if question == "useful" else 2.1
    return int(np.clip(round(centre + rng.normal(0, 0.8)), 1, 5))


def _answers(
    entry: dict[str, Any], occasion: Occasion, liking: float, rng: np.random.Generator
) -> dict[str, Any]:
    """Return one reader's answers by question key."""
    answers: dict[str, Any] = {}
    for asked in entry["questions"]:
        key, kind = asked["key"], asked["type"]
        skipped = rng.random() < (1 - WRITES if kind == "text" else SKIPS)
        if skipped and not asked.get("required"):
            continue
        if kind == "scale":
            value: Any = _point(key, liking, rng)
        elif kind == "choice":
            choice = asked["choices"][int(rng.choice(len(WEIGHTS[key]), p=WEIGHTS[key]))]
            value = stable_id(entry["key"], key, choice["key"])
        else:
            texts = read_yaml("simulated.yaml")["surveys"][entry["key"]][key]
            mine = texts[occasion.reader.language]
            value = mine[int(rng.integers(len(mine)))]
        answers[stable_id(entry["key"], key)] = value
    return answers


def _seconds(rng: np.random.Generator, middle: float) -> int:
    """Return how long somebody took: half of all under ``middle`` seconds."""
    return max(2, round(middle * float(rng.lognormal(0, 0.5))))


def _note_starts(answered: list[tuple[int, datetime.datetime]], rng: np.random.Generator) -> None:
    """Note that those who answered these surveys had begun, and some others who gave up."""
    moments: dict[int, list[datetime.datetime]] = defaultdict(list)
    for survey, at in answered:
        moments[survey].append(at)
    for survey, found in moments.items():
        gave_up = int(rng.binomial(len(found), GIVE_UP))
        Start.objects.bulk_create(
            Start(survey_id=survey, created_at=at) for at in [*found, *found[:gave_up]]
        )


def answer_surveys(calendar: Calendar) -> int:
    """Store the answers of about a fifth of the readers; return how many."""
    entries = {stable_id(entry["key"]): entry for entry in read_yaml("surveys.yaml")}
    occasions = calendar.occasions(pages_with("survey"), SHARE)
    answered: list[tuple[int, datetime.datetime]] = []
    own = np.random.default_rng(LASTS)
    for occasion in occasions:
        survey = chosen_on(occasion.page, "survey", "survey")
        entry = entries[str(survey.translation_key)]
        liking = float(calendar.likings[occasion.row])
        services.submit_response(
            survey_id=survey.pk,
            answers=_answers(entry, occasion, liking, calendar.rng),
            page_id=occasion.page.pk,
            reader=occasion.reader,
            language=occasion.reader.language,
            at=occasion.at,
            seconds=_seconds(own, 55),
        )
        answered.append((survey.pk, occasion.at))
    _note_starts(answered, own)
    return len(occasions)


def score_the_magazine(calendar: Calendar) -> int:
    """Store the scores of about a third of the readers, some with a reason; return how many."""
    rng = calendar.rng
    reasons = read_yaml("simulated.yaml")["nps"]
    occasions = calendar.occasions(pages_with("nps"), NPS_SHARE)
    own = np.random.default_rng(LASTS + 1)
    scored: list[tuple[int, datetime.datetime]] = []
    scores = draw_scores(calendar.likings[[occasion.row for occasion in occasions]], rng)
    for occasion, score in zip(occasions, scores.tolist(), strict=True):
        language = occasion.reader.language
        words = reasons[get_nps_class(score)][language]
        reason = words[int(rng.integers(len(words)))] if rng.random() < REASONS else None
        widget = chosen_on(occasion.page, "nps", "widget")
        nps.submit_score(
            widget_id=widget.pk,
            score=score,
            reason=reason,
            page_id=occasion.page.pk,
            reader=occasion.reader,
            language=language,
            at=occasion.at,
            seconds=_seconds(own, 14 if reason is None else 40),
        )
        scored.append((widget.pk, occasion.at))
    _note_starts(scored, own)
    return len(occasions)
