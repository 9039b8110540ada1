"""The tiers of ``Reader.tier``, for every room that names them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Tier(models.TextChoices):
    """The tier of a reader, from the first visit to absence and return; at most 16 characters."""

    NEW = "new", pgettext_lazy("reader", "New")
    FLY_BY = "fly_by", pgettext_lazy("reader", "One-time")
    CASUAL = "casual", pgettext_lazy("reader", "Casual")
    LOYAL = "loyal", pgettext_lazy("reader", "Loyal")
    LOVER = "lover", pgettext_lazy("reader", "Enthusiast")
    AT_RISK = "at_risk", pgettext_lazy("reader", "At risk")
    LOST = "lost", pgettext_lazy("reader", "Lapsed")
    WON_BACK = "won_back", pgettext_lazy("reader", "Won back")
    #: Comes every day without exception, as programs do. No score, no absence, in no fit.
    PROGRAM = "program", pgettext_lazy("reader", "Probably a program")
