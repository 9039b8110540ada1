"""The reactions that a site may offer instead of votes.

Each is a vote for the comment, given a name: one that says no more is ``LIKE``. So a site may go
from votes to reactions and back, and nothing that readers gave is lost or counted twice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: What a vote for a comment is, where reactions are shown.
LIKE = "like"


@dataclass(frozen=True)
class Reaction:
    """One that readers may choose; ``label`` is what a screen reader says of the sign."""

    sign: str
    label: Any


REACTIONS = {
    LIKE: Reaction("👍", pgettext_lazy("comment", "I like it")),
    "love": Reaction("❤️", pgettext_lazy("comment", "I love it")),
    "laugh": Reaction("😂", _("It makes me laugh")),
    "wow": Reaction("😮", pgettext_lazy("comment", "It surprises me")),
    "sad": Reaction("😢", _("It makes me sad")),
    "thanks": Reaction("🙏", pgettext_lazy("comment", "Thank you")),
    "idea": Reaction("💡", pgettext_lazy("comment", "A good idea")),
}
DEFAULT = [LIKE, "love", "laugh", "wow", "sad"]


def get_reaction_choices() -> list[tuple[str, str]]:
    """Return all there are, with words for editors, in the order of their buttons."""
    return [(key, f"{reaction.sign} {reaction.label}") for key, reaction in REACTIONS.items()]


def get_default_reactions() -> list[str]:
    """Return what a site offers that chose none itself."""
    return list(DEFAULT)


def filter_offered_reactions(chosen: Collection[Any]) -> tuple[str, ...]:
    """Return the known ones of ``chosen``, in the order of their buttons; never none."""
    return tuple(key for key in REACTIONS if key in chosen) or tuple(DEFAULT)


def count_reactions(up: int, named: Mapping[str, int]) -> dict[str, int]:
    """Return reaction to how many gave it, of ``up`` votes for with ``named`` among them."""
    likes = up - sum(named.values())
    return {key: n for key in REACTIONS if (n := likes if key == LIKE else named.get(key, 0)) > 0}
