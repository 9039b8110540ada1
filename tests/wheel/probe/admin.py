"""Every address of ours below the admin, as a superuser opens it."""

import inspect
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import URLPattern, get_resolver, reverse
from home.models import HomePage
from wagtail.contrib.settings.registry import registry

from cx_feedback.comments.models import Ban, Comment, Policy, SavedReply, Section
from cx_feedback.conversations.models import Conversation, ConversationSection, SavedAnswer
from cx_feedback.mail.models import Delivery, Mailing
from cx_feedback.newsletter.models import SubscriberImport, Subscription
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.webhooks.models import Endpoint

from .browser import Browser

#: Screens of Wagtail that need a workflow under way.
LEFT_OUT = ("/workflow/", "<int:workflow_state_id>")
#: What of an address does not name an object of its view's model.
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """An address below the admin, with the names of its parameters, and its view."""

    path: str
    view: Any

    @property
    def model(self) -> type[Model] | None:
        given = getattr(self.view, "view_initkwargs", {})
        of_viewset = getattr(given.get("viewset"), "model", None)
        return given.get("model") or of_viewset or getattr(self.view_class, "model", None)

    @property
    def view_class(self) -> Any:
        return getattr(self.view, "view_class", None)

    @property
    def only_posts(self) -> bool:
        """Whether the view has no answer to a GET."""
        view = self.view_class
        return view is not None and not (hasattr(view, "get") and "get" in view.http_method_names)

    def is_ours(self) -> bool:
        """Return whether the view is of this package, or shows one of its models."""
        of = [(self.view_class or self.view).__module__, getattr(self.model, "__module__", "")]
        return any(module.startswith("cx_feedback.") for module in of)


def routes(patterns: Any, prefix: str = "") -> Iterator[Route]:
    """Iterate over the addresses below ``patterns``."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield Route(path, inspect.unwrap(pattern.callback))
        else:
            yield from routes(pattern.url_patterns, path)


def our_routes() -> list[Route]:
    """Return the addresses of ours; of two alike the first answers."""
    [admin] = [p for p in get_resolver().url_patterns if str(p.pattern) == "admin/"]
    found: dict[str, Route] = {}
    for route in routes(admin.url_patterns):
        if route.is_ours() and not any(part in route.path for part in LEFT_OUT):
            found.setdefault(route.path, route)
    return list(found.values())


#: Of addresses whose view names no model, what ``pk`` stands for: by how they begin.
OBJECTS: dict[str, type[Model]] = {
    "cx-feedback/surveys/page/": HomePage,
    "cx-feedback/surveys/": Survey,
    "cx-feedback/nps/": NPSWidget,
    "cx-feedback/comments/bans/": Ban,
    "cx-feedback/comments/": Comment,
    "cx-feedback/loyalty/": Reader,
    "cx-feedback/comment-policies/": Policy,
    "cx-feedback/comment-replies/": SavedReply,
    "cx-feedback/comment-sections/": Section,
    "cx-feedback/subscriptions/import/": SubscriberImport,
    "cx-feedback/subscriptions/": Subscription,
    "cx-feedback/deliveries/": Delivery,
    "cx-feedback/conversation-answers/": SavedAnswer,
    "cx-feedback/conversation-sections/": ConversationSection,
    "cx-feedback/conversations/": Conversation,
    "cx-feedback/webhooks/": Endpoint,
}


def value_of(name: str, route: Route) -> Any:
    """Return what the parameter ``name`` of an address may stand for on this site."""
    first = next((model for begin, model in OBJECTS.items() if route.path.startswith(begin)), None)
    model = route.model or first
    if name == "pk":
        assert model, f"{route.path}: pk of what? Name it in OBJECTS."
        row = model._default_manager.order_by("pk").first()
        assert row, f"{route.path}: no {model.__name__} is there"
        return row.pk
    if name == "name" and "mailings/" in route.path:
        return Mailing.objects.latest("pk").name
    others = {
        "page_id": lambda: HomePage.objects.get().pk,
        "batch": uuid.uuid4,
        "response": lambda: (
            Response.objects.filter(survey=model._default_manager.order_by("pk").first().pk)
            .latest("pk")
            .pk
        ),
        "export": lambda: Export.objects.get().pk,
        "name": lambda: "csat",
        "revision_id": lambda: model._default_manager.order_by("pk").first().latest_revision_id,
        "revision_id_a": lambda: "earliest",
        "revision_id_b": lambda: "latest",
    }
    assert name in others, f"{route.path}: what does {name} stand for?"
    return others[name]()


def address(route: Route) -> str:
    """Return the address of ``route`` for something that exists."""
    path = PARAMETER.sub(lambda match: str(value_of(match[1] or match[2], route)), route.path)
    return "/admin/" + path.replace("\\", "")


def wagtails_addresses() -> list[str]:
    """Return screens of Wagtail that show what is ours: home, editor, settings, reports."""
    page = HomePage.objects.get()
    models = [model for model in registry if model.__module__.startswith("cx_feedback.")]
    assert models, "no settings of ours"
    return [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:add_subpage", args=[page.pk]),
        reverse("wagtailadmin_pages:add", args=["home", "homepage", page.pk]),
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailsnippets:index"),
        *(
            reverse("wagtailsettings:edit", args=[model._meta.app_label, model._meta.model_name])
            for model in models
        ),
    ]


def open_all() -> int:
    """Open every address; return how many. Raises with all that do not answer with 200."""
    client = Browser(get_user_model().objects.get(username="chief")).client
    client.raise_request_exception = False
    ours = [(address(route), 405 if route.only_posts else 200) for route in our_routes()]
    wrong = []
    for path, status in ours:
        answered = client.get(path).status_code
        if answered != status:
            wrong.append(f"{path}: {answered}, not {status}")
    for path in wagtails_addresses():
        # Wagtail leads on where there is one thing to choose from.
        answered = client.get(path, follow=True).status_code
        if answered != 200:
            wrong.append(f"{path}: {answered}")
    assert not wrong, "\n".join(wrong)
    assert len(ours) > 100, f"{len(ours)} addresses only"
    return len(ours)
