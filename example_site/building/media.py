"""Put the drawn pictures and the notebook into the site's libraries, each of them once."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from example_site.drawing.canvas import as_jpeg
from example_site.drawing.motifs import draw_motif
from example_site.drawing.notebook import draw_cover, write_notebook
from example_site.drawing.portraits import draw_portrait


def _image(title: str, name: str, draw: Callable[[], Picture.Image], description: str) -> Image:
    found = Image.objects.filter(title=title).first()
    if found is not None:
        return found
    picture = draw()
    file = ContentFile(as_jpeg(picture), name=f"{name}.jpg")
    width, height = picture.size
    return Image.objects.create(
        title=title, file=file, width=width, height=height, description=description
    )


def article_image(title: str, motif: str, description: str) -> Image:
    """Return the picture of an article, drawn if it is not there yet."""
    return _image(title, motif, lambda: draw_motif(motif), description)


def portrait(name: str, slug: str) -> Image:
    """Return the portrait of an author, drawn if it is not there yet."""
    return _image(name, slug, lambda: draw_portrait(slug), name)


def notebook_cover(title: str) -> Image:
    """Return the cover of the notebook, drawn if it is not there yet."""
    return _image(title, "notebook-cover", draw_cover, title)


def notebook_document(title: str, notebook: dict[str, Any], language: str) -> Document:
    """Return the notebook as a document, written if it is not there yet."""
    found = Document.objects.filter(title=title).first()
    if found is not None:
        return found
    content = write_notebook(notebook, language)
    document = Document.objects.create(
        title=title, file=ContentFile(content, name=f"notebook-{language}.pdf")
    )
    document.get_file_size()
    return document
