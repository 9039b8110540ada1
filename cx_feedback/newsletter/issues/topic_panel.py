"""The topics of all lists in an editor's form, under the names of their lists."""

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel

from cx_feedback.newsletter.models.lists import Topic


class TopicCheckboxes(forms.CheckboxSelectMultiple):
    """Boxes to tick, those of one list together: two lists may have topics of one name."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        by_list: dict[str, list[tuple[Any, str]]] = {}
        topics = Topic.objects.select_related("mailing_list")
        for topic in topics.order_by("mailing_list__name", "mailing_list_id", "sort_order", "pk"):
            by_list.setdefault(topic.mailing_list.name, []).append((topic.pk, topic.name))
        self.choices = list(by_list.items())
        return super().optgroups(name, value, attrs)


class TopicsPanel(FieldPanel):
    """The field ``topics``; not shown as long as no list has any."""

    def __init__(self, field_name: str = "topics", **options: Any) -> None:
        super().__init__(field_name, **{"widget": TopicCheckboxes, **options})

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and Topic.objects.exists()
