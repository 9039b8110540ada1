"""The custom properties of the widgets and what docs/reference/theming.md says of them."""

import re
from pathlib import Path

import cx_feedback

ROOT = Path(cx_feedback.__file__).parent
DOCS = (ROOT.parent / "docs/reference/theming.md").read_text()
CSS = "\n".join(path.read_text() for path in ROOT.glob("*/static/cx_feedback/*/*.css"))
CORE = (ROOT / "core/static/cx_feedback/core/core.css").read_text()


def test_the_docs_name_every_custom_property_and_its_values():
    rows = re.findall(
        r"^\| `(--cx-[a-z-]+)` \| [^|]+ \| `?([^|`]+)`? \| `?([^|`]+)`? \|$", DOCS, re.M
    )
    documented = {name: (light.strip(), dark.strip()) for name, light, dark in rows}
    light = dict(re.findall(r"var\((--cx-[a-z-]+), (#\w+|0\.5em|inherit)\)", CORE))
    dark = dict(re.findall(r"var\((--cx-[a-z-]+), light-dark\(#\w+, (#\w+)\)\)", CORE))
    again = dict(re.findall(r"var\((--cx-[a-z-]+), light-dark\((#\w+), #\w+\)\)", CORE))
    assert set(documented) == set(re.findall(r"var\((--cx-[a-z-]+)", CSS))
    assert again.items() <= light.items()
    page = {"inherit": "that of the page"}
    assert documented == {
        name: (page.get(value, value), page.get(value, dark.get(name, value)))
        for name, value in light.items()
    }


def test_no_widget_asks_the_system_for_its_scheme():
    public = [path for path in ROOT.glob("*/static/**/*.css") if path.name != "admin.css"]
    assert len(public) > 5
    assert [path.name for path in public if "prefers-color-scheme" in path.read_text()] == []
