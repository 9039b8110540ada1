"""One composition for each article, 1600 by 1000 pixels."""

import math
from collections.abc import Callable

from PIL import Image

from example_site.drawing import canvas as c
from example_site.drawing.canvas import Canvas

WIDTH, HEIGHT = 1600, 1000
Motif = Callable[[Canvas], None]


def door(s: Canvas) -> None:
    """A door ajar and the light that falls out of it."""
    s.rectangle(0, 740, WIDTH, 260, "#191730")
    s.polygon([(800, 742), (1010, 742), (1420, 1000), (560, 1000)], c.OCHRE)
    s.rectangle(760, 150, 290, 592, "#3a3560")
    s.rectangle(790, 180, 230, 562, "#f7d48a")
    s.polygon([(790, 180), (905, 225), (905, 742 + 42), (790, 742)], c.CORAL)
    s.circle(885, 480, 11, c.PAPER)
    s.circle(300, 270, 96, c.SKY)
    s.circle(338, 244, 84, c.INK)
    for x, y in [(150, 150), (480, 110), (560, 330), (1240, 160), (1420, 300), (1330, 520)]:
        s.circle(x, y, 5, c.SKY)


def question(s: Canvas) -> None:
    """A question mark of arcs, its dot a small door."""
    for radius, colour in [(300, c.BLUSH), (225, c.PAPER), (150, c.OCHRE)]:
        s.ring(800, 370, radius, 62, colour, 180, 450)
    s.line([(800, 520), (800, 640)], 62, c.OCHRE)
    s.rectangle(750, 735, 100, 165, c.PAPER, 50)
    s.rectangle(750, 820, 100, 80, c.PAPER)
    s.circle(828, 830, 8, c.CORAL)
    for i in range(7):
        s.ring(-60, 1060, 190 + i * 62, 7, c.BLUSH, 270, 360)


def scale(s: Canvas) -> None:
    """Columns from nought to ten, each with a shadow longer than itself."""
    s.rectangle(0, 640, WIDTH, 360, "#c7d6f0")
    for i in range(11):
        x, height = 165 + i * 116, 60 + i * 42
        s.polygon([(x, 640), (x + 62, 640), (x - 120, 1000), (x - 250, 1000)], "#9db4df")
        colour = c.CORAL if i <= 6 else (c.OCHRE if i <= 8 else c.TEAL)
        s.rectangle(x, 640 - height, 62, height, colour, 10)
    s.circle(220, 190, 74, c.PAPER)


def queue(s: Canvas) -> None:
    """A line of dots that winds, one of them about to arrive."""
    points = []
    for step in range(520):
        t = step / 519
        points.append((130 + 1220 * t, 500 + 270 * math.sin(t * 3.1 * math.pi) * (1 - 0.45 * t)))
    for x, y in points:
        s.circle(x, y, 48, "#efc873")
    for i in range(0, 520, 26):
        x, y = points[i]
        s.circle(x, y, 27, c.PLUM if i < 480 else c.PAPER)
    s.rectangle(1395, 400, 90, 240, c.INK, 45)
    s.rectangle(1395, 520, 90, 120, c.INK)
    s.circle(1440, 230, 62, c.PAPER)
    s.line([(1440, 230), (1440, 192)], 8, c.INK)
    s.line([(1440, 230), (1466, 246)], 8, c.INK)


def bridge(s: Canvas) -> None:
    """Two arches that lean on each other."""
    s.circle(800, 330, 165, c.OCHRE)
    s.rectangle(0, 730, WIDTH, 270, "#155b57")
    for i, colour in enumerate([c.PAPER, c.CORAL, c.INK]):
        s.ring(385, 740, 410 - i * 92, 78, colour, 180, 360)
    for i, colour in enumerate([c.INK, c.PAPER, c.CORAL]):
        s.ring(1215, 740, 410 - i * 92, 78, colour, 180, 360)
    s.rectangle(0, 742, WIDTH, 258, "#155b57")
    for i in range(5):
        y = 800 + i * 42
        s.line([(160 + i * 90, y), (1440 - i * 90, y)], 7, "#3b8f88")


def silence(s: Canvas) -> None:
    """Windows at night, a few of them dark."""
    dark = {(1, 2), (3, 5), (2, 8), (4, 3), (0, 6), (4, 9), (2, 4)}
    for row in range(5):
        for column in range(11):
            x, y = 160 + column * 128, 150 + row * 175
            if (row, column) in dark:
                s.ring(x, y, 42, 4, "#4a4770")
            else:
                s.circle(x, y, 44, c.OCHRE if (row * 7 + column * 3) % 5 else "#f4d390")
    s.ring(160 + 8 * 128, 150 + 2 * 175, 66, 7, c.CORAL)


def spark(s: Canvas) -> None:
    """Lines that burst out of a small circle."""
    for i in range(36):
        angle = math.radians(i * 10)
        far = (470, 300, 390)[i % 3]
        colour = (c.CORAL, c.OCHRE, c.BLUSH)[i % 3]
        start = (800 + 120 * math.cos(angle), 500 + 120 * math.sin(angle))
        end = (800 + far * math.cos(angle), 500 + far * math.sin(angle))
        s.line([start, end], 17, colour)
        s.circle(end[0], end[1], 21, colour)
    s.circle(800, 500, 78, c.PAPER)
    s.circle(800, 500, 34, c.CORAL)


def steps(s: Canvas) -> None:
    """Stairs whose first step is wide and low."""
    s.circle(1260, 250, 120, c.CORAL)
    colours = [c.OCHRE, c.TEAL, c.PLUM, c.BLUE, c.INK]
    tops = [(120, 830), (640, 690), (880, 560), (1090, 440), (1280, 330)]
    for (x, top), colour in zip(tops, colours, strict=True):
        s.rectangle(x, top + 60, WIDTH - x, HEIGHT - top, colour)
        s.rectangle(x, top + 48, WIDTH - x, 14, c.PAPER)
    s.circle(330, 800, 74, c.CORAL)
    for i in range(4):
        s.circle(520 + i * 62, 620 - i * 66, 10, c.INK)


