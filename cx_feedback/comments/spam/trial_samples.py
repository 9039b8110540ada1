# ruff: noqa: E501  A comment a line reads best.
"""A fixed set of handwritten comments to test the scorers, which isn't used for training.

It is harder than ``generated_samples``: spam that flatters, disguises its words or has no link, and
good comments about money, health and links. None of them is by a real person.
"""

from cx_feedback.comments.spam.classifier import Sample

_SPAM = """
Marvin | I was sceptical at first but this broker paid me out every single Friday, ask for Mrs Helen on Telegram @helen_trades_fx
best prices | Hello! Do you need followers for your page? Real people, cheap, delivery tonight. smmcheap.store
Kevin O. | Thanks to Doctor Aluba my ex husband came back after three days, his spell is powerful, write him: +234 810 555 0199 on WhatsApp
SEO Team | Your site could get three times the visitors. Answer this message and I send you a free audit of your backlinks.
Nina | I really enjoy reading your posts, please keep up the good work! My page is about cheap flights, check cheapfly-deals.top
Amazing Keto | Lost 14 kilos in one month without any sport, doctors hate this gummy http://keto-gummy.example.shop
Roberto | Gané 3.200 euros la semana pasada sin salir de casa, te explico cómo en mi canal t.me/roberto_gana
Préstamos Ya | ¿Necesitas dinero urgente? Aprobamos tu crédito aunque estés en ASNEF, escribe a whatsapp +34 655 010 203
Lucía | Hola guapo, me siento sola esta noche, mira mis fotos en lucia-privada.club
Casino Real | 150 tiradas gratis solo por registrarte hoy, sin depósito. https://casino-real.example.bet
Tarot Alma | Recupera a tu pareja en 48 horas, amarres efectivos garantizados, consulta gratis 806 000 000
Outlet | Zapatillas de marca con 80 % de descuento, últimas unidades, envío gratis: www.zapas-outlet.shop
Dr. Smith | V1agra, C1alis and more, no prescript10n, ships from Europe. pharma24h dot com
Anna | Great blog! I have bookmarked it and will share it with my friends. Best essay writing service: essaypro.example.pro
Investor | Turn 250 dollars into 5000 with the new AI trading platform everybody speaks about. Registration closes tonight!
J. | [url=http://rolex-copy.example.com]replica rolex[/url] [url=http://bags.example.com]bags[/url]
Mike Loans | Do you need an urgent loan of any kind at 3 %? Contact us today: mikeloanfirm@example.com
Crypto Recovery | I lost 90,000 USD of bitcoin and thought it was gone. Recovery Masters got all of it back for me, contact them by e-mail
Elena | Trabaja desde el móvil dos horas al día y cobra cada tarde, plazas limitadas, manda INFO al +52 55 1234 5678
Web Barata | Diseñamos tu página web desde 49 euros y te ponemos primero en Google. Pide presupuesto en webbarata.example.es
Peter | Nice article. Cheap hosting, unlimited traffic, first month free -> fasthost.example.xyz
Viajes | Consigue billetes de avión casi regalados con este truco que las aerolíneas esconden: http://truco.example.click
Mandy | hi im new here and looking for fun, add me on snap mandy_xx22
Supplements | Testosterone booster approved in USA, gain muscle in two weeks, buy one get two free
Karim | Visa and work permit for Canada guaranteed without interview, pay after arrival. Text +1 613 555 0147
Bets | Fixed matches 100 % sure, yesterday's tickets won, subscribe to our VIP telegram @surebets_vip
Sorteo | ¡Felicidades! Has sido elegido para recibir un teléfono nuevo, solo pagas el envío: premio.example.win
Abogado | Cancelamos tus deudas por ley, primera consulta gratis, no pierdas más tiempo, llama al 900 000 111
Zoe | Thank you for this wonderful information it was very helpful. click my name for cheap sunglasses
Forex Luis | Nuestro robot opera por ti las 24 horas, 12 % mensual garantizado, pregunta sin compromiso por telegram @luis_fx
"""
_GOOD = """
Irene | Discrepo con el titular: el estudio habla de probabilidad, no de que vaya a pasar.
Tom | My mortgage went up by two hundred a month last year, so yes, the piece describes what we live.
Paqui | En la farmacia de mi pueblo faltan medicinas desde enero y nadie sabe dar una fecha.
Ravi | Could you link the report? I only found the press release at https://www.ine.example.org/2026.
Silvia | Gracias por contar lo de los casinos junto a los institutos, en mi barrio hay tres.
Owen | The chart is wrong: 2024 and 2025 are swapped in the legend.
Maite | Yo lo hago con aceite en lugar de mantequilla y queda mejor, probadlo.
Gwen | As a nurse I would add that nobody asked us before the shifts were changed.
Álvaro | ¿El precio del billete incluye el transbordo? En la web del ayuntamiento no lo pone.
Hannah | I stopped buying from them after the parcel got lost twice. The free shipping is not worth it.
Jordi | Buen artículo, aunque echo en falta a los repartidores.
Sam | You can earn more in a warehouse now than as a teacher, that says it all.
Nuria | Mi hijo perdió dinero con una de esas plataformas de criptomonedas. Ojalá hubiera leído esto antes.
Eric | Disagree. The loan was repaid early, as page 12 of the annual accounts shows.
Charo | Qué recuerdos, yo trabajé en esa imprenta hasta que cerró.
Lena | Is there a way to get the newsletter only once a week? I could not find it on the page.
Manuel | Lo del robot que contesta al teléfono es desesperante, tres veces me colgó.
Fiona | Wonderful photographs. Who took the one of the bridge at night?
Blanca | Soy la autora de la carta que citáis y la frase está sacada de contexto.
Dev | There is a typo in the third paragraph, "wether".
Concha | Con la pensión que tengo no me llega ni para la mitad de lo que dice el experto.
Paul | We tried the recipe with rye and it needed another hour in the oven.
Inés | Llamé al 900 que ponéis al final y me atendieron muy bien, gracias.
Kate | My doctor told me the opposite about vitamin D last week, so I am confused.
Marcos | No me parece gratis si al final lo pagamos con impuestos.
Judith | The offer ended last Friday, you might want to update the article.
Andrés | El vídeo no se ve en el móvil, solo se oye.
Beth | First time commenting here: thank you for writing about carers.
Teo | Para quien quiera comparar, el dato de Portugal está en https://estadistica.example.org/pt y es peor.
Ruth | Everyone won except the people who live in the street, as usual.
"""


def get_written_samples() -> list[Sample]:
    """Return 30 of each kind, spam first."""
    return [*_split_lines(_SPAM, is_spam=True), *_split_lines(_GOOD, is_spam=False)]


def _split_lines(lines: str, *, is_spam: bool) -> list[Sample]:
    rows = (line.partition(" | ") for line in lines.strip().splitlines())
    return [Sample(text, name, is_spam) for name, _bar, text in rows]
