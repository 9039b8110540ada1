"""A sheet to draw on, its colours, and the grain that makes flat colour look printed."""

import io
import math
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

Colour = str
Point = tuple[float, float]

PAPER = "#f6eddd"
INK = "#22203a"
CORAL = "#d9573a"
BLUSH = "#f0b59c"
TEAL = "#1f7a74"
MINT = "#a8d3c8"
OCHRE = "#e2a53a"
PLUM = "#7a3468"
ROSE = "#e3b7cf"
BLUE = "#3659a8"
SKY = "#b3c8ec"

OVERSAMPLING = 2


class Canvas:
    """A drawing measured in its final pixels and drawn larger, so that its edges are smooth."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width, self.height = width, height
        size = (width * OVERSAMPLING, height * OVERSAMPLING)
        self.image = Image.new("RGB", size, ground)
        self.draw = ImageDraw.Draw(self.image)

    @staticmethod
    def _scaled(points: Iterable[Point]) -> list[Point]:
        return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]

    def circle(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        self.ellipse(x, y, radius, radius, colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Fill an ellipse."""
        self.draw.ellipse(self._scaled([(x - rx, y - ry), (x + rx, y + ry)]), fill=colour)

    def rectangle(
        self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0
    ) -> None:
        """Fill a rectangle, with rounded corners if asked."""
        box = self._scaled([(x, y), (x + width, y + height)])
        self.draw.rounded_rectangle(box, radius * OVERSAMPLING, fill=colour)

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon(self._scaled(points), fill=colour)

    def line(self, points: Iterable[Point], width: float, colour: Colour) -> None:
        """Draw a line with round joints and ends."""
        scaled = self._scaled(points)
        self.draw.line(scaled, fill=colour, width=round(width * OVERSAMPLING), joint="curve")
        half = width * OVERSAMPLING / 2
        for x, y in (scaled[0], scaled[-1]):
            self.draw.ellipse([x - half, y - half, x + half, y + half], fill=colour)

    def sector(
        self, x: float, y: float, radius: float, start: float, end: float, colour: Colour
    ) -> None:
        """Fill a slice of a circle, its angles in degrees clockwise from the right."""
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.pieslice(box, start, end, fill=colour)

    def ring(
        self,
        x: float,
        y: float,
        radius: float,
        width: float,
        colour: Colour,
        start: float = 0,
        end: float = 360,
    ) -> None:
        """Draw an arc with round ends, or a whole ring."""
        steps = max(8, int(abs(end - start)))
        angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]

        def along(distance: float) -> list[Point]:
            return [(x + distance * math.cos(a), y + distance * math.sin(a)) for a in angles]

        self.polygon([*along(radius + width / 2), *reversed(along(radius - width / 2))], colour)
        for cap_x, cap_y in (along(radius)[0], along(radius)[-1]):
            self.circle(cap_x, cap_y, width / 2, colour)

    @staticmethod
    def on_dial(x: float, y: float, radius: float, turn: float) -> Point:
        """Return a point on a circle, ``turn`` of the way round from its top, clockwise."""
        angle = math.radians(turn * 360 - 90)
        return x + radius * math.cos(angle), y + radius * math.sin(angle)

    def finished(self, seed: int, grain: float = 5.0) -> Image.Image:
        """Return the drawing at its final size, with a fine grain."""
        image = self.image.reduce(OVERSAMPLING)
        noise = np.random.default_rng(seed).standard_normal(
            (self.height, self.width, 1), dtype=np.float32
        )
        pixels = np.asarray(image) + grain * noise
        return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def as_jpeg(image: Image.Image, quality: int = 86) -> bytes:
    """Return a picture as the bytes of a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
