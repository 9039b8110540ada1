"""A site's own triggers of follow-up rules, named in ``CX_FEEDBACK["NEWSLETTER_TRIGGERS"]``."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.utils.module_loading import import_string

from cx_feedback.core import conf

#: The longest name; rules store it.
MAX_NAME_LENGTH = 40
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_NAME_LENGTH - 1}}}", re.ASCII)


@dataclass(frozen=True)
class PastEvent:
    """An event of the past days, for the dry run of a rule that is not active."""

    reader_id: int
    at: datetime.datetime
    page_id: int | None = None


class SiteTrigger:
    """A trigger that the site adds; it calls ``services.trigger_follow_ups`` when it happens.

    ``name`` is stored with rules and their follow-ups: never change it. ``label`` completes
    "When a reader …".
    """

    name: ClassVar[str]
    label: ClassVar[Any]

    def find_past_events(self, *, since: datetime.datetime, most: int) -> Iterable[PastEvent]:
        """Return at most ``most`` events since then, for the dry run; by default none."""
        return ()


def get_site_triggers() -> dict[str, SiteTrigger]:
    """Return the site's triggers by name. A path that can't be used is left out: a check names it.

    The choices of the model must not fail, or the checks could not run.
    """
    return _build_triggers(tuple(conf.get("NEWSLETTER_TRIGGERS")))


@lru_cache(maxsize=8)
def _build_triggers(paths: tuple[str, ...]) -> dict[str, SiteTrigger]:
    triggers: dict[str, SiteTrigger] = {}
    for path in paths:
        try:
            trigger_class = load_trigger_class(path)
        except (ImportError, TypeError, AttributeError):
            continue
        if not find_name_problem(trigger_class.name):
            triggers.setdefault(trigger_class.name, trigger_class())
    return triggers


def load_trigger_class(path: Any) -> type[SiteTrigger]:
    """Import the class of a trigger. Raises ImportError, AttributeError or TypeError."""
    found = import_string(path)
    if not (isinstance(found, type) and issubclass(found, SiteTrigger)):
        raise TypeError("it is no SiteTrigger")
    if not all(getattr(found, field, None) for field in ("name", "label")):
        raise TypeError("it has no name or no label")
    return found


def find_name_problem(name: Any) -> str:
    """Return what is wrong with the name of a site's trigger, "" for a good one."""
    from cx_feedback.newsletter.models import FollowUpRule

    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return (
            f"its name {name!r} must be at most {MAX_NAME_LENGTH} small letters, digits and _, "
            "and begin with a letter"
        )
    if name in FollowUpRule.Trigger.values:
        return f"its name {name!r} is that of a built-in trigger"
    return ""
