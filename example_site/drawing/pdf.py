"""Write small PDF files: text in the fonts that every reader has, plain shapes, JPEG pictures.

Only what the magazine's notebook needs. Coordinates are points from the top left corner.
"""

import zlib
from dataclasses import dataclass, field

HELVETICA_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 "
    "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
TIMES_WIDTHS = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 "
    "500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444 "
    "921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 "
    "556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 "
    "333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 "
    "500 500 333 389 278 500 500 722 500 500 444 480 200 480 541"
)
FONTS = {
    "serif": "Times-Roman",
    "bold": "Times-Bold",
    "italic": "Times-Italic",
    "sans": "Helvetica",
}
WIDTHS = {
    name: [int(width) for width in (HELVETICA_WIDTHS if name == "sans" else TIMES_WIDTHS).split()]
    for name in FONTS
}
#: How much wider a bold text is, about, than the same in roman letters.
BOLD = 1.06
BASE_LETTERS = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ¿¡«»€", "aeiouunAEIOUUN?!<>0")


def text_width(text: str, font: str, size: float) -> float:
    """Return how wide a text is, accents counted as their letters."""
    widths = WIDTHS[font]
    codes = [ord(letter) - 32 for letter in text.translate(BASE_LETTERS)]
    em = sum(widths[code] if 0 <= code < len(widths) else 500 for code in codes)
    return em * (BOLD if font == "bold" else 1) * size / 1000


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most this width."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def rgb(colour: str) -> str:
    """Turn ``#rrggbb`` into the three numbers of a PDF colour."""
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


@dataclass
class Sheet:
    """One page being drawn."""

    width: float
    height: float
    commands: list[bytes] = field(default_factory=list)
    picture: bytes | None = None
    picture_size: tuple[int, int] = (0, 0)

    def _add(self, command: str) -> None:
        self.commands.append(command.encode("cp1252"))

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        below = self.height - y - height
        self._add(f"{rgb(colour)} rg {x:.2f} {below:.2f} {width:.2f} {height:.2f} re f")

    def rule(self, x: float, y: float, width: float, colour: str, weight: float = 0.6) -> None:
        """Draw a horizontal line."""
        up = self.height - y
        self._add(f"{rgb(colour)} RG {weight} w {x:.2f} {up:.2f} m {x + width:.2f} {up:.2f} l S")

    def text(self, x: float, y: float, text: str, font: str, size: float, colour: str) -> None:
        """Write one line, its baseline at ``y``."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self._add(
            f"BT {rgb(colour)} rg /{font} {size} Tf {x:.2f} {self.height - y:.2f} Td "
            f"({escaped}) Tj ET"
        )

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        font: str,
        size: float,
        colour: str,
        leading: float = 1.4,
    ) -> float:
        """Write a text in lines and return where the next one would stand."""
        for line in wrap(text, font, size, width):
            self.text(x, y, line, font, size, colour)
            y += size * leading
        return y

    def place(self, jpeg: bytes, pixels: tuple[int, int], x: float, y: float, width: float) -> None:
        """Place a JPEG picture."""
        height = width * pixels[1] / pixels[0]
        self.picture, self.picture_size = jpeg, pixels
        below = self.height - y - height
        self._add(f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {below:.2f} cm /picture Do Q")


def _object(number: int, content: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, content)


def _stream(dictionary: str, content: bytes) -> bytes:
    head = f"<< {dictionary} /Length {len(content)} >>\nstream\n".encode("ascii")
    return head + content + b"\nendstream"


def _text_string(text: str) -> bytes:
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().upper().encode("ascii") + b">"


def _page_objects(sheet: Sheet, first: int, fonts: str) -> list[bytes]:
    """Return a page, its content and its picture, the first of them numbered ``first``."""
    objects = []
    resources = f"/Font << {fonts} >>"
    if sheet.picture:
        resources += f" /XObject << /picture {first + 2} 0 R >>"
    objects.append(
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width} {sheet.height}] "
        f"/Resources << {resources} >> /Contents {first + 1} 0 R >>".encode("ascii")
    )
    content = zlib.compress(b"\n".join(sheet.commands), 9)
    objects.append(_stream("/Filter /FlateDecode", content))
    if sheet.picture:
        width, height = sheet.picture_size
        about = (
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
        )
        objects.append(_stream(about, sheet.picture))
    return objects


def write_pdf(sheets: list[Sheet], *, title: str, author: str, language: str) -> bytes:
    """Return the bytes of a PDF file made of these pages."""
    numbered: list[bytes] = [b"", b""]
    numbered.append(
        b"<< /Title " + _text_string(title) + b" /Author " + _text_string(author) + b" >>"
    )
    font_numbers = []
    for name, base in FONTS.items():
        numbered.append(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} "
            "/Encoding /WinAnsiEncoding >>".encode("ascii")
        )
        font_numbers.append(f"/{name} {len(numbered)} 0 R")
    pages = []
    for sheet in sheets:
        pages.append(len(numbered) + 1)
        numbered += _page_objects(sheet, len(numbered) + 1, " ".join(font_numbers))
    kids = " ".join(f"{number} 0 R" for number in pages)
    numbered[0] = f"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) >>".encode("ascii")
    numbered[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii")

    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, content in enumerate(numbered, start=1):
        offsets.append(len(out))
        out += _object(number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(numbered) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer % (size, len(out))
