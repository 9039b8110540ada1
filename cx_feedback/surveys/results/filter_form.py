"""The filters of results pages as a form for Wagtail's filter panel."""

from typing import Any, ClassVar

import swapper
from django import forms
from django.conf import settings
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.http.admin_requests import PageChooser
from cx_feedback.core.pages.sections import get_all_sections
from cx_feedback.core.pages.site_time import in_site_zone
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.nps import DETRACTOR, PASSIVE, PROMOTER
from cx_feedback.surveys.results.crosstab import get_countable_questions
from cx_feedback.surveys.results.filters import Filters, get_nps_question

#: Seconds for which the list of sections is cached.
CACHE_SECONDS = 60


class AnswerSelect(forms.Select):
    """The answers to one question; all these fields use the parameter "answer"."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = question.key

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        given = data.getlist("answer") if hasattr(data, "getlist") else []
        return next((v for v in given if str(v).startswith(f"{self.key}:")), "")


class FilterForm(forms.Form):
    """The filters that can be chosen for a survey; ``parse_filters`` reads them."""

    #: The fields for days: name and label.
    days: ClassVar[tuple[tuple[str, Any], ...]] = (
        ("since", pgettext_lazy("survey", "From")),
        ("until", pgettext_lazy("survey", "To")),
    )

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.days:
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=AdminDateInput, help_text=in_site_zone()
            )
        page = swapper.load_model("wagtailcore", "Page")
        self.fields["page"] = forms.ModelChoiceField(
            page.objects, label=pgettext("survey", "Page"), required=False, widget=PageChooser
        )
        self._choose("section", pgettext("survey", "Section"), list_sections())
        if len(settings.LANGUAGES) > 1:
            self._choose("language", pgettext("survey", "Language"), list(settings.LANGUAGES))
        if get_nps_question(definition) is not None:
            self._choose("class", pgettext("survey", "NPS class"), get_nps_class_choices())
        former = {q.key for q in definition.retired}
        for number, question in enumerate(get_countable_questions(definition)):
            self._answer(f"answer_{number}", question, question.key in former)

    def _choose(self, name: str, label: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=[("", pgettext("survey", "All")), *choices]
        )

    def _answer(self, name: str, question: Question, is_retired: bool) -> None:
        rows = questions.get(question.type).build_result(question, {}).rows
        if rows:
            choices = [
                ("", pgettext("survey", "All")),
                *((f"{question.key}:{r.value}", r.full_label) for r in rows),
            ]
            self.fields[name] = forms.ChoiceField(
                label=pgettext("survey", "%(label)s (no longer asked)") % {"label": question.label}
                if is_retired
                else question.label,
                required=False,
                choices=choices,
                widget=AnswerSelect(question),
            )

    def add_prefix(self, field_name: str) -> str:
        return "answer" if field_name.startswith("answer_") else super().add_prefix(field_name)


class ComparisonFilterForm(FilterForm):
    """The filters for a comparison of two periods, whose days are among them."""

    days = (
        ("before_since", pgettext_lazy("survey", "First period, from")),
        ("before_until", pgettext_lazy("survey", "First period, to")),
        ("after_since", pgettext_lazy("survey", "Second period, from")),
        ("after_until", pgettext_lazy("survey", "Second period, to")),
    )


def get_nps_class_choices() -> list[tuple[str, str]]:
    """Return the NPS classes with their labels."""
    return [
        (PROMOTER, pgettext("survey", "Promoters (9–10)")),
        (PASSIVE, pgettext("survey", "Passives (7–8)")),
        (DETRACTOR, pgettext("survey", "Detractors (0–6)")),
    ]


def list_sections() -> list[tuple[int, str]]:
    """Return the ids and titles of the site's sections, cached for a minute."""
    found: list[tuple[int, str]] | None = cache.get("cx:sections")
    if found is None:
        found = list(get_all_sections().values_list("pk", "title"))
        cache.set("cx:sections", found, CACHE_SECONDS)
    return found


def describe_filters(filters: Filters, definition: Definition) -> list[tuple[str, str, str]]:
    """Return label, value and the query without the filter, for each active filter."""
    found: list[tuple[str, str, str]] = []
    from dataclasses import replace

    def add(label: str, words: Any, **without: Any) -> None:
        found.append((label, str(words), replace(filters, **without).as_query()))

    if filters.since:
        add(pgettext("survey", "From"), filters.since, since=None)
    if filters.until:
        add(pgettext("survey", "To"), filters.until, until=None)
    if filters.page:
        page = swapper.load_model("wagtailcore", "Page").objects.filter(pk=filters.page).first()
        add(pgettext("survey", "Page"), page.title if page else filters.page, page=None)
    if filters.section:
        add(
            pgettext("survey", "Section"),
            dict(list_sections()).get(filters.section, filters.section),
            section=None,
        )
    if filters.language:
        names = dict(settings.LANGUAGES)
        add(
            pgettext("survey", "Language"),
            names.get(filters.language, filters.language),
            language="",
        )
    if filters.nps_class:
        add(
            pgettext("survey", "NPS class"),
            dict(get_nps_class_choices())[filters.nps_class],
            nps_class="",
        )
    asked = {q.key: q for q in definition.ever_asked()}
    for pair in filters.answers:
        others = tuple(other for other in filters.answers if other != pair)
        rows = questions.get(asked[pair[0]].type).build_result(asked[pair[0]], {}).rows
        label = next((row.full_label for row in rows if row.value == pair[1]), pair[1])
        add(asked[pair[0]].label, label, answers=others)
    return found
