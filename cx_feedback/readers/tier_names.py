"""The names of the tiers that ``Reader.tier`` holds, for every room that speaks of them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Tier(models.TextChoices):
    """How a reader stands to the site, from first visit to gone and back; at most 16 letters."""

    NEW = "new", pgettext_lazy("reader", "New")
    FLY_BY = "fly_by", pgettext_lazy("reader", "One-time")
    CASUAL = "casual", pgettext_lazy("reader", "Casual")
    LOYAL = "loyal", pgettext_lazy("reader", "Loyal")
    LOVER = "lover", pgettext_lazy("reader", "Enthusiast")
    AT_RISK = "at_risk", pgettext_lazy("reader", "At risk")
    LOST = "lost", pgettext_lazy("reader", "Lapsed")
    WON_BACK = "won_back", pgettext_lazy("reader", "Won back")
