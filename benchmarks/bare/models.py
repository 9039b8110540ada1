from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField


class Answer(models.Model):
    score = models.IntegerField()
    reason = models.TextField()
    page_id = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.score)


class Answers(models.Model):
    """As many answers as a request brings, in one column."""

    answers = models.JSONField()
    page_id = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.at)


class FormField(AbstractFormField):
    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")

    class Meta(AbstractFormField.Meta):
        app_label = "bare"


class FormPage(AbstractForm):
    """Wagtail's own form page, as its documentation writes it."""

    class Meta:
        app_label = "bare"
