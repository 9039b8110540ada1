"""Words by subject, in English and Spanish, as features of the classifier.

They let it judge words that it has not seen beside others of the same subject. A star stands for
any ending; words have no accents. What a subject is worth is learnt, not written here.
"""

from functools import lru_cache

from cx_feedback.core.text.text_folding import fold_letters

SUBJECTS = {
    "gambling": (
        "casino* slot slots gambl* bet bets betting bookmak* poker roulette jackpot* blackjack "
        "spin spins baccarat sportsbook* wager* odds tipster* stake apuest* apostar tragaperr* "
        "ruleta* tirada* bingo loteria* lottery loto pronostic* crupier* quiniela* fixed amanad* "
        "gacor judi"
    ),
    "pharma": (
        "viagra* cialis levitra* sildenafil* tadalafil* vardenafil* kamagra* pharma* pill pills "
        "tablet* prescri* rx xanax* tramadol* oxy* adderall* ambien valium* ozempic* semaglut* "
        "steroid* anabol* testoster* hgh meds medication* capsul* pastill* pildor* receta recetas "
        "farmac* orfidal* rivotril* clonazep* diazepam* modafinil* fentan* percocet* botox* "
        "filler*"
    ),
    "health": (
        "diet* slim* keto* gummies gumm* fat weight detox* cure cures cured curo curar curan "
        "herbal* herb herbs remedy remedies remedio* hierba* adelgaz* grasa* quemagras* colageno* "
        "collagen* suplement* supplement* erect* enlarg* penis* bald* calv* hair* pelo skin piel "
        "wrinkle* arrug* herpes* diabet* fibroid* hiv cancer infertil* libido* sex potenc* cbd "
        "serum* crema* cream* belly abdomen* celulit* teeth dental* whiten*"
    ),
    "loan": (
        "loan* lend* lender* credit credits credito* prestam* payday mortgage* hipotec* asnef* "
        "debt* deuda* financ* refinanc* interest interes* collateral aval aprob* approv* borrow* "
        "cash efectivo underwrit* funding fund funds fondos"
    ),
    "investment": (
        "invest* inverti* inversi* inversor* invert* trader* trading trade trades forex* binary "
        "binari* broker* broke bitcoin* btc eth ethereum* crypto* cripto* usdt token* airdrop* "
        "wallet* nft nfts mint coin coins moneda* billeter* monedero* profit* rentab* ganancia* "
        "roi portfolio* cartera* passive pasivo* signal* senal* pump* mining miner* minad* "
        "staking defi solana* doge* blockchain* retorno* yield* withdraw* retir* payout* pago*"
    ),
    "earning": (
        "earn* earning* income ingreso* salary sueldo* wage hiring vacan* job jobs empleo* "
        "trabajo* trabaja* freelance* remote remoto hourly paid payment payments cobra* cobro* "
        "ganar gana gano gane ganando ganas gan paycheck* commission* comision* parttime "
        "teletrabaj* negocio* business* entrepreneur* emprend* mlm networker* dropship* "
        "affiliate* afiliad* side hustle*"
    ),
    "adult": (
        "sexy sexo porn* xxx nude* naked desnud* escort* scort* webcam* cam cams hookup* hot "
        "onlyfans* naughty horny milf* dating date single singles soltera* solteros lonely solo "
        "sola cachond* picant* caliente* masaj* massage* girls chicas mujeres ladies senorita* "
        "putas erotic* adult* sugar sugarmum* swinger* fetich* fetish* escorts marry matrimonio "
        "compania"
    ),
    "magic": (
        "spell* caster* voodoo vudu psychic* vident* tarot* amarr* brujo* bruja* bruj* hechiz* "
        "conjur* ritual* witch* magic* magia* lover* exnovi* reunite* illuminat* brotherhood* "
        "hermandad* prophet* profeta* pastor* priest* herbalist* prayer* oracion* bless* bendici* "
        "destin* curse* embruj* medium* chaman* shaman* sorcer*"
    ),
    "hacking": (
        "hack* spy spying espia* clone* cloned clonar clon* recover* recuper* recov* unlock* "
        "desbloque* crack* keylog* grades notas ethical credential* carding dumps cvv scammed "
        "estafad* stolen robad* refund* reembols* tracer* wizard cyber*"
    ),
    "documents": (
        "passport* pasaporte* visa visas visado* license* licence* licenc* diploma* degree* "
        "titulo* titulos certificat* certificad* document* carnet dni permit permiso* "
        "counterfeit* falso* falsos fake banknote* billetes undetect* indetect* ielts toefl "
        "essay* thesis tesis tfg tfm dissertat* plagiar* homework* redacc* assignment* residen* "
        "green"
    ),
    "drugs": (
        "weed marihuana* cannabis* thc lsd mdma cocaine cocaina* coca ketamin* shrooms mushroom* "
        "setas dmt vendor* plug strain* vape* hash kush edibles heroin* meth mefedr* wickr "
        "threema"
    ),
    "seo": (
        "seo backlink* rank ranks ranking* posicion* serp traffic trafico visitas visitor* "
        "followers seguidor* likes subscriber* suscriptor* views reproduc* guest hosting domain* "
        "dominio* webdesign diseno disen* marketing* smm leads panel agency agencia* link- "
        "building enlaces keyword* google* reviews resenas resen* boost* viral* website* pagina "
        "sitio homepage* weblog* webpage* sms bulk masiv* audience* organic*"
    ),
    "goods": (
        "buy comprar compra compre shop* tienda* store* outlet* wholesale* mayorist* replica* "
        "rolex gucci prada louis vuitton chanel hermes nike jordan* adidas* yeezy* moncler* ugg* "
        "rayban* sunglasses gafas handbag* bolso* watches relojes sneakers zapatill* jersey* "
        "discount* descuent* cheap* barat* sale rebaj* offer* oferta* coupon* cupon* promo* deal "
        "deals chollo* gang* price* precio* order pide pedid* shipping envio* envios delivery "
        "entrega* stock catalog* factory fabrica* supplier* proveed* moq warranty etsy aliexpress "
        "temu shein iptv windows office keys claves licencias furniture mueble* mattress* "
        "colchon* ebook*"
    ),
    "gifts": (
        "free gratis gratuit* bonus* bono* giveaway* sorteo* prize* premio* win winner* gana "
        "ganador* ganaste congrat* felicid* selected seleccionad* claim* reclam* reward* "
        "recompens* gift regalo* regal* survey encuesta* iphone* voucher* vales robux vbucks "
        "gemas gems trial prueba"
    ),
    "urgency": (
        "now ya hoy today tonight limited limitad* hurry prisa last ultimas ultimos ultima only "
        "solo instant* inmediat* urgent* guarant* garantiz* 100 exclusive* exclusiv* secret* "
        "secreto* risk riesgo amazing increible* miracle* milagr* proven legit* legal* trusted "
        "confiable* verified verificad* certified expires caduca spots plazas cupos"
    ),
    "call": (
        "click clic pincha* visit visita* visite join unete* subscribe suscrib* follow sigue* "
        "sigueme check register registr* regist* sign signup contact* contacta* escrib* escribe* "
        "llama* llame call text message mensaje* msg inbox dm reach whatsapp* wasap* telegram* "
        "signal skype email* correo* download* descarg* apply solicit* order try prueba search "
        "busca* buscad* watch mira* mirad* look echa* echad* ver entra* entrad* comment comenta "
        "manda* mande* send envia* reply responde* responda* ask pregunta* preguntad* book "
        "reserva* reserve get consigue* consiga* obten* claim vote vota* votad* listen escucha* "
        "escuchad* share comparte* support apoya* install instala* link enlace* url profile "
        "perfil bio privado add agrega* agreg* channel canal* page pagina"
    ),
    "flattery": (
        "great nice amazing awesome wonderful excellent fantastic marvelous superb informative "
        "bookmark* blog post article website site excelente* maravillos* estupend* fantastic* "
        "increible* genial gran buen buena magnific* pagina web sitio contenido content favoritos "
        "impressive helpful useful util"
    ),
    "self-promotion": (
        "my channel mi canal subscribe suscrib* sub video videos song songs track* album* music "
        "musica rapper* rapero* beat beats mixtape* cover covers band grupo stream* streamer* "
        "twitch* youtube* vlog* gaming gamer* gameplay* minecraft* fortnite* instagram* tiktok* "
        "facebook* snap* twitter* page follow4follow f4f s4s sub4sub like likes upload* subo subi "
        "uploaded playlist* spotify* soundcloud* tutorial* tutorials"
    ),
    "support": (
        "support helpline* hotline* toll tollfree customer care technician* soporte* asistencia* "
        "antivirus* norton mcafee quickbooks printer* impresora* router* airline* aerolinea* "
        "delta iberia booking* reservas amazon* paypal* microsoft* cashapp bizum parcel paquete* "
        "customs aduana* locksmith* cerrajer* plumb* fontaner* cleaning limpieza* repair* "
        "reparac* reform* roof* tejado* lawyer* abogad* attorney* claim indemniz* solar* quote "
        "presupuest* insurance* seguro* seguros homeowners timeshare* multipropiedad*"
    ),
    "fraud": (
        "inherit* herenc* million* millon* widow* viuda* beneficiar* donate donar bank banco "
        "transfer* transferen* western union moneygram sergeant* sargent* syria* siria* ghana* "
        "nigeria* togo barrister* estate fortune fortuna* dear estimad* kindly atentamente agent "
        "agente proposal propuesta* compensation compensac* consignment* lottery"
    ),
    "article": (
        "article articulo* author autor autora journalist* periodist* headline* titular* "
        "paragraph* parrafo* photo photos foto fotos photograph* fotograf* caption chart* graf* "
        "table tabla* interview* entrevist* editor* redacc* reader* lector* lectora* piece "
        "column* columna* reportaj* report reports informe* source sources fuente* figures cifras "
        "datos data study estudio* quote cita* typo* errata* comment comments comentario* "
        "footnote* edition edicion* episode* capitulo* translation traduc* page"
    ),
    "argument": (
        "disagree agree acuerdo wrong right razon mistake* error* nonsense tonter* rubbish "
        "ridicul* shame verguenza absurd* because porque although aunque however embargo but pero "
        "think creo believe opinion point argument* fair justo unfair injusto why perhaps quiza* "
        "maybe probably seguramente never nunca nobody nadie nothing nada neither tampoco not no "
        "sorry perdon*"
    ),
    "everyday": (
        "mother madre father padre mum mom dad husband marido wife mujer son hijo hija daughter "
        "children hijos kids grandmother abuela abuelo grandfather grandma neighbour* neighbor* "
        "vecin* village pueblo* town ciudad street calle barrio school colegio* instituto* "
        "teacher* maestr* profesor* nurse* enfermer* doctor doctora medic* hospital* train tren "
        "bus autobus* rent alquiler* council ayuntamiento* mayor alcald* minister* ministr* "
        "government gobierno* tax taxes impuesto* pension* vote law ley years anos ago hace "
        "remember recuerdo* lived live vivo viv* worked trabaje went fuimos was were used"
    ),
    "food": (
        "recipe* cook* bake* baked baking oven flour dough bread butter sugar salt pepper egg eggs "
        "milk cheese soup sauce onion* garlic tomato* potato* lemon* apple* fruit* berries rice "
        "beans chicken fish beef pork lamb spoon* teaspoon* fridge freez* frozen delicious tasty "
        "dinner lunch breakfast kitchen vegan vegetarian cocin* horno* harina* masa pan "
        "mantequilla azucar sal pimienta huevo* leche queso* sopa* salsa* cebolla* ajo ajos "
        "tomate* patata* papas limon* manzana* fruta* frutos fresas arroz alubia* lenteja* pollo "
        "pescado* ternera cerdo cordero cuchara* cucharad* nevera congel* rico riquisim* cena "
        "comida almuerzo desayun* sabor* olla sarten aceite tortilla* gazpacho paella vegan*"
    ),
    "sport": (
        "match matches goal goals referee* league team teams player* coach* season penalty offside "
        "stadium football soccer rugby cricket tennis cyclist* marathon runner* champion* "
        "defender* striker* midfield* goalkeep* derby partido* gol goles arbitr* liga equipo* "
        "jugador* entrenador* temporada* penalti* fuera estadio* futbol tenis ciclis* maraton* "
        "campeon* defensa* delantero* portero* aficion* hinch*"
    ),
    "culture": (
        "book books novel* chapter poem* poet* film films movie* cinema director* actor* actress* "
        "scene* plot theatre* theater* concert* orchestra* choir* museum* exhibition* painting* "
        "painter* lyrics singer* guitar* drummer* libro* novela* capitulo* poema* poeta* pelicula* "
        "cine escena* trama teatro* concierto* orquesta* coro museo* exposicion* cuadro* pintor* "
        "letra cantante* guitarra* bateria documental* documentar* serie series"
    ),
    "surroundings": (
        "weather rain rains raining snow wind summer winter spring autumn river* lake* sea beach* "
        "mountain* forest* tree trees garden* bird birds dog dogs cat cats bridge* road roads path "
        "paths bike* cycle* parking pavement* station* lluvia llueve nieve viento verano invierno "
        "primavera otono rio rios lago* mar playa* montana* bosque* arbol* jardin* pajaro* perro* "
        "gato* puente* carretera* camino* bici* acera* estacion* aparca* plaza parque*"
    ),
    "question": (
        "who where when which what how quien donde cuando cual que como cuanto anyone anybody "
        "alguien someone somebody could podria* podriais would does"
    ),
}
#: Subjects of readers, not of advertisements.
READER_SUBJECTS = frozenset(
    {"article", "argument", "everyday", "food", "sport", "culture", "surroundings", "question"}
)
#: Subjects that both have, told apart by what stands beside them.
NEUTRAL_SUBJECTS = frozenset({"call", "urgency", "flattery", "gifts"})

_WORDS: dict[str, set[str]] = {}
_BEGINNINGS: dict[str, set[str]] = {}
for _subject, _words in SUBJECTS.items():
    for _word in _words.split():
        _index = _BEGINNINGS if _word.endswith("*") else _WORDS
        _index.setdefault(_word.rstrip("*"), set()).add(_subject)
_SHORTEST, _LONGEST = min(map(len, _BEGINNINGS)), max(map(len, _BEGINNINGS))
#: With none of these first letters a word has no beginning of a subject, as most words.
_FIRST_LETTERS = frozenset(beginning[:_SHORTEST] for beginning in _BEGINNINGS)


@lru_cache(maxsize=20_000)
def get_subjects(word: str) -> tuple[str, ...]:
    """Return the subjects of a folded word."""
    word = word if word.isascii() else fold_letters(word)
    found = set(_WORDS.get(word, ()))
    if word[:_SHORTEST] in _FIRST_LETTERS:
        for length in range(_SHORTEST, min(len(word), _LONGEST) + 1):
            found |= _BEGINNINGS.get(word[:length], set())
    return tuple(sorted(found))
