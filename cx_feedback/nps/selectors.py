"""Reads across the models of NPS widgets and pages."""

from typing import Any

from wagtail.models import Locale

from cx_feedback.nps.models import NPSWidget


def get_next_page(*, widget_id: int, language: str) -> Any:
    """Return the live page of a published widget's next step, None if there is none.

    Its translation into ``language`` is preferred.
    """
    widget = NPSWidget.objects.filter(pk=widget_id, live=True).select_related("next_page").first()
    page = widget.next_page if widget else None
    locale = Locale.objects.filter(language_code=language).first() if page else None
    if page is not None and locale is not None:
        page = page.get_translation_or_none(locale) or page
    return page if page is not None and page.live else None
