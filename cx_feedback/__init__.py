"""Surveys, NPS, comments, loyalty and follow-ups for the article pages of any Wagtail site.

The package itself is no Django app: put ``*ROOMS`` into ``INSTALLED_APPS``, or
``*rooms("comments", "nps")`` for the rooms that a site uses and those that they need.
"""

__version__ = "0.9.0"

#: Every room, in the order in which Django should load them.
ROOMS = [
    "cx_feedback.core",
    "cx_feedback.readers",
    "cx_feedback.mail",
    "cx_feedback.surveys",
    "cx_feedback.nps",
    "cx_feedback.comments",
    "cx_feedback.loyalty",
    "cx_feedback.newsletter",
    "cx_feedback.conversations",
    "cx_feedback.tokens",
    "cx_feedback.webhooks",
]

#: The rooms that each room needs beside core and readers, which serve all others.
NEEDS: dict[str, tuple[str, ...]] = {
    "mail": (),
    "surveys": (),
    "nps": ("surveys",),
    "comments": ("mail",),
    "loyalty": (),
    "newsletter": ("mail",),
    "conversations": ("mail",),
    "tokens": (),
    "webhooks": (),
}


def rooms(*names: str) -> list[str]:
    """Return the apps of the named rooms and of the rooms that they need, in loading order.

    ``rooms()`` returns core and readers alone. Raises ValueError for a name that is no room.
    """
    known = [room.rpartition(".")[2] for room in ROOMS]
    if unknown := sorted({*names} - {*known}):
        raise ValueError(f"cx_feedback has no room {', '.join(unknown)}; there are {known}.")
    wanted = {"core", "readers", *names, *(need for name in names for need in NEEDS.get(name, ()))}
    return [f"cx_feedback.{name}" for name in known if name in wanted]
