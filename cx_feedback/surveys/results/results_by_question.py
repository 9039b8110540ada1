"""Results question by question."""

from dataclasses import dataclass, replace

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import ANSWERED, Result
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.value_counts import ValueCounts, count_values


@dataclass(frozen=True)
class Results:
    """The results of a survey by question; retired questions come last."""

    survey_id: int
    n: int
    questions: tuple[Result, ...]


def get_results(*, survey: Survey, part: str = "") -> Results:
    """Return the results of a survey and its translations together, or of one part ("page:12")."""
    found = count_values(survey_ids=selectors.get_family_ids(survey), part=part)
    return build_results(survey, selectors.get_survey_definition(survey), found)


def build_results(survey: Survey, asked: Definition, found: ValueCounts) -> Results:
    """Return the results from the counts of one part."""
    by_question: dict[str, dict[str, int]] = {}
    for (_part, question, value), count in found.items():
        by_question.setdefault(question, {})[value] = count
    return Results(
        survey.pk,
        by_question.get("", {}).get(ANSWERED, 0),
        tuple(
            questions.get(q.type).build_result(q, by_question.get(q.key, {}))
            for q in asked.questions
            if questions.get(q.type).asks
        )
        + tuple(
            replace(questions.get(q.type).build_result(q, by_question[q.key]), retired=True)
            for q in asked.retired
            if q.key in by_question
        ),
    )
