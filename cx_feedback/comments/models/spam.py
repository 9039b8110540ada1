"""The trained spam classifier, its accuracy, samples, and checks and reports by network scorers."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class SpamModel(models.Model):
    """The classifier as last trained on this site's decisions. At most one row."""

    #: Tells a process whether it has already loaded this classifier.
    version = models.UUIDField(unique=True)
    #: See ``spam.classifier.TextClassifier.pack``; at most 400 kB.
    weights = models.BinaryField()
    spam = models.PositiveIntegerField(pgettext_lazy("comment", "spam"))
    good = models.PositiveIntegerField(pgettext_lazy("comment", "good comments"))
    #: Number of moderators' decisions it was trained on, without imported comments.
    decisions = models.PositiveIntegerField(
        pgettext_lazy("comment", "moderators' decisions"), default=0
    )
    trained_at = models.DateTimeField(pgettext_lazy("comment", "learnt"), default=timezone.now)
    #: What it would make of the decided comments, see ``Accuracy`` in
    #: ``spam.false_positive_promise``.
    accuracy = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("comment", "spam classifier")
        verbose_name_plural = pgettext_lazy("comment", "spam classifiers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.spam} + {self.good}"


class SpamMeasurement(models.Model):
    """The accuracy of the spam detection as measured in one night."""

    day = models.DateField(pgettext_lazy("comment", "day"), unique=True)
    #: See ``Accuracy`` in ``spam.false_positive_promise``.
    accuracy = models.JSONField(default=dict)
    measured_at = models.DateTimeField(pgettext_lazy("comment", "measured"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("model", "spam measurement")
        verbose_name_plural = pgettext_lazy("model", "spam measurements")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class SpamSample(models.Model):
    """A comment that was put aside without a moderator and drawn to be checked by one."""

    comment = models.OneToOneField(
        "cx_feedback_comments.Comment", on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField(pgettext_lazy("comment", "day"))
    #: The place in the sample of the day.
    number = models.PositiveSmallIntegerField()
    #: How many comments it stands for, itself included.
    weight = models.FloatField(default=1.0)

    class Meta:
        verbose_name = pgettext_lazy("model", "spam sample")
        verbose_name_plural = pgettext_lazy("model", "spam samples")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            # Two tasks at once can't draw the sample of a day twice.
            models.UniqueConstraint(fields=["day", "number"], name="cx_spam_sample_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}/{self.number}"


class SpamCheck(models.Model):
    """A comment that waits for network scorers. Deleted when they have responded."""

    comment = models.OneToOneField(
        "cx_feedback_comments.Comment", on_delete=models.CASCADE, related_name="+"
    )
    #: Whether the comment waits for a moderator anyway, so that a scorer can only mark it as spam.
    is_held = models.BooleanField(default=False)
    #: Whether a proof of work was solved for it.
    is_solved = models.BooleanField(default=False)
    #: Points of the scorers that never mark a comment as spam by themselves.
    holding_points = models.FloatField(default=0)
    #: Network address and browser, see ``core.text.encryption``.
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
    """The verdicts of network scorers and moderators on a comment, for reports to the scorers.

    Deleted with the keyed hash of the network address, after COMMENTS_ORIGIN_DAYS.
    """

    class Verdict(models.TextChoices):
        SPAM = "spam", pgettext_lazy("spam report", "Spam")
        GOOD = "good", pgettext_lazy("spam report", "Not spam")

    comment = models.OneToOneField(
        "cx_feedback_comments.Comment", on_delete=models.CASCADE, related_name="+"
    )
    #: Network address and browser, see ``core.text.encryption``.
    sealed = models.TextField()
    #: The verdict of the scorers, then the last one reported to them; "" without a response.
    scorer_verdict = models.CharField(max_length=4, choices=Verdict.choices, blank=True)
    #: The verdict of a moderator, "" for a decision that implies neither.
    moderator_verdict = models.CharField(max_length=4, choices=Verdict.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When to send the report, None if there is nothing to report.
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "spam report")
        verbose_name_plural = pgettext_lazy("model", "spam reports")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.comment_id)
