"""Endpoints for tokens that are limited to sections, by the section or page that they ask for."""

from typing import Any, ClassVar

import swapper

from cx_feedback.core.errors import SectionRequired
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.people.token_grants import TokenGrant


class SectionQueryMixin:
    """A view whose query says what its figures are of: one of ``section_parameters``.

    Conditions of a query all hold, so one that lies within the sections is enough.
    """

    section_parameters: ClassVar[tuple[str, ...]] = ("section", "page")

    def require_section(self, grant: TokenGrant) -> None:
        """Raise SectionRequired unless the query asks for pages of the sections of a token."""
        query = self.request.query_params  # type: ignore[attr-defined]
        asked = [query[name] for name in self.section_parameters if name in query]
        if not any(is_page_held(grant, value) for value in asked):
            raise SectionRequired(self.section_parameters)


def is_page_held(grant: TokenGrant, page_id: Any) -> bool:
    """Return whether a page exists and is in one of the sections of a token."""
    found, pages = parse_page_id(page_id), swapper.load_model("wagtailcore", "Page").objects
    path: str | None = pages.filter(pk=found).values_list("path", flat=True).first()
    return path is not None and grant.holds(path)
