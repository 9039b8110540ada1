"""The filter panel of the list of responses."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.filter_form import FilterForm, describe_filters
from cx_feedback.surveys.results.text_answers import get_text_questions
from cx_feedback.surveys.single_responses.response_filters import ResponseFilters
from cx_feedback.surveys.single_responses.survey_versions import VersionLabel


class ResponseFilterForm(FilterForm):
    """The filters of results, and those of single responses."""

    def __init__(
        self,
        definition: Definition,
        *args: Any,
        versions: list[VersionLabel],
        tags: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(definition, *args, **kwargs)
        if len(versions) > 1:
            self._choose("version", pgettext("survey", "Version"), [(v.pk, v) for v in versions])
        if tags:
            self._choose("tag", pgettext("survey", "Tag"), [(tag, tag) for tag in tags])
        if definition.hidden_fields:
            self.fields["hidden"] = forms.CharField(
                label=pgettext("survey", "Hidden field"),
                required=False,
                help_text=_("Name, colon, value, such as %(name)s:newsletter")
                % {"name": definition.hidden_fields[0]},
            )
        if get_text_questions(definition):
            self.fields["text"] = forms.ChoiceField(
                label=pgettext("survey", "Texts"),
                required=False,
                choices=[("", pgettext("survey", "All")), ("1", _("Only responses with a text"))],
            )
        # The panel is short: what only responses have stands before the many questions.
        answers = [name for name in self.fields if name.startswith("answer_")]
        self.order_fields([*(n for n in self.fields if n not in answers), *answers])


def describe_response_filters(
    filters: ResponseFilters, definition: Definition, versions: list[VersionLabel]
) -> list[tuple[str, str, str]]:
    """Return label, value and the query without the filter, like ``describe_filters``."""
    rest = replace(filters, base=type(filters.base)()).as_query()
    found = [
        (label, words, "&".join(part for part in (query, rest) if part))
        for label, words, query in describe_filters(filters.base, definition)
    ]

    def add(label: str, value: str, /, **without: Any) -> None:
        found.append((label, value, replace(filters, **without).as_query()))

    if filters.version:
        label = next((str(v) for v in versions if v.pk == filters.version), str(filters.version))
        add(pgettext("survey", "Version"), label, version=None)
    if filters.tag:
        add(pgettext("survey", "Tag"), filters.tag, tag="")
    if filters.has_text:
        add(pgettext("survey", "Texts"), _("Only responses with a text"), has_text=False)
    if filters.words:
        add(_("Containing"), filters.words, words="")
    for name, value in filters.hidden:
        rest_of = tuple(pair for pair in filters.hidden if pair != (name, value))
        add(name, value, hidden=rest_of)
    return found
