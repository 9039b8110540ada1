"""The notebook to download: twelve questions with room to answer them."""

from typing import Any

from PIL import Image

from example_site.drawing import canvas as c
from example_site.drawing.canvas import Canvas, as_jpeg
from example_site.drawing.pdf import Sheet, write_pdf

WIDTH, HEIGHT = 420, 595
MARGIN = 44
TEXT_WIDTH = WIDTH - 2 * MARGIN
SOFT = "#5b5665"
ACCENT = "#ad3719"


def draw_cover() -> Image.Image:
    """Draw the notebook's cover: a clock at six minutes to eight over a street door."""
    s = Canvas(900, 1275, c.CORAL)
    s.rectangle(0, 0, 54, 1275, "#a83d25")
    s.circle(480, 470, 300, c.PAPER)
    s.ring(480, 470, 300, 22, c.INK)
    for hour in range(12):
        mark = Canvas.on_dial(480, 470, 246, hour / 12)
        s.circle(*mark, 14 if hour % 3 else 22, c.INK if hour != 8 else c.CORAL)
    s.line([(480, 470), Canvas.on_dial(480, 470, 225, 54 / 60)], 22, c.INK)
    s.line([(480, 470), Canvas.on_dial(480, 470, 150, (7 + 54 / 60) / 12)], 30, c.INK)
    s.circle(480, 470, 30, c.OCHRE)
    for i in range(5):
        s.rectangle(190, 900 + i * 62, 580 if i < 4 else 310, 10, c.BLUSH, 5)
    s.polygon([(610, 1160), (750, 1020), (790, 1060), (650, 1200)], c.OCHRE)
    s.polygon([(610, 1160), (650, 1200), (586, 1224)], c.PAPER)
    return s.finished(seed=54)


def _plain_page(number: int, name: str) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.text(MARGIN, HEIGHT - 26, name, "sans", 7.5, SOFT)
    sheet.text(WIDTH - MARGIN - 8, HEIGHT - 26, str(number), "sans", 7.5, SOFT)
    return sheet


def _cover_page(notebook: dict[str, Any]) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    cover = draw_cover()
    sheet.place(as_jpeg(cover), cover.size, 0, 0, WIDTH)
    sheet.rectangle(0, 395, WIDTH, 200, c.INK)
    y = sheet.paragraph(MARGIN, 438, 260, notebook["title"], "bold", 25, c.PAPER, 1.15)
    sheet.paragraph(MARGIN, y + 2, TEXT_WIDTH, notebook["subtitle"], "italic", 13, c.BLUSH, 1.3)
    sheet.text(MARGIN, 568, notebook["author"], "sans", 9, c.PAPER)
    return sheet


def _question(sheet: Sheet, top: float, number: int, question: str, reason: str) -> None:
    sheet.text(MARGIN, top + 12, str(number), "bold", 26, ACCENT)
    left = MARGIN + 40
    width = TEXT_WIDTH - 40
    y = sheet.paragraph(left, top, width, question, "bold", 14, c.INK, 1.22)
    y = sheet.paragraph(left, y + 3, width, reason, "italic", 10.5, SOFT, 1.35)
    line = y + 16
    while line < top + 222:
        sheet.rule(left, line, width, "#b9b0a2")
        line += 24


def _text_page(number: int, name: str, title: str, text: str) -> Sheet:
    sheet = _plain_page(number, name)
    sheet.rectangle(MARGIN, 88, 34, 4, ACCENT)
    y = sheet.paragraph(MARGIN, 126, TEXT_WIDTH, title, "bold", 22, c.INK, 1.2)
    sheet.paragraph(MARGIN, y + 8, TEXT_WIDTH, text, "serif", 12.5, c.INK, 1.5)
    return sheet


def write_notebook(notebook: dict[str, Any], language: str) -> bytes:
    """Return the notebook as a PDF file."""
    name = notebook["title"]
    sheets = [
        _cover_page(notebook),
        _text_page(2, name, notebook["intro_title"], notebook["intro"]),
    ]
    questions = notebook["questions"]
    for first in range(0, len(questions), 2):
        sheet = _plain_page(len(sheets) + 1, name)
        for offset, (question, reason) in enumerate(questions[first : first + 2]):
            _question(sheet, 66 + offset * 254, first + offset + 1, question, reason)
        sheets.append(sheet)
    sheets.append(_text_page(len(sheets) + 1, name, notebook["closing_title"], notebook["closing"]))
    return write_pdf(sheets, title=name, author=notebook["author"], language=language)
