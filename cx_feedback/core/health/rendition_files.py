"""The files of image renditions that a trial makes: their rows are rolled back, they would stay."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, router

from cx_feedback.core.health.isolated_runs import cleanup_queries

logger = logging.getLogger(__name__)


class NewRenditions:
    """The renditions that are made in a transaction which will be rolled back."""

    def __init__(self) -> None:
        self._found: list[Any] = []
        self._rows: Any = None
        if apps.is_installed("wagtail.images"):
            from wagtail.images import get_image_model

            model: Any = get_image_model().get_rendition_model()
            self._rows = model._base_manager.using(router.db_for_write(model))
            self._new_rows = self._rows.filter(self._build_condition(model))

    def _build_condition(self, model: Any) -> models.Q:
        """Return the condition for rows that don't exist yet."""
        if isinstance(model._meta.pk, models.IntegerField):
            newest = self._rows.aggregate(newest=models.Max("pk"))["newest"]
            return models.Q(pk__gt=newest or 0)
        return ~models.Q(pk__in=list(self._rows.values_list("pk", flat=True)))

    def find(self) -> None:
        """Look up what was made, before it is rolled back."""
        with _forgiving():
            if self._rows is not None:
                self._found = list(self._new_rows.select_related("image"))

    def delete_files(self) -> None:
        """Delete the files whose rows are gone; others may have made rows meanwhile."""
        for rendition in self._found:
            with _forgiving():
                name = rendition.file.name
                if not self._rows.filter(file=name).exists():
                    rendition.file.storage.delete(name)
                    self._forget(rendition)

    def _forget(self, rendition: Any) -> None:
        """Delete a rendition from Wagtail's cache, which can be another than the site's."""
        key = rendition.construct_cache_key(
            rendition.image, rendition.focal_point_key, rendition.filter_spec
        )
        rendition.cache_backend.delete(key)


@contextmanager
def _forgiving() -> Iterator[None]:
    """Log what fails: an orphaned file must hide neither a finding nor the site's own error."""
    try:
        with cleanup_queries():
            yield
    except (DatabaseError, OSError) as error:
        logger.info("Files of renditions may stay after a trial: %s", type(error).__name__)
