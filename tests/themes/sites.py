"""Sites as there are many: their style sheet, what they write themselves, and their schemes."""

from dataclasses import dataclass, field

BOOTSTRAP = "dist/css/bootstrap.css"
#: What a site with Tailwind writes in utilities: colours of the page by the class of its toggle.
GRAYS = (
    "body { background: #fff; color: #111827 } .dark body { background: #111827; color: #f3f4f6 }"
)


@dataclass(frozen=True)
class Mode:
    """One state of a page: what the system prefers, what the site's toggle set, what it shows."""

    name: str
    system: str
    shows: str
    html: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Theme:
    """A site's own style sheets and the modes that readers meet on it."""

    name: str
    modes: tuple[Mode, ...]
    package: str = ""
    file: str = ""
    own: str = ""
    body: str = ""


LIGHT = Mode("light", "light", "light")
#: A page without a dark mode, or whose toggle stands at light, on a system set to dark.
STAYS = Mode("light on a dark system", "dark", "light")
FOLLOWS = Mode("dark", "dark", "dark")
BY_CLASS = Mode("toggled", "light", "dark", {"class": "dark"})

THEMES = (
    Theme("plain", (LIGHT, STAYS)),
    Theme("following", (LIGHT, FOLLOWS), own=":root { color-scheme: light dark }"),
    #: Pages of our own (edit, preferences, …), which no style sheet of the site reaches.
    Theme("own pages", (LIGHT, FOLLOWS), body="cx-page"),
    Theme(
        "bootstrap-3",
        (LIGHT, STAYS, BY_CLASS),
        "bootstrap-3",
        BOOTSTRAP,
        # It has no dark mode; some sites made one themselves.
        ".dark body { background: #1b1d20; color: #ddd }",
    ),
    Theme(
        "bootstrap-5",
        (
            LIGHT,
            Mode("toggled", "light", "dark", {"data-bs-theme": "dark"}),
            Mode("toggled back", "dark", "light", {"data-bs-theme": "light"}),
        ),
        "bootstrap-5",
        BOOTSTRAP,
    ),
    Theme("tailwind-3", (LIGHT, STAYS, BY_CLASS), "tailwind-3", "src/css/preflight.css", GRAYS),
    Theme("tailwind-4", (LIGHT, STAYS, BY_CLASS), "tailwind-4", "preflight.css", GRAYS),
    Theme(
        "pico",
        (
            LIGHT,
            FOLLOWS,
            Mode("toggled", "light", "dark", {"data-theme": "dark"}),
            Mode("toggled back", "dark", "light", {"data-theme": "light"}),
        ),
        "pico",
        "css/pico.css",
    ),
)
