"""``make migrations``: write the one initial migration of each room, and of the example site, anew.

Nothing is released yet, so that a changed model changes its first migration. From the first
release on this goes away, and ``makemigrations`` adds migrations as in every project. What models
cannot say (triggers, storage) stands in ``migrations/_operations.py`` of a room.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = [
    *sorted(ROOT.glob("cx_feedback/*/migrations")),
    ROOT / "example_site/magazine/migrations",
]

#: Newest migrations of Wagtail, and the last one that every supported version has.
LATEST = re.compile(r"\('wagtailcore', '\d{4}_\w+'\)")
OLDEST = "('wagtailcore', '0094_alter_page_locale')"


def adapt(text: str, package: str, with_operations: bool) -> str:
    """Return a generated migration made right for every supported Wagtail."""
    page = "settings.WAGTAIL_PAGE_MODEL"
    if page in text:
        text = text.replace(
            f"migrations.swappable_dependency({page})", "swapper.dependency('wagtailcore', 'Page')"
        )
        text = text.replace(page, "swapper.get_model_name('wagtailcore', 'Page')")
        text = text.replace("from django.conf import", "import swapper\nfrom django.conf import", 1)
        if "settings." not in text.partition("class Migration")[2]:
            text = text.replace("from django.conf import settings\n", "")
    text = LATEST.sub(OLDEST, text)
    if with_operations:
        head, _, rest = text.partition("\n\n\nclass Migration")
        text = f"{head}\n\nfrom {package}._operations import OPERATIONS\n\n\nclass Migration{rest}"
        text = re.sub(r"\n    \]\n*\Z", "\n        *OPERATIONS,\n    ]\n", text)
    return text


def main() -> None:
    """Delete the old migrations and let Django write new ones."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_site.settings"
    for folder in FOLDERS:
        for path in folder.glob("0*.py"):
            path.unlink()
    import django
    from django.apps import apps
    from django.core.management import call_command

    django.setup()
    names = {str(folder.relative_to(ROOT).parent).replace("/", ".") for folder in FOLDERS}
    labels = [config.label for config in apps.get_app_configs() if config.name in names]
    call_command("makemigrations", *labels, name="initial", include_header=False)
    for folder in FOLDERS:
        package = ".".join(folder.relative_to(ROOT).parts)
        for path in folder.glob("0*.py"):
            text = path.read_text(encoding="utf-8")
            if package.startswith("cx_feedback"):
                text = adapt(text, package, (folder / "_operations.py").exists())
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
