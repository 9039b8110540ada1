"""``python -m tests.reference`` writes the generated pages of the reference."""

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.reference.pages import PAGES, build, get_path

    for name in PAGES:
        get_path(name).write_text(build(name), encoding="utf-8")


if __name__ == "__main__":
    main()
