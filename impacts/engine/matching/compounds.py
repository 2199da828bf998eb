"""German compounds taken apart at the words that German builds most of them with in offices: Kartensperre is about
cards, Antragsbearbeitung about applications. What is not in the list stays whole; character grams see the rest.
"""

import re
from functools import lru_cache

from impacts.engine.matching.languages import without_accents

SHORTEST = 8
"""A word of fewer letters is not taken apart."""

_PARTS = """
abgabe ablauf abrechnung abteilung abwicklung adresse akte aktie alarm amt analyse anbieter änderung anforderung
anfrage angebot angestellte anlage anleitung anmeldung anruf antrag antwort anwendung anzeige arbeit archiv artikel
aufgabe auftrag aufsicht ausfall ausgabe auskunft ausweis auswertung automat bank bau beamte bearbeitung bedarf
behörde beitrag benachrichtigung benutzer beratung berater bericht beschaffung bescheid bescheinigung beschwerde
bestand bestellung besuch betrag betreuung betrieb betrug bewerbung bewertung beziehung bibliothek bild bildung brief
buch buchhaltung buchung budget bürger büro computer darlehen datei daten dienst dokument drucker einkauf einsatz
energie entwicklung erfassung ergebnis erkennung erklärung erneuerung export fahrt fahrzeug fall fehler filiale finanz
firma foto formular forschung frage frist funk gebäude gebühr gefahr gehalt geld gemeinde gerät gericht geschäft
gesellschaft gesetz gespräch gesundheit gruppe gutschein handel handy haus haushalt hilfe hypothek identität import
information infrastruktur inhaber integration internet kamera kanal karte kasse katalog kauf kennzahl kette kennung
klient klinik kommunikation komponente konto kontrolle konzept kosten kredit kunde kurs labor lager land lehrer leistung
leitung lieferant lieferung liste lizenz logistik lohn lösung makler markt maschine material medien meldung miete
mitarbeiter mobil modell modul nachricht nachweis netz netzwerk nummer nutzer objekt offerte ordner ordnung
papier partner patient pension person personal pflege pflicht plan planung plattform platz police politik portal post
preis produkt prognose programm projekt protokoll prozess prüfung qualität quelle quote rahmen raum rechnung recht
register regel reise reserve risiko route ruf sache sammlung schaden schalter scheck schicht schlüssel schnittstelle
schrank schreiben schulung schule schutz schwelle server service sicherheit signatur sitzung software spende
sperre sprache stadt stamm standort statistik stelle steuer steuerung straße strategie strom studie suche system
tabelle tarif team technik telefon termin test text träger transport überwachung überweisung umfrage umsatz unfall
unterlage unternehmen unterschrift urlaub verbindung verein verfahren vergabe vergütung verkauf verkehr vermögen
vermittlung versand versicherung verteilung vertrag vertrieb verwaltung verzeichnis video vorgang vorlage vorsorge
wagen wartung wechsel weg werbung werk wert wirtschaft wissen wohnung zahlung zeichnung zeit zentrale zentrum
zeugnis zins zoll zugang zugriff zulassung zustellung
"""

_BEFORE_WORDS = """
abs an ant auf aus bei bin dar durch ein einher end ent er ereig fort ganz gegen ger ges gross her herein hier hin
hinter kein mis miss mit nach neben neu nicht ober tel uber um un unter ur ver vor voraus vorder weg weiter wider
wieder zer zuruck zusammen zwischen
"""
_PREFIXES = frozenset(_BEFORE_WORDS.split())
"""What stands before a word without making a compound of it: Überprüfung, Vorgang, Unterlage."""

_ENDINGS = r"(?:e|n|en|er|es|ern|em|nen|s)?"
_LINKS = r"(?:(?<!s)s|es|en)?"
_DERIVED = r"(?!isch|lich|ier|isier|isat|haft|heit|keit|schaft|zeitig|ung)"
"""What makes another word of a word, not a compound: gesetzlich, archivieren."""


def _alternatives() -> str:
    """The parts without accents, longest first, each also without a final e, which composition drops."""
    plain = {without_accents(part) for part in _PARTS.split()}
    forms = plain | {part[:-1] for part in plain if part.endswith("e") and len(part) > 4}
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


_BY_LAST = re.compile(rf"(?P<rest>.{{3,}}?){_LINKS}(?P<part>(?:{_alternatives()}){_ENDINGS})")
_BY_FIRST = re.compile(rf"(?P<part>{_alternatives()}){_LINKS}(?P<rest>{_DERIVED}.{{4,}})")


@lru_cache(maxsize=100_000)
def parts_of(word: str) -> tuple[str, ...]:
    """The words that a compound, in lower case without accents, is made of; none when it is not known as one."""
    if len(word) < SHORTEST:
        return ()
    if (found := _BY_LAST.fullmatch(word)) and found["rest"] not in _PREFIXES:
        return (*(parts_of(found["rest"]) or (found["rest"],)), found["part"])
    if (found := _BY_FIRST.fullmatch(word)) and len(found["part"]) > 3:
        return (found["part"], *(parts_of(found["rest"]) or (found["rest"],)))
    return ()
