"""Rendering of surveys and NPS widgets where a page shows them, by a block or without one."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from cx_feedback.core.pages.served_page import get_page, get_request, is_previewed
from cx_feedback.core.text import languages
from cx_feedback.surveys.placement import page_matching
from cx_feedback.surveys.placement.kinds import SurveyKind, get_kind
from cx_feedback.surveys.placement.placement_options import PlacementOptions, build_ask_json
from cx_feedback.surveys.responses import page_prefetch
from cx_feedback.surveys.selectors import LiveSurvey


def render_survey(
    context: Any,
    live: LiveSurvey,
    kind: SurveyKind | None,
    *,
    is_placed: bool = False,
    is_later: bool = False,
) -> SafeString:
    """Render a survey on the page of a template's context; nothing if its room is not installed.

    ``is_placed`` is set without a block. ``is_later`` is set for what only the page's script may
    show, in place of an earlier one that is not due.
    """
    if kind is None:
        return SafeString("")
    page = get_page(context)
    options = PlacementOptions.from_definition(live.definition)
    asks = is_placed or kind.always_asks or options.slides_in
    if page is not None:
        page_matching.mark_shown(page, live, asks=asks)
    shown = kind.build_context(
        live,
        prefix=page_prefetch.get_unique_prefix(kind.prefix, live.survey_id),
        page_id=context.get("cx_page_id") or getattr(page, "pk", None),
        preview=is_previewed(context),
    )
    request = get_request(context)
    shown |= {
        "ask": build_ask_json(options, is_placed=is_placed) if asks else "",
        "is_later": is_later,
        "cx_url": request.build_absolute_uri(request.path) if request else "",
    }
    return render_to_string(kind.template, shown)


def render_placed_surveys(context: Any) -> SafeString:
    """Render what appears on the page of a template's context without a block.

    That is every survey and NPS widget that may be due, of which the page's script shows one, and
    readers without scripts see the first.
    """
    page = get_page(context)
    if page is None:
        return SafeString("")
    due = page_matching.get_due_surveys(page, languages.get_current_language())
    known = [(placed, kind) for placed in due if (kind := get_kind(placed.kind))]
    rendered = [
        render_survey(context, placed.live, kind, is_placed=True, is_later=number > 0)
        for number, (placed, kind) in enumerate(known)
    ]
    return mark_safe("".join(rendered))
