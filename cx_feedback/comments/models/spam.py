"""What the spam classifier has learnt."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class SpamModel(models.Model):
    """The classifier as it was learnt last, from the decisions of this site; at most one row."""

    #: Tells every process whether it has this one already.
    version = models.UUIDField(unique=True)
    #: See ``spam.bayes.Bayes.packed``; at most 400 kB.
    weights = models.BinaryField()
    spam = models.PositiveIntegerField(pgettext_lazy("comment", "spam"))
    good = models.PositiveIntegerField(pgettext_lazy("comment", "good comments"))
    #: How many comments moderators of this site had decided on: imported ones are not among them.
    decisions = models.PositiveIntegerField(
        pgettext_lazy("comment", "moderators' decisions"), default=0
    )
    trained_at = models.DateTimeField(pgettext_lazy("comment", "learnt"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("comment", "spam classifier")
        verbose_name_plural = pgettext_lazy("comment", "spam classifiers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.spam} + {self.good}"


class SpamCheck(models.Model):
    """A comment that waits for scorers that ask a network; deleted when they have answered."""

    comment = models.OneToOneField(
        "cx_feedback_comments.Comment", on_delete=models.CASCADE, related_name="+"
    )
    #: Whether it waits for a moderator anyway: then an answer can only put it aside.
    is_held = models.BooleanField(default=False)
    #: Whether a proof of work was solved for it.
    is_solved = models.BooleanField(default=False)
    #: Points of those scorers that never put a comment aside by themselves.
    holding_points = models.FloatField(default=0)
    #: Network address and browser, see ``core.text.sealing``.
    sealed = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "spam check")
        verbose_name_plural = pgettext_lazy("model", "spam checks")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.comment_id)


class SpamReport(models.Model):
    """What a scorer behind a network was told about a comment, for what moderators decide.

    Deleted with the keyed hash of the network address, after COMMENTS_ORIGIN_DAYS.
    """

    class Verdict(models.TextChoices):
        SPAM = "spam", pgettext_lazy("spam report", "Spam")
        GOOD = "good", pgettext_lazy("spam report", "Not spam")

    comment = models.OneToOneField(
        "cx_feedback_comments.Comment", on_delete=models.CASCADE, related_name="+"
    )
    #: Network address and browser, see ``core.text.sealing``.
    sealed = models.TextField()
    #: What the scorers believe: what they answered, then what they were told; "" without an answer.
    scorer_verdict = models.CharField(max_length=4, choices=Verdict.choices, blank=True)
    #: What a moderator decided, "" for nothing that says either.
    moderator_verdict = models.CharField(max_length=4, choices=Verdict.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When to tell them; None while there is nothing to tell.
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "spam report")
        verbose_name_plural = pgettext_lazy("model", "spam reports")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.comment_id)
