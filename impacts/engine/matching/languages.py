"""Which language a text is written in, by its function words; and what is peculiar to each language.

Languages are told apart only as far as matching needs it: to leave out function words and to find stems. A text that
is too short to tell, or in any other language, counts as English: then words meet as they are written, and by their
character grams.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal, get_args

Language = Literal["en", "fr", "de", "es", "it", "nl", "pt"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

SNOWBALL: dict[Language, str] = {
    "en": "english",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
"""The name of each language's Snowball stemmer."""

READ = 500
"""Characters from the beginning that tell the language."""

LEAST_LEAD = 2
LEAST_SHARE = 0.12
"""A text is in another language than English when so many more of its words are function words of that language, and
they are at least this share of all its words. In prose they are a quarter to a half."""

_WORD = re.compile(r"[^\W_]+'?")  # with its apostrophe: "l'" of l'accès speaks for French, the "d" of R&D does not
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})

_ENGLISH = """
a about above across after again against all also although am an and any are as at be because been before being below
between both but by can could did do does doing done down during each either etc few for from further had has have
having he her here hers him his how however i if in into is it its itself just like may me might more most much must my
near neither no nor not now of off on once one only onto or other others our ours out over own per rather same shall
she should since so some such than that the their theirs them themselves then there thereby therefore these they this
those through throughout thus to together too toward towards two under until up upon us very via was we were what when
where whereas whether which while who whom whose why will with within without would yet you your yours
"""

# With the pieces that an apostrophe leaves: l'accès, d'identité, qu'il, dell'utente.
_FRENCH = """
a afin ainsi alors apres au aucun aucune aujourd' auquel aura auront aussi autre autres aux auxquels auxquelles avait
avant avec avoir ayant c' car ce ceci cela celle celles celui cent ces cet cette ceux chacun chacune chaque chez ci
comme comment contre d' dans de deja depuis derriere des desormais desquels deux devant doit doivent donc dont du
durant elle elles en encore enfin entre est et etaient etait etant etc ete etre eu eux fait faire font hui ici il ils
j' jamais je jusqu' l' la laquelle le lequel les lesquelles lesquels leur leurs lors lorsqu' lorsque lui m' ma mais
malgre me meme memes mes moins mon n' ne ni non nos notre notamment nous on ont or ou outre par parce parfois parmi pas
pendant peu peut peuvent plus plusieurs pour pourquoi pourra pourront puis puisqu' puisque qu' quand quant que quel
quelle quelles quelqu' quelque quelques quels qui quoi quoique s' sa sans sauf se selon sera serait seront ses si sinon
soit sommes son sont sous souvent sur t' ta tandis tant te tel telle telles tels tes ton toujours tous tout toute
toutefois toutes tres trop tu un une vers via voici voila vos votre vous
"""

_GERMAN = """
ab aber alle allem allen aller allerdings alles als also am an ander andere anderem anderen anderer anderes auch auf
aus außer außerdem bei beide beiden beim bereits bevor bis bisher bislang bzw da dabei dadurch dafür dagegen daher
dahin damit danach daneben dann daran darauf daraus darf darin darüber darum darunter das dass davon davor dazu dein
deine dem demnach den denen denn dennoch der deren derer des deshalb dessen desto die dies diese diesem diesen dieser
dieses doch dort durch dürfen ein eine einem einen einer eines einige einigen einiger er erst es etwa etwas euch euer
eure falls folglich für ganz gar gegen gegenüber gemäß habe haben hat hatte hatten hier hierfür hierzu hin hinter
hinaus ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem infolge innerhalb ins inzwischen ist ja je
jede jedem jeden jeder jedes jedoch jene jener jetzt kann kein keine keinem keinen keiner können könnte könnten lassen
laut man manche mehr mein meine mit mittels muss müssen musste nach nachdem nebst neben nicht nichts noch nun nur ob
obwohl oder ohne pro sehr sein seine seinem seinen seiner seines seit seitens selbst sich sie sind so sobald sodass
sofern sogar solche solchen soll sollen sollte sollten somit sondern sonst soweit sowie sowohl statt trotz über um und
uns unser unsere unserem unseren unserer unter usw vom von vor während wann war waren warum was wegen weil weiter
weiterhin welche welchem welchen welcher welches wenn wer werden wie wieder will wir wird wo wobei wodurch wofür wollen
worden wurde wurden würde würden zu zudem zum zur zusammen zwar zwecks zwei zwischen zwischenzeitlich zuvor
"""

