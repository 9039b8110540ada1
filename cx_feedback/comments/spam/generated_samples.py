"""A fixed set of generated comments to train and test the classifier.

A seeded generator combines phrases in English and Spanish. The training and the test samples share
no phrases, and some subjects occur only in the test samples. The set shows that the classifier
works, not how accurate it is on a site, which is measured with the site's own decisions.
"""

import random
from collections.abc import Iterator
from itertools import product

from cx_feedback.comments.spam.classifier import Sample

Bank = dict[str, list[str]]

_TAUGHT_SPAM: Bank = {
    "open": [
        "Amazing post!", "Hi admin,", "Nice blog here.", "Great article, thank you.",
        "Hello dear friends,", "Excelente blog!", "Hola a todos,", "Muy buen sitio,",
    ],
    "offer": [
        "I won 5000 dollars in the online casino, free spins and bonus without deposit",
        "buy cheap viagra and cialis without prescription, fast discreet delivery",
        "we rank your website first on google with seo backlinks at the best price",
        "invest in bitcoin with our trading robot and get guaranteed profit every day",
        "get a fast personal loan with bad credit, approved in one hour",
        "replica watches and designer handbags at 80 percent discount, free shipping",
        "work from home and earn money every week with no experience",
        "gana dinero desde casa con nuestro casino en línea y bono de bienvenida gratis",
        "préstamo rápido sin aval aprobado en una hora para todos, tasa muy baja",
        "compra pastillas baratas sin receta con envío discreto y descuento",
        "posicionamiento seo y enlaces para tu página web al mejor precio",
        "invierte en criptomonedas con ganancia garantizada cada día",
    ],
    "end": [
        "visit https://win-{n}.example.com now", "click here http://deal{n}.example.net",
        "contact us by whatsapp", "limited offer, sign up today", "entra ya en http://oferta{n}.example.com",
        "escríbenos hoy, oferta limitada",
    ],
}  # fmt: skip
_HELD_SPAM: Bank = {
    "open": [
        "Wonderful work.", "Good day,", "I really like your site.", "Saludos,",
        "Interesante página.", "Thanks for sharing this information.",
    ],
    "offer": [
        "best online casino bonus and free slots, deposit and win money tonight",
        "generic pills without a prescription, cheap price and discreet shipping",
        "our agency sells quality backlinks so google will rank your pages",
        "a crypto trading robot that makes guaranteed profit, invest a little and get rich",
        "personal loan approved fast for bad credit, low rate",
        "gana dinero cada semana con este casino gratis y su bono",
        "préstamo personal aprobado sin aval, dinero rápido",
        "pastillas sin receta muy baratas, envío gratis",
        "we write your essay and thesis overnight, professional writers",
        "lovely single women in your city want to chat with you",
    ],
    "end": [
        "see https://best-{n}.example.org today", "sign up at http://go{n}.example.info",
        "visita https://mejor{n}.example.org", "write to us now", "oferta solo hoy",
    ],
}  # fmt: skip
_TAUGHT_GOOD: Bank = {
    "open": [
        "I do not agree with the author:", "Thank you for the piece,", "One question:",
        "I live near there and", "As a teacher", "No estoy de acuerdo:", "Gracias por el artículo,",
        "Una pregunta:", "Vivo cerca de allí y",
    ],
    "offer": [
        "the second paragraph forgets that the bridge was closed for most of the winter",
        "the council promised new buses in spring and we still wait at the stop in the rain",
        "my grandmother used to bake this bread with less salt and it lasted longer",
        "the figures for last year are missing, so the comparison seems unfair",
        "the interview was good but I would have asked the mayor about the school",
        "the photographs of the old harbour reminded me of my childhood",
        "el segundo párrafo olvida que el puente estuvo cerrado casi todo el invierno",
        "el ayuntamiento prometió autobuses nuevos y seguimos esperando bajo la lluvia",
        "mi abuela hacía este pan con menos sal y duraba más",
        "faltan las cifras del año pasado y la comparación parece injusta",
        "la entrevista es buena pero yo habría preguntado a la alcaldesa por la escuela",
        "las fotos del puerto viejo me recordaron mi infancia",
    ],
    "end": [
        "What do others think?", "I hope there is a follow-up.", "That said, well written.",
        "¿Qué pensáis los demás?", "Espero que haya segunda parte.", "",
    ],
}  # fmt: skip
_HELD_GOOD: Bank = {
    "open": [
        "I see it otherwise:", "A good read,", "May I ask something?", "I was there and",
        "Lo veo de otra manera:", "Buen texto,", "¿Puedo preguntar algo?",
    ],
    "offer": [
        "the article does not say that the school bridge was paid for by the neighbours",
        "we waited for the bus all winter and nobody from the council answered",
        "with less salt the bread was better and my children asked for more",
        "the comparison with last year would need the figures of the region",
        "the mayor did not answer the question about the old harbour",
        "I bought the book at the market for ten euros and my wife won it back at cards",
        "el artículo no dice que el puente de la escuela lo pagaron los vecinos",
        "esperamos el autobús todo el invierno y nadie del ayuntamiento contestó",
        "con menos sal el pan salía mejor y mis hijos pedían más",
        "la alcaldesa no contestó a la pregunta sobre el puerto",
        "the loan of the museum's pictures was worth the money, in my view",
    ],
    "end": [
        "Or did I miss something?", "More on https://library.example.org/local if it helps.",
        "Thanks.", "¿O se me escapa algo?", "Un saludo.", "",
    ],
}  # fmt: skip
NAMES = ["Ana", "Luis", "Marta", "John", "Eva", "Peter", "Carmen", "Sue"]


def get_training_samples() -> list[Sample]:
    """Return the training samples, 200 of each kind."""
    return [
        *_combine_phrases(_TAUGHT_SPAM, True, 200, 1),
        *_combine_phrases(_TAUGHT_GOOD, False, 200, 2),
    ]


def get_held_out_samples() -> list[Sample]:
    """Return the test samples, 150 of each kind."""
    return [
        *_combine_phrases(_HELD_SPAM, True, 150, 3),
        *_combine_phrases(_HELD_GOOD, False, 150, 4),
    ]


def _combine_phrases(bank: Bank, is_spam: bool, count: int, seed: int) -> Iterator[Sample]:
    chance = random.Random(seed)
    for opening, offer, end in chance.sample(list(product(*bank.values())), count):
        text = f"{opening} {offer}. {end.format(n=chance.randrange(100))}".strip()
        yield Sample(text, chance.choice(NAMES), is_spam)
