"""The magazine's own entries in the editor's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from example_site.magazine.models import Category, Person


class PersonViewSet(SnippetViewSet):
    """Authors."""

    model = Person
    icon = "user"
    list_display = ["name", "role", "locale"]
    list_filter = ["locale"]


class CategoryViewSet(SnippetViewSet):
    """Categories."""

    model = Category
    icon = "folder-open-inverse"
    list_display = ["name", "colour", "locale"]
    list_filter = ["locale"]


class MagazineViewSetGroup(SnippetViewSetGroup):
    """Authors and categories under one heading."""

    menu_label = _("Magazine")
    menu_icon = "doc-full-inverse"
    menu_order = 210
    items = (PersonViewSet, CategoryViewSet)


register_snippet(MagazineViewSetGroup)
