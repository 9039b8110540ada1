"""The documentation as pages: ``make docs`` builds them, and every warning is an error."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
REPOSITORY = "https://github.com/wagtail-cx-feedback/wagtail-cx-feedback/blob/main/"

project = "wagtail-cx-feedback"
author = "The cx_feedback developers"
copyright = author
#: The package is not imported: the documentation is built without Django.
version = release = next(
    line.split('"')[1]
    for line in (ROOT / "cx_feedback/__init__.py").read_text(encoding="utf-8").splitlines()
    if line.startswith("__version__")
)

extensions = ["myst_parser", "sphinx_wagtail_theme"]
source_suffix = {".md": "markdown"}
nitpicky = True

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
#: Links to headings are checked, down to this level.
myst_heading_anchors = 4

html_theme = "sphinx_wagtail_theme"
html_theme_options = {
    "project_name": project,
    "logo": "",
    "github_url": f"{REPOSITORY}docs/",
    "footer_links": "",
}
#: What is copied from a console block are its commands.
copybutton_prompt_text = "$ "
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_title = f"{project} {release}"
html_show_sphinx = False
html_copy_source = False
html_last_updated_fmt = None
