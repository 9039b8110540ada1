"""The settings' page names every key, its default and its meaning."""

from cx_feedback.core.settings.settings_list import SETTINGS
from tests.messages import ROOT


def settings_page() -> str:
    """Return ``docs/reference/settings.md`` as it should be."""
    rows = [f"| `{s.name}` | `{s.default!r}` | {s.doc} |" for s in SETTINGS]
    head = [
        "# Settings",
        "",
        "All settings are keys of the `CX_FEEDBACK` dictionary. System checks"
        " (`cx_feedback.E001`, `E002`, `W001`) say what is wrong with a value, or unknown.",
        "",
        "| key | default | what it is |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def test_the_settings_page_is_current():
    # To write it anew: python -m tests.core.test_docs
    assert (ROOT / "docs/reference/settings.md").read_text() == settings_page()


if __name__ == "__main__":
    (ROOT / "docs/reference/settings.md").write_text(settings_page())
