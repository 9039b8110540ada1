"""The authors as busts of a few plain shapes."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from example_site.drawing import canvas as c
from example_site.drawing.canvas import Canvas

SIDE = 640


@dataclass(frozen=True)
class Look:
    """What distinguishes one face from another."""

    ground: str
    skin: str
    shade: str
    hair: str
    coat: str
    style: Callable[["Canvas", "Look"], None]
    glasses: str = ""
    beard: str = ""
    collar: str = c.PAPER
    earrings: str = ""
    halo: str = c.PAPER


def bob(s: Canvas, look: Look) -> None:
    """Hair to the jaw, behind the face, with a fringe to one side."""
    s.rectangle(192, 150, 256, 300, look.hair, 120)


def bob_front(s: Canvas, look: Look) -> None:
    """The fringe of the bob."""
    s.sector(320, 240, 114, 176, 364, look.hair)
    s.rectangle(192, 236, 34, 190, look.hair, 17)
    s.rectangle(414, 236, 34, 190, look.hair, 17)


def bun(s: Canvas, look: Look) -> None:
    """Hair tied up."""
    s.circle(320, 120, 62, look.hair)
    s.ellipse(320, 262, 122, 128, look.hair)


def curls(s: Canvas, look: Look) -> None:
    """A wide head of curls."""
    for x, y, r in [
        (205, 270, 62), (205, 360, 56), (225, 190, 66), (290, 148, 70), (360, 148, 70),
        (420, 190, 66), (436, 270, 62), (436, 360, 56), (320, 230, 120),
    ]:  # fmt: skip
        s.circle(x, y, r, look.hair)


def bald(s: Canvas, look: Look) -> None:
    """Hair at the sides only."""
    s.ellipse(214, 285, 34, 62, look.hair)
    s.ellipse(426, 285, 34, 62, look.hair)


def short(s: Canvas, look: Look) -> None:
    """Short hair, combed back."""
    s.ellipse(320, 250, 124, 122, look.hair)


FRONTS: dict[Callable[[Canvas, Look], None], Callable[[Canvas, Look], None]] = {bob: bob_front}

LOOKS = {
    "ines-arrabal": Look(
        c.CORAL,
        "#f0c7a4",
        "#dca982",
        "#e9e4dc",
        c.INK,
        bob,
        glasses=c.INK,
        collar=c.OCHRE,
        halo="#a83d25",
    ),
    "tomas-echeverri": Look(
        c.SKY, "#d9a47c", "#c08a62", "#2b2331", c.BLUE, short, glasses="#22203a", beard="#2b2331"
    ),
    "lucia-montenegro": Look(
        c.OCHRE, "#c98f66", "#b0764d", "#3a2220", c.TEAL, curls, earrings=c.CORAL, collar=c.MINT
    ),
    "bernat-oliver": Look(
        c.MINT,
        "#eebd99",
        "#d7a07a",
        "#cfc8bd",
        c.CORAL,
        bald,
        beard="#cfc8bd",
        collar=c.INK,
        halo="#e9f3ec",
    ),
    "nadia-rahmouni": Look(
        c.PLUM, "#b87c55", "#9f6541", "#1d1722", c.OCHRE, bun, earrings=c.PAPER, collar=c.CORAL
    ),
}


def face(s: Canvas, look: Look) -> None:
    """Draw neck, head and features."""
    s.rectangle(270, 360, 100, 140, look.shade, 40)
    s.ellipse(320, 296, 106, 128, look.skin)
    if look.beard:
        s.sector(320, 330, 104, 8, 172, look.beard)
        s.ellipse(320, 368, 30, 12, look.skin)
    s.polygon([(320, 280), (342, 342), (312, 342)], look.shade)
    for x in (278, 362):
        s.ellipse(x, 284, 8, 9, c.INK)
        s.line([(x - 20, 256), (x + 18, 254)], 6, look.hair if look.style is not bald else c.INK)
    s.ring(320, 352 if not look.beard else 346, 26, 6, c.INK, 40, 140)
    if look.glasses:
        for x in (276, 364):
            s.ring(x, 286, 33, 6, look.glasses)
        s.line([(309, 282), (331, 282)], 6, look.glasses)
    if look.earrings:
        s.circle(214, 352, 13, look.earrings)
        s.circle(426, 352, 13, look.earrings)


def draw_portrait(slug: str) -> Image.Image:
    """Draw the portrait of an author."""
    look = LOOKS[slug]
    s = Canvas(SIDE, SIDE, look.ground)
    s.circle(320, 330, 262, look.halo)
    look.style(s, look)
    s.rectangle(120, 470, 400, 260, look.coat, 130)
    s.polygon([(250, 470), (390, 470), (320, 575)], look.collar)
    face(s, look)
    if look.style in FRONTS:
        FRONTS[look.style](s, look)
    elif look.style is short:
        s.sector(320, 246, 112, 186, 354, look.hair)
    elif look.style is bun:
        s.sector(320, 240, 112, 184, 356, look.hair)
    elif look.style is curls:
        for x in (250, 300, 350, 395):
            s.circle(x, 196, 40, look.hair)
    return s.finished(seed=len(slug), grain=4.0)