def envelope(s: Canvas) -> None:
    """An open envelope, lines fanning out like a sundial."""
    for i in range(13):
        angle = math.radians(195 + i * 12.5)
        far = 430 + (i % 2) * 70
        s.line(
            [(800, 610), (800 + far * math.cos(angle), 610 + far * math.sin(angle))],
            15,
            c.PAPER if i % 2 else c.INK,
        )
    s.polygon([(450, 600), (1150, 600), (800, 380)], "#b57a17")
    s.rectangle(450, 600, 700, 320, c.PAPER, 14)
    s.polygon([(450, 606), (800, 800), (450, 912)], c.BLUSH)
    s.polygon([(1150, 606), (800, 800), (1150, 912)], c.BLUSH)
    s.polygon([(452, 918), (1148, 918), (800, 735)], c.CORAL)


def hands(s: Canvas) -> None:
    """One rounded shape that holds another."""
    s.sector(800, 470, 420, 0, 180, c.ROSE)
    s.sector(800, 470, 310, 0, 180, c.CORAL)
    s.sector(800, 470, 200, 0, 180, c.PAPER)
    s.circle(800, 330, 122, c.OCHRE)
    s.rectangle(380, 300, 110, 172, c.ROSE, 50)
    s.rectangle(1110, 300, 110, 172, c.ROSE, 50)
    s.rectangle(380, 400, 110, 72, c.ROSE)
    s.rectangle(1110, 400, 110, 72, c.ROSE)
    s.ring(800, 470, 480, 9, c.ROSE, 20, 160)
    s.ring(800, 470, 520, 9, c.ROSE, 35, 145)


def glow(s: Canvas) -> None:
    """Warm rings that fade towards the edge."""
    colours = [
        "#2b2748",
        "#43305a",
        "#6a3a5f",
        "#a04a55",
        "#d9573a",
        "#e98a4a",
        "#f4c76b",
        "#fdf0cf",
    ]
    for i, colour in enumerate(colours):
        s.circle(800, 520, 610 - i * 78, colour)
    s.rectangle(760, 480, 80, 150, c.INK, 40)
    s.rectangle(760, 560, 80, 70, c.INK)


def stamps(s: Canvas) -> None:
    """A card with ten round places, seven of them filled."""
    s.rectangle(258, 198, 1120, 640, "#1a625d", 36)
    s.rectangle(240, 180, 1120, 640, c.PAPER, 36)
    colours = [c.CORAL, c.OCHRE, c.PLUM, c.TEAL, c.BLUE, c.CORAL, c.OCHRE]
    for i in range(10):
        x, y = 390 + (i % 5) * 205, 380 + (i // 5) * 240
        if i < 7:
            s.circle(x, y, 78, colours[i])
            s.ring(x, y, 50, 6, c.PAPER)
        else:
            s.ring(x, y, 74, 6, "#bfb39d")


def key(s: Canvas) -> None:
    """A key whose bow is a sun."""
    for i in range(16):
        angle = math.radians(i * 22.5)
        s.line(
            [
                (470 + 215 * math.cos(angle), 500 + 215 * math.sin(angle)),
                (470 + (290 if i % 2 else 320) * math.cos(angle), 500 + 300 * math.sin(angle)),
            ],
            20,
            c.OCHRE,
        )
    s.circle(470, 500, 180, c.OCHRE)
    s.circle(470, 500, 84, c.PLUM)
    s.rectangle(640, 462, 700, 76, c.PAPER, 38)
    for x, depth, colour in [(1010, 120, c.CORAL), (1120, 180, c.PAPER), (1230, 120, c.CORAL)]:
        s.rectangle(x, 520, 70, depth, colour, 14)


def sieve(s: Canvas) -> None:
    """Many tiles above a funnel, three below it."""
    colours = [c.SKY, c.BLUSH, c.OCHRE, c.MINT, c.ROSE]
    for row in range(4):
        for column in range(12):
            x = 210 + column * 100 + (row % 2) * 34
            s.rectangle(x, 50 + row * 84, 58, 58, colours[(row * 5 + column * 3) % 5], 10)
    s.polygon([(240, 420), (1360, 420), (900, 700), (900, 790), (700, 790), (700, 700)], c.PAPER)
    s.polygon([(330, 450), (1270, 450), (860, 690), (740, 690)], "#2c4a8e")
    for i, colour in enumerate([c.CORAL, c.OCHRE, c.MINT]):
        s.rectangle(690 + i * 80, 840, 60, 60, colour, 10)


MOTIFS: dict[str, tuple[str, Motif]] = {
    "door": (c.INK, door),
    "question": (c.CORAL, question),
    "scale": (c.SKY, scale),
    "queue": (c.OCHRE, queue),
    "bridge": (c.MINT, bridge),
    "silence": (c.INK, silence),
    "spark": (c.PLUM, spark),
    "steps": (c.SKY, steps),
    "envelope": (c.OCHRE, envelope),
    "hands": (c.PLUM, hands),
    "glow": (c.INK, glow),
    "stamps": (c.TEAL, stamps),
    "key": (c.PLUM, key),
    "sieve": (c.BLUE, sieve),
}


def draw_motif(name: str) -> Image.Image:
    """Draw the picture of an article."""
    ground, paint = MOTIFS[name]
    sheet = Canvas(WIDTH, HEIGHT, ground)
    paint(sheet)
    return sheet.finished(seed=list(MOTIFS).index(name))