_SPANISH = """
a actualmente además ahora al algo alguna algunas alguno algunos ambos ante antes aquel aquella así asimismo aun aunque
bajo bien cada casi como cómo con contra cual cuales cualquier cuando cuanto cuya cuyo cuyos da de debe deben debido
del dentro desde después donde dos durante el él ella ellas ello ellos en entonces entre era es esa esas ese eso esos
esta está están estas este esto estos fue fueron ha haber había han hasta hay incluso junto la las le les lo los luego
más mediante menos mi mientras mismo misma mismos misma mucho muy nada ni no nos nosotros nuestra nuestras nuestro
nuestros otra otras otro otros para pero poco por porque posteriormente pues puede pueden que qué quien quienes se sea
sean según ser será serán si sí sido siempre sin sino sobre son su sus también tanto tiene tienen toda todas todo todos
tras tu un una unas uno unos usted ya yo
"""

_ITALIAN = """
a ad agli al alcune alcuni alla alle allo altra altre altri altro anche ancora appena attraverso attualmente avere
aveva c' che chi ci ciascun ciascuna cioè coi col come con contro così cui d' da dagli dai dal all' dall' dalla dalle
dallo degli dei del dell' della delle dello dentro deve devono di dopo dove dovrà due dunque durante ed egli entro era
erano essa esse essere essi esso fa fino fra già gli ha hanno i il in infatti inoltre invece io l' la le lei lo loro lui
ma
me mediante mentre mi mia mio molto ne negli nei nel nell' nella nelle nello neppure nessun nessuna noi non nostra
nostre nostri nostro ogni oltre oppure ora per perché perciò però più poi possono presso prima può qual quale quali
qualsiasi quando quanto quelli quello quella quelle questa queste questi questo qui quindi sarà saranno se secondo
senza si sia siano sono sopra sotto sta stato stata stati state su sua sue sugli sui sul sull' sulla sulle sullo suo
suoi tale tali tra tramite tutta tutte tutti tutto un un' una uno verso vi viene vengono voi
"""

_DUTCH = """
aan achter al alle alleen alles als altijd andere anders bij binnen boven buiten daar daarbij daardoor daarmee daarna
daarom daarvan daarvoor dan dat de deze die dit doen door dus echter een eerst elk elke en enkele er ervoor evenals
geen had hadden heb hebben heeft hem hen het hier hierbij hierdoor hiervoor hij hoe hun iedere ieder ik in indien is je
kan kon konden kunnen maar meer men met mij mijn moest moet moeten mogen mag na naar naast niet niets nog nu of om
omdat onder ons onze ook op over per reeds sinds tegen ten ter terwijl tevens toch toe tot tussen twee uit uw van vanaf
vanuit vanwege veel via volgens voor voordat waar waarbij waardoor waarin waarmee waarom waarop waarvan waarvoor
wanneer want waren was wat we wel welke werd werden wie wij wil worden wordt zal ze zeer zelf zich zij zijn zo zoals
zodat zonder zou zouden zowel zullen
"""

_PORTUGUESE = """
a à agora ainda além algo algum alguma algumas alguns ambos ante antes ao aos apenas após aquela aquele aquilo as às
assim até através cada com como contra contudo cuja cujo da das de dela dele deles dentro depois desde dessa desse
desta deste deve devem disso do dois dos durante ela elas ele eles em enquanto entre era essa essas esse esses esta
está estão estas este estes eu foi foram há isso isto já lhe lo mais mas me mediante meio menos mesma mesmo meu minha
muito na nas não nela nele nem nenhum nessa nesse nesta neste no nos nós nossa nossas nosso nossos num numa onde os ou
outra outras outro outros para pela pelas pelo pelos pode podem pois por porém porque portanto posteriormente qual
quais qualquer quando quanto que quem são se segundo seja sejam sem sempre ser será serão seu seus si sido sob sobre
sua suas tal também tanto tem têm ter toda todas todo todos tudo um uma umas uns vai vos você
"""


