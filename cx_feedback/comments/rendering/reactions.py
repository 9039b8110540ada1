"""The reactions that a site may offer instead of votes.

Each reaction is a vote for the comment with a name; a plain vote counts as ``LIKE``. A site can
therefore switch from votes to reactions and back without losing or counting any of them twice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: The reaction that a plain vote counts as.
LIKE = "like"


@dataclass(frozen=True)
class Reaction:
    """A reaction that readers can choose. Screen readers read ``label`` instead of ``sign``."""

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
    """Return all reactions with labels for editors, in the order of their buttons."""
    return [(key, f"{reaction.sign} {reaction.label}") for key, reaction in REACTIONS.items()]


def get_default_reactions() -> list[str]:
    """Return the reactions of a site that has not chosen any."""
    return list(DEFAULT)


def filter_offered_reactions(chosen: Collection[Any]) -> tuple[str, ...]:
    """Return the known reactions in ``chosen`` in the order of their buttons, else the defaults."""
    return tuple(key for key in REACTIONS if key in chosen) or tuple(DEFAULT)


def count_reactions(up: int, named: Mapping[str, int]) -> dict[str, int]:
    """Return the count of each reaction; ``named`` are the reactions among ``up`` votes."""
    likes = up - sum(named.values())
    return {key: n for key in REACTIONS if (n := likes if key == LIKE else named.get(key, 0)) > 0}
