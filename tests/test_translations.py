"""Every string of every room is there in Spanish, and compiled."""

import re

import pytest

from cx_feedback import ROOMS
from tests.messages import FOLDERS, ROOT, catalogue, overlaps, problems, spanish_texts


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_catalogue_is_complete(folder):
    assert problems(folder) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_catalogue(room):
    assert ROOT / room.replace(".", "/") in FOLDERS


def test_no_message_of_ours_stands_elsewhere_with_another_translation():
    assert overlaps() == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_people_are_addressed_as_tu(folder):
    # Verbs at the beginning of a sentence; inside one, "elija" may be a subjunctive.
    formal = re.compile(
        r"\b([Uu]sted(es)?|Abra|Añada|Compruebe|Copie|Cópielo|Corrija|Elija|Escriba|Espere|Guarde|"
        r"Fíjese|Haga clic|Indique|Inténtelo|Marque|Pida|Prometa|Pruebe|Pulse|Quite|Revise|"
        r"Seleccione|Vuelva a)\b"
    )
    texts = spanish_texts(catalogue(folder)).values()
    assert [text for text in texts if formal.search(text)] == []


def test_messages_are_marked_by_names_that_are_gathered():
    pattern = re.compile(r"import (\w*gettext\w*) as (\w+)")
    names = {
        (str(path.relative_to(ROOT)), *found)
        for folder in FOLDERS
        for path in folder.glob("**/*.py")
        for found in pattern.findall(path.read_text())
    }
    assert {
        each for each in names if each[1:] not in (("gettext", "_"), ("gettext_lazy", "_"))
    } == set()
