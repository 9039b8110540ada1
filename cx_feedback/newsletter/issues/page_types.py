"""Which types of pages are articles, and which are lists of them or stand alone."""

from collections.abc import Iterable
from typing import Any

import swapper
from django.db.models import DateField
from wagtail.models import get_page_models


def get_dated_types() -> list[str]:
    """Return the types with a date field of their own: posts and news have one, lists none."""
    return sorted(
        model._meta.label_lower for model in _get_creatable_models() if _has_own_date(model)
    )


def get_type_choices() -> list[tuple[str, str]]:
    """Return each type of page that can be made, with its name."""
    named = [
        (str(model.get_verbose_name()), model._meta.label_lower)
        for model in _get_creatable_models()
    ]
    return [(label, name) for name, label in sorted(named)]


def get_models_by_label(labels: Iterable[str]) -> list[Any]:
    """Return the models of these types; those that the site has no more are left out."""
    known = {model._meta.label_lower: model for model in get_page_models()}
    return [known[label] for label in labels if label in known]


def _get_creatable_models() -> list[Any]:
    return [model for model in get_page_models() if model.is_creatable]


def _has_own_date(model: Any) -> bool:
    page = swapper.load_model("wagtailcore", "Page")
    own = (field for field in model._meta.concrete_fields if field.model is not page)
    return any(isinstance(field, DateField) for field in own)
