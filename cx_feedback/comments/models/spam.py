"""What the spam classifier has learnt."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SpamModel(models.Model):
    """The classifier as it was learnt last, from the decisions of this site; at most one row."""

    #: Tells every process whether it has this one already.
    version = models.UUIDField(unique=True)
    #: See ``spam.bayes.Bayes.packed``; at most 400 kB.
    weights = models.BinaryField()
    spam = models.PositiveIntegerField(_("spam"))
    good = models.PositiveIntegerField(_("good comments"))
    #: How many comments moderators of this site had decided on: imported ones are not among them.
    decisions = models.PositiveIntegerField(_("moderators' decisions"), default=0)
    trained_at = models.DateTimeField(_("learnt"), default=timezone.now)

    class Meta:
        verbose_name = _("spam classifier")
        verbose_name_plural = _("spam classifiers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.spam} + {self.good}"
