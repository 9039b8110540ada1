from django.db import models


class Answer(models.Model):
    score = models.IntegerField()
    reason = models.TextField()
    page_id = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.score)
