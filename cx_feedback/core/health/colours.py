"""Colours of CSS, as far as custom properties are written with them, and their contrast (WCAG)."""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: The contrast that words need.
NEEDED = 4.5
_NAMES = {
    "black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080",
    "silver": "#c0c0c0", "red": "#ff0000", "maroon": "#800000", "yellow": "#ffff00",
    "olive": "#808000", "lime": "#00ff00", "green": "#008000", "aqua": "#00ffff",
    "cyan": "#00ffff", "teal": "#008080", "blue": "#0000ff", "navy": "#000080",
    "fuchsia": "#ff00ff", "magenta": "#ff00ff", "purple": "#800080", "orange": "#ffa500",
}  # fmt: skip
_FUNCTION = re.compile(r"(rgba?|hsla?)\(([^()]*)\)")
_NUMBER = re.compile(r"-?[\d.]+%?")
_HEX = re.compile(r"[0-9a-f]{6}(ff)?")
#: How often a value may stand for another.
MAX_DEPTH = 8


class UnknownColour(ValueError):
    """A value that is no colour as this module knows them."""


@dataclass(frozen=True)
class Colour:
    """An opaque colour; red, green and blue from 0 to 1."""

    red: float
    green: float
    blue: float

    @property
    def luminance(self) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (self.red, self.green, self.blue)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def mix(self, other: "Colour", share: float) -> "Colour":
        """Return this colour with ``share`` of another."""
        pairs = zip(
            (self.red, self.green, self.blue), (other.red, other.green, other.blue), strict=True
        )
        return Colour(*(one + (two - one) * share for one, two in pairs))

    def __str__(self) -> str:
        parts = (round(part * 255) for part in (self.red, self.green, self.blue))
        return "#" + "".join(f"{part:02x}" for part in parts)


BLACK, WHITE = Colour(0, 0, 0), Colour(1, 1, 1)


def get_contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def make_readable(words: Colour, ground: Colour) -> Colour:
    """Return the colour nearest to ``words`` that has enough contrast on ``ground``."""
    end = max((BLACK, WHITE), key=lambda end: get_contrast(end, ground))
    shares = (step / 50 for step in range(51))
    mixed = (parse_hex(str(words.mix(end, share))) for share in shares)
    return next((one for one in mixed if get_contrast(one, ground) >= NEEDED), end)


def parse_value(value: str, properties: Mapping[str, str], scheme: str) -> Colour:
    """Return the colour of a value in the scheme "light" or "dark"; raises UnknownColour.

    ``properties`` are the custom properties that it may refer to.
    """
    for _step in range(MAX_DEPTH):
        value = value.strip().removesuffix("!important").strip()
        name, arguments = _split_function(value)
        if name == "var":
            value = properties.get(arguments[0], arguments[1] if arguments[1:] else "")
        elif name == "light-dark" and len(arguments) == 2:
            value = arguments[scheme == "dark"]
        else:
            return _parse_plain(value.lower())
    raise UnknownColour(value)


def _split_function(value: str) -> tuple[str, list[str]]:
    """Return the name of a function and its arguments; "" for what is none."""
    name, bracket, rest = value.partition("(")
    if not bracket or not rest.endswith(")"):
        return "", []
    arguments: list[str] = []
    depth = begin = 0
    for place, character in enumerate(rest[:-1]):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0 and not (name == "var" and arguments):
            arguments.append(rest[begin:place].strip())
            begin = place + 1
    return name.strip().lower(), [*arguments, rest[begin:-1].strip()]


def _parse_plain(value: str) -> Colour:
    value = _NAMES.get(value, value)
    if value.startswith("#"):
        return parse_hex(value)
    if not (match := _FUNCTION.fullmatch(value)):
        raise UnknownColour(value)
    numbers = _NUMBER.findall(match[2])
    if len(numbers) < 3 or (numbers[3:] and _parse_part(numbers[3], 1) < 1):
        raise UnknownColour(value)
    if match[1].startswith("rgb"):
        return Colour(*(_parse_part(number, 255) for number in numbers[:3]))
    hue = float(numbers[0].rstrip("%")) / 360 % 1
    saturation, lightness = (_parse_part(number, 100) for number in numbers[1:3])
    return Colour(*colorsys.hls_to_rgb(hue, lightness, saturation))


def _parse_part(number: str, whole: float) -> float:
    share = float(number[:-1]) / 100 if number.endswith("%") else float(number) / whole
    return min(max(share, 0.0), 1.0)


def parse_hex(value: str) -> Colour:
    """Return the colour of "#rgb" or "#rrggbb"; raises UnknownColour."""
    digits = value.removeprefix("#")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if not _HEX.fullmatch(digits):
        raise UnknownColour(value)
    return Colour(*(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)))