PROSE: dict[Language, dict[float, str]] = {
    "fr": {
        0.50: "projet système",
        0.30: """nouveau nouvelle mettre mise œuvre solution développer développement service gestion information
            processus programme données remplacer améliorer utiliser besoin actuel""",
        0.15: """application département ministère direction initiative assurer permettre offrir existant technologie
            moderniser client utilisateur accès outil plateforme numérique remplacement efficacité exploitation phase
            travail plan créer changement aider intégrer intégration gouvernement organisation fonction module""",
        0.06: """activité approche domaine objectif automatiser base avantage centre conception déploiement déployer
            environnement établir futur groupe infrastructure interne introduire niveau maintenir modernisation
            plusieurs nombre ligne rendement performance produit qualité réduire risque logiciel norme stratégique
            stratégie équipe temps suivi transformation valeur année personnel réaliser fournir""",
    },
    "de": {
        0.50: "Projekt System",
        0.30: """neu einführen Einführung Lösung entwickeln Entwicklung umsetzen Umsetzung Dienst Verwaltung
            Information Prozess Programm Daten ersetzen verbessern nutzen benötigen bestehend""",
        0.15: """Anwendung Abteilung Vorhaben Initiative ermöglichen bereitstellen Technologie modernisieren Kunde
            Nutzer Benutzer Zugang Werkzeug Plattform digital Ablösung ablösen effizient Betrieb Phase Arbeit Bedarf
            Plan erstellen Änderung unterstützen integrieren Integration Behörde Organisation Funktion Modul""",
        0.06: """Aktivität Ansatz Bereich Ziel automatisieren Automatisierung Basis Nutzen Zentrum Einsatz Umgebung
            schaffen erweitern Erweiterung Zukunft Gruppe Infrastruktur intern Ebene bisherig modern Modernisierung
            Anzahl Leistung Produkt Zweck Qualität reduzieren Risiko Software Standard strategisch Strategie Team Zeit
            Aktualisierung Wert Jahr Mitarbeiter zentral einheitlich""",
    },
}
"""Words of project prose in other languages than English, by the share of requests that use them in any portfolio of
that language: as text.PROSE_SHARES, and as coarse."""


def without_accents(text: str) -> str:
    """The text, already in lower case, without accents."""
    return _FOREIGN.sub(_without_accents, text)


def _without_accents(found: re.Match[str]) -> str:
    decomposed = unicodedata.normalize("NFKD", found[0].translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _spellings(written: str) -> frozenset[str]:
    """Words without accents; those with German umlauts also as they are typed without an umlaut key."""
    typed = written.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return frozenset(without_accents(f"{written} {typed}".casefold()).split())


_VOICES: dict[Language, frozenset[str]] = {
    language: _spellings(written)
    for language, written in zip(
        LANGUAGES, (_ENGLISH, _FRENCH, _GERMAN, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE), strict=True
    )
}

FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    language: frozenset(word.rstrip("'") for word in words) for language, words in _VOICES.items()
}
"""Words without a subject of their own, normalised. They never count, however rare they are in a portfolio."""

_SPOKEN_IN: dict[str, tuple[Language, ...]] = {
    word: tuple(language for language in LANGUAGES if word in _VOICES[language])
    for word in sorted(frozenset[str]().union(*_VOICES.values()))
}


def language_of(text: str) -> Language:
    """The language of a text, from its first READ characters; English when unsure."""
    return _language_of(text[:READ])


@lru_cache(maxsize=4096)
def _language_of(text: str) -> Language:
    lowered = text.lower() if text.isascii() else without_accents(text.casefold())
    words = _WORD.findall(lowered.replace("’", "'"))
    counts = dict.fromkeys(LANGUAGES, 0)
    for languages, times in Counter(map(_SPOKEN_IN.get, words)).items():
        for language in languages or ():
            counts[language] += times
    best = max(LANGUAGES, key=counts.__getitem__)  # the first of equals: English, then as listed
    sure = counts[best] >= counts["en"] + LEAST_LEAD and counts[best] >= LEAST_SHARE * len(words)
    return best if sure else "en"
