"""The settings' page names every key, its default and its meaning."""

from tests.reference.__main__ import main
from tests.reference.pages import build, get_path


def test_the_settings_page_is_current():
    # To write it and the other pages of the reference anew: python -m tests.reference
    assert get_path("settings.md").read_text(encoding="utf-8") == build("settings.md")


if __name__ == "__main__":
    main()
