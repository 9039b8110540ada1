"""The pictures of the editors' guide: what it names stands on the screens, in both languages.

``CX_GUIDE_PICTURES=1`` takes the pictures anew and writes them beside the pages of the guide.
"""

import io
import os
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from PIL import Image
from playwright.sync_api import Page
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from tests.browser.guide_content import WORDS, make_example
from tests.messages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GUIDE = ROOT / "docs/editors"
ADMIN = "/admin/cx-feedback/"
SIZE = {"width": 1280, "height": 800}
#: The most bytes of a picture: all of them are in the repository.
LARGEST = 60_000


@dataclass(frozen=True)
class Screen:
    """A screen that the guide shows: its address and what must stand there, by language."""

    name: str
    path: str
    words: dict[str, tuple[str, ...]]
    #: The place in ``Words.questions`` of the question that the picture begins with.
    question: int | None = None


SCREENS = (
    Screen(
        "library",
        "surveys/library/",
        {
            "en": ("Begin empty", "Preview of 2 questions", "Use this one"),
            "es": ("Empezar de cero", "Vista previa de 2 preguntas", "Usar esta"),
        },
    ),
    Screen(
        "survey",
        "surveys/edit/{example.survey}/",
        {
            "en": ("Link and QR code", "When it takes answers", "Where and when it appears"),
            "es": ("Enlace y código QR", "Cuándo admite respuestas", "Dónde y cuándo aparece"),
        },
    ),
    Screen(
        "results",
        "surveys/results/{example.survey}/",
        {
            "en": ("Overview", "Responses", "Cross-tab", "Compare periods", "Exports"),
            "es": ("Resumen", "Respuestas", "Cruce", "Comparar periodos", "Exportaciones"),
        },
    ),
    Screen("question", "surveys/results/{example.survey}/", {"en": (), "es": ()}, question=1),
    Screen(
        "comments",
        "comments/",
        {
            "en": ("Waiting", "Reported", "Published", "Rejected", "Hidden"),
            "es": ("En espera", "Denunciados", "Publicados", "Rechazados", "Ocultos"),
        },
    ),
    Screen(
        "loyalty",
        "loyalty/",
        {
            "en": ("What brings readers back", "Experiments", "Accuracy", "What the tiers mean"),
            "es": ("Qué hace volver", "Experimentos", "Fiabilidad", "Qué significan los niveles"),
        },
    ),
    Screen(
        "issue",
        "issues/edit/{example.issue}/",
        {
            "en": ("Test and send", "Preview text", "Second subject", "In the web archive"),
            "es": ("Probar y enviar", "Texto de avance", "Segundo asunto", "En el archivo web"),
        },
    ),
    Screen(
        "rule",
        "follow-up-rules/edit/{example.rule}/",
        {
            "en": ("Dry run", "When a reader", "Frequency", "Control group (percent)"),
            "es": ("Simulación", "Cuando un lector", "Frecuencia", "Grupo de control (por ciento)"),
        },
    ),
    Screen(
        "inbox",
        "conversations/",
        {
            "en": ("Mine", "Late", "Snoozed", "Assign to me"),
            "es": ("Mías", "Fuera de plazo", "Aplazadas", "Asignármelas"),
        },
    ),
    Screen(
        "conversation",
        "conversations/{example.conversation}/",
        {
            "en": ("Answer or note", "Send the answer", "Store as a note"),
            "es": ("Respuesta o nota", "Enviar la respuesta", "Guardar como nota"),
        },
    ),
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_the_guide_names_is_on_the_screens(open_editor, home, settings, language):
    pictures = bool(os.environ.get("CX_GUIDE_PICTURES"))
    settings.WAGTAIL_GRAVATAR_PROVIDER_URL = None
    Locale.objects.get_or_create(language_code="en")
    example = make_example(home, language)
    page = open_editor()
    editor = get_user_model().objects.get()
    UserProfile.objects.update_or_create(user=editor, defaults={"preferred_language": language})
    page.set_viewport_size(SIZE)
    for screen in SCREENS:
        ready: Any = "load" if pictures else "domcontentloaded"
        page.goto(ADMIN + screen.path.format(example=example), wait_until=ready)
        # Nobody has opened the panels and drop-downs that hold some of the words.
        said = unescape(page.content())
        assert [words for words in screen.words[language] if words not in said] == []
        if pictures:
            if screen.question is not None:
                scroll_to(page, WORDS[language].questions[screen.question])
            take_picture(page, screen.name, language)


def scroll_to(page: Page, heading: str) -> None:
    """Let the screen begin with a heading, below Wagtail's fixed header."""
    found = page.get_by_role("heading", name=heading)
    found.evaluate("it => { it.style.scrollMarginTop = '90px'; it.scrollIntoView(); }")


def take_picture(page: Page, name: str, language: str) -> None:
    """Write a picture of the screen, with as many colours as fit into its size."""
    page.wait_for_timeout(600)  # what slides in has arrived
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    folder = GUIDE / language / "pictures"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    for colours in (128, 64, 32, 16):
        shot.convert("RGB").quantize(colours).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise AssertionError(f"{path} is larger than {LARGEST} bytes")
