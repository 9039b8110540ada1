"""All generated pages, by their names."""

from collections.abc import Callable
from pathlib import Path

from django.utils import translation

from tests.messages import ROOT
from tests.reference import code_pages, registered_pages, reports_page

FOLDER = ROOT / "docs/reference"
PAGES: dict[str, Callable[[], str]] = {
    "../reports.md": reports_page.build_reports,
    "blocks.md": registered_pages.build_blocks,
    "checks.md": code_pages.build_checks,
    "commands.md": registered_pages.build_commands,
    "endpoints.md": registered_pages.build_rest,
    "permissions.md": registered_pages.build_permissions,
    "settings.md": code_pages.build_settings,
    "signals.md": code_pages.build_signals,
    "tags.md": code_pages.build_tags,
    "tasks.md": code_pages.build_tasks,
    "templates.md": code_pages.build_templates,
}


def build(name: str) -> str:
    """Return a page as it should be."""
    with translation.override("en"):
        return PAGES[name]()


def get_path(name: str) -> Path:
    """Return where a page stands."""
    return FOLDER / name
