"""The names of the tiers that ``Reader.tier`` holds, for every room that speaks of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How a reader stands to the site, from first visit to gone and back; at most 16 letters."""

    NEW = "new", _("New")
    FLY_BY = "fly_by", _("Fly-by")
    CASUAL = "casual", _("Casual")
    LOYAL = "loyal", _("Loyal")
    LOVER = "lover", _("Lover")
    AT_RISK = "at_risk", _("At risk")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")
