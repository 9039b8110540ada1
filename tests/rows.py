"""What stands in the tables, in few statements: a hundred models are asked one by one slowly."""

from collections.abc import Callable, Iterable

from django.apps import apps
from django.db import connection
from django.db.models import Model


def list_own_models() -> list[type[Model]]:
    """Return all models of this package, with the tables between two of them."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("cx_feedback.")
        for model in config.get_models(include_auto_created=True)
    ]


def count_rows(models: Iterable[type[Model]]) -> dict[str, int]:
    """Return the number of rows of each model, by its label, by one statement."""
    return _ask_all(models, "COUNT(*)")


def list_rows(models: Iterable[type[Model]]) -> dict[str, list[str]]:
    """Return all rows of the models that have any, by label, as sorted texts."""
    found = {}
    models = list(models)
    filled = _ask_all(models, "COUNT(*) > 0")
    with connection.cursor() as cursor:
        for model in models:
            if filled[model._meta.label]:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                found[model._meta.label] = sorted(map(str, cursor.fetchall()))
    return found


def remember_counts(models: Iterable[type[Model]]) -> Callable[[], bool]:
    """Return a function that tells whether each model has as many rows as now."""
    models = list(models)
    before = count_rows(models)
    return lambda: count_rows(models) == before


def _ask_all(models: Iterable[type[Model]], expression: str) -> dict[str, int]:
    statement = " UNION ALL ".join(
        f"""SELECT '{model._meta.label}', {expression} FROM "{model._meta.db_table}" """
        for model in models
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())
