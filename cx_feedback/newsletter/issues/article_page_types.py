"""The page types of a site, and those among them that are probably articles."""

from collections.abc import Iterable
from typing import Any

import swapper
from django.db.models import DateField
from wagtail.models import get_page_models


def get_dated_types() -> list[str]:
    """Return the labels of page types that define a date field, as posts and news do."""
    return sorted(
        model._meta.label_lower for model in _get_creatable_models() if _has_own_date(model)
    )


def get_type_choices() -> list[tuple[str, str]]:
    """Return label and name of each page type that can be created, sorted by name."""
    named = [
        (str(model.get_verbose_name()), model._meta.label_lower)
        for model in _get_creatable_models()
    ]
    return [(label, name) for name, label in sorted(named)]


def get_models_by_label(labels: Iterable[str]) -> list[Any]:
    """Return the page models with these labels; ignores labels that don't exist any more."""
    known = {model._meta.label_lower: model for model in get_page_models()}
    return [known[label] for label in labels if label in known]


def _get_creatable_models() -> list[Any]:
    return [model for model in get_page_models() if model.is_creatable]


def _has_own_date(model: Any) -> bool:
    page = swapper.load_model("wagtailcore", "Page")
    own = (field for field in model._meta.concrete_fields if field.model is not page)
    return any(isinstance(field, DateField) for field in own)
