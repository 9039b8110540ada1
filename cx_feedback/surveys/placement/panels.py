"""The panels of the editor's form that say where and when a survey appears."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel

#: How it appears, to whom and where, as lists for panels with these headings.
APPEARING = [
    FieldPanel("placement"),
    FieldRowPanel([FieldPanel("seconds"), FieldPanel("scroll_percent")]),
]
ASKED = [
    FieldPanel("sample_percent"),
    FieldRowPanel(
        [FieldPanel("rest_answered"), FieldPanel("rest_later"), FieldPanel("rest_closed")]
    ),
]
PLACES = [
    FieldPanel("shown_without_block"),
    FieldPanel("sections"),
    FieldPanel("tags"),
    FieldPanel("languages"),
]
APPEARING_HEADING = pgettext_lazy("survey", "How it appears")
ASKED_HEADING = _("Who is asked, and how often")
PLACES_HEADING = pgettext_lazy("survey", "Where it appears")
