"""Make a ``wagtail start`` site of what the README says, in the README's own words."""

import re
from pathlib import Path
from textwrap import indent

from tests.messages import ROOT

#: Sites are free to choose databases: the probe runs on SQLite and on PostgreSQL.
DATABASE = """
import os
from urllib.parse import urlsplit
if "DATABASE_URL" in os.environ:
    _url = urlsplit(os.environ["DATABASE_URL"])
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": _url.path[1:], "HOST": _url.hostname,
        "PORT": _url.port or "", "USER": _url.username, "PASSWORD": _url.password or "",
    }}
    INSTALLED_APPS += ["django.contrib.postgres"]  # as Wagtail's documentation says
EMAIL_FILE_PATH = os.path.join(BASE_DIR, "mails")
"""
#: Where letters end that the site sends: dev.py says the console.
MAILS = '\nEMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"\n'


def block_with(words: str) -> str:
    """Return the README's block of code that contains ``words``."""
    blocks = re.findall(r"```[^\n]*\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    [found] = [block for block in blocks if words in block]
    return found


def with_own(code: str, own: str) -> str:
    """Put ``own`` where the README leaves room for what the site has of its own: "# … your"."""
    changed, count = re.subn(r"^( *)# … your.*$", rf"\1{own}", code, flags=re.MULTILINE)
    assert count == 1, f"one place is left for the site's own:\n{code}"
    return changed


def home_models(only: str = "") -> str:
    """Return the models of an app whose pages have the README's blocks, or one of them."""
    imports, _, body = block_with("body = StreamField").partition("body = ")
    if only:
        imports = "\n".join(line for line in imports.splitlines() if f".{only}." in line)
        kept = [line for line in body.splitlines() if "Block()" not in line or f'"{only}"' in line]
        body = "\n".join(kept)
    field = with_own("body = " + body, '("text", blocks.RichTextBlock()),')
    # The home page that "wagtail start" makes has nothing in it yet.
    field = field.rstrip().removesuffix(")") + ", blank=True)"
    return (
        "from wagtail import blocks\nfrom wagtail.fields import StreamField\n"
        f"from wagtail.models import Page\n{imports}\n\nclass HomePage(Page):\n"
        f"{indent(field, '    ')}\n    content_panels = [*Page.content_panels, 'body']\n"
    )


def home_template() -> str:
    """Return the template of those pages."""
    head = block_with("{% cx_feedback_head %}").replace("…", "<title>{{ page.title }}</title>")
    return "<!doctype html>" + head


def follow(site: Path, only: str = "") -> None:
    """Write settings, URLs, models and template of the site in ``site``, or with one room."""
    settings = with_own(block_with("INSTALLED_APPS"), "*INSTALLED_APPS,")
    if only:
        settings = settings.replace("*cx_feedback.ROOMS", f'*cx_feedback.rooms("{only}")')
    name = site.name
    urls = f"\nurlpatterns = [\n{block_with('cx_feedback.urls')}*urlpatterns]\n"
    for path, text in (
        (f"{name}/settings/base.py", settings + DATABASE),
        (f"{name}/settings/dev.py", MAILS),
        (f"{name}/urls.py", urls),
    ):
        with (site / path).open("a") as file:
            file.write("\n" + text)
    (site / "home/models.py").write_text(home_models(only))
    (site / "home/templates/home/home_page.html").write_text(home_template())
