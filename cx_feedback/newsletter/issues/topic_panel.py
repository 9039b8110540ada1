"""The panel in which editors choose topics, grouped by mailing list."""

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel

from cx_feedback.newsletter.models.lists import Topic


class TopicCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes grouped by mailing list, since two lists can have topics of the same name."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        by_list: dict[str, list[tuple[Any, str]]] = {}
        topics = Topic.objects.select_related("mailing_list")
        for topic in topics.order_by("mailing_list__name", "mailing_list_id", "sort_order", "pk"):
            by_list.setdefault(topic.mailing_list.name, []).append((topic.pk, topic.name))
        self.choices = list(by_list.items())
        return super().optgroups(name, value, attrs)


class TopicsPanel(FieldPanel):
    """The panel of the field ``topics``, hidden while there are no topics."""

    def __init__(self, field_name: str = "topics", **options: Any) -> None:
        super().__init__(field_name, **{"widget": TopicCheckboxes, **options})

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and Topic.objects.exists()
