"""Appeals to readers: to approve, follow, look elsewhere, vote or help, in English and Spanish.

Spam on pages with a lively thread has often nothing but such an appeal, without a link. What an
appeal is worth is learnt, not written here.
"""

from collections.abc import Iterator

from cx_feedback.core.text.text_folding import fold_letters

#: Words that ask for something, by what they ask for. Words have no accents.
_VERBS = {
    "approval": (
        "like likes thumbs thumb upvote dale denle dadle danos likea likeen manita manito pulgar"
    ),
    "followers": (
        "sub subs subscribe subbed suscribe suscribete suscribanse suscribirse suscribiros "
        "suscribios follow followers sigue sigueme siganme seguidme siguenos siganos add agregame"
    ),
    "a look": (
        "check checkout look visit watch see hear listen come search click go read mira miren "
        "mirad visita visiten visitad entra entren entrad pasa pasate pasen pasad busca busquen "
        "buscad escucha escuchen escuchad clic pincha ve vean vengan ven venid echa echen echad "
        "lee lean"
    ),
    "votes": "vote votes voting voten vota votad share shares comparte compartan compartid sign "
    "firma firmen firmad",
    "help": (
        "help support donate give need ayuda ayudame ayuden ayudad ayudanos apoya apoyen apoyad "
        "dona donen donad necesito necesitamos"
    ),
}
#: Words that say for whom or when, one of which stands near.
_OBJECTS = {
    "own": "me my mine our us mi mis mio mia nuestro nuestra nuestros nuestras nosotros",
    "condition": "if comment comments si comentario unless who everyone everybody todos",
    "place": "channel page profile bio blog link canal pagina perfil enlace account cuenta",
    "please": "please pls plz plzz porfa porfavor xfa favor",
    "back": "back 4 for x por",
}
_VERB_OF = {word: kind for kind, words in _VERBS.items() for word in words.split()}
_OBJECT_OF = {word: kind for kind, words in _OBJECTS.items() for word in words.split()}
#: Words after the one that asks among which the others are looked for.
_NEAR = 4


def describe_appeals(words: list[str]) -> Iterator[str]:
    """Yield what the folded words of a text ask of its readers, and of how many kinds that is."""
    plain = [word if word.isascii() else fold_letters(word) for word in words]
    asked = set()
    for place, word in enumerate(plain):
        if (verb := _VERB_OF.get(word)) is None:
            continue
        objects = {_OBJECT_OF.get(other) for other in plain[place + 1 : place + 1 + _NEAR]} - {None}
        yield from (f"asks for {verb}: {kind}" for kind in objects)
        if objects:
            asked.add(verb)
        if place == 0:
            yield f"begins with {verb}"
    yield from (f"asks for {verb}" for verb in asked)
    yield f"appeals {min(3, len(asked))}"
