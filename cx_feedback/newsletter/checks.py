"""System check of a site's triggers of follow-up rules. E051: a wrong path or name."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, register

from cx_feedback.core import conf
from cx_feedback.core.settings.path_checks import check_paths


@register("cx_feedback")
def check_triggers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that each path of ``NEWSLETTER_TRIGGERS`` leads to a SiteTrigger with a free name."""
    return check_paths(
        "NEWSLETTER_TRIGGERS",
        _find_problems,
        hint="See docs/extending/adding-a-trigger.md.",
        check_id="cx_feedback.E051",
    )


def _find_problems(path: Any) -> Iterator[str]:
    from cx_feedback.newsletter.rules.site_triggers import (
        find_name_problem,
        get_site_triggers,
        load_trigger_class,
    )

    try:
        trigger_class = load_trigger_class(path)
    except (ImportError, TypeError, AttributeError) as error:
        yield str(error)
        return
    if problem := find_name_problem(trigger_class.name):
        yield problem
    elif type(get_site_triggers()[trigger_class.name]) is not trigger_class:
        yield f"its name {trigger_class.name!r} is that of another trigger of this setting"
    elif list(conf.get("NEWSLETTER_TRIGGERS")).count(path) > 1:
        yield "it is named twice"
