"""The locales that a persona may come from, and which languages are plausible there.

A locale says where names, cities and streets come from (a mimesis locale), how a postcode, a phone
number and an address line look, and what people there speak. Where the library has no data of the
country itself (Canadian and Australian cities, present-day Swedish given names), the locale carries
its own list. It does not draw anything: ``personas.places`` does.

Masks: ``#`` is a digit, ``%`` a digit from 2 to 9, ``@`` a capital letter. Where a country keeps
number ranges for fiction (555-01## in North America, Ofcom's, ACMA's and ARCEP's ranges), only
those are used and no number is anybody's; elsewhere a number is plausible and may exist.
"""

from personas.record import Record
from personas.word_lists import (
    AUSTRALIAN_CITIES,
    CANADIAN_AREAS,
    CANADIAN_CITIES,
    FINNISH_STREETS,
    SPANISH_CITIES,
    SWEDISH_MEN,
    SWEDISH_WOMEN,
    US_AREAS,
)


class Locale(Record):
    """One locale.

    ``natives`` are native languages with their shares, the first being the usual one.
    ``others`` are further languages with the chance that a person has it. ``english`` is the chance
    that someone who is not a native speaker has fluent, rather than basic, English. ``street_names``
    is a pattern that a street of the library must match to be used; ``ways`` are words to add to it.
    """

    code: str
    country: str
    mimesis: str
    weight: float
    natives: tuple[tuple[str, float], ...]
    postcodes: tuple[str, ...]
    phones: tuple[str, ...]
    street: str
    street_names: str
    highest_number: int
    ways: tuple[str, ...] = ()
    others: tuple[tuple[str, float], ...] = ()
    english: float = 0.0
    cities: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    female_names: tuple[str, ...] = ()
    male_names: tuple[str, ...] = ()


_ENGLISH_WAYS = ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Way", "Place")
_BRITISH_WAYS = ("Street", "Road", "Road", "Lane", "Close", "Avenue", "Gardens", "Terrace")
_ONE_OR_TWO_WORDS = r"[A-Z][a-z]+( [A-Z][a-z]+)?$"
_GERMAN = r"[^\d]*(straße|Straße|weg|Weg|platz|Platz|allee|Allee|gasse|ring|Ring)$"
_SWISS = r"[^\d]*(strasse|Strasse|weg|platz|gasse|rain|matte)$"
_DUTCH = r"[A-Z][^\d.]*(straat|weg|laan|plein|singel|dreef|kade|pad|lei)$"

_ALL = (
    Locale(
        code="en_US",
        country="United States",
        mimesis="en",
        weight=30,
        natives=(("en", 0.87), ("es", 0.13)),
        others=(("es", 0.12), ("fr", 0.04), ("de", 0.03), ("zh", 0.01)),
        english=0.75,
        postcodes=("%####", "0%###", "1####"),
        phones=tuple(f"+1 {area}-555-01##" for area in US_AREAS),
        street="{number} {name} {way}",
        street_names=_ONE_OR_TWO_WORDS,
        ways=_ENGLISH_WAYS,
        highest_number=4800,
    ),
    Locale(
        code="en_GB",
        country="United Kingdom",
        mimesis="en-gb",
        weight=12,
        natives=(("en", 0.95), ("pl", 0.04), ("it", 0.01)),
        others=(("fr", 0.12), ("de", 0.05), ("es", 0.05), ("cy", 0.02)),
        english=0.8,
        postcodes=("@@# #@@", "@@## #@@", "@# #@@", "@## #@@"),
        phones=(
            *("07700 900###",) * 9,
            *(f"01{area} 496 0###" for area in (13, 14, 15, 16, 17, 18, 21, 31, 41, 51, 61)),
            "020 7946 0###",
            "0191 498 0###",
            "029 2018 0###",
            "01632 960###",
        ),
        street="{number} {name} {way}",
        street_names=_ONE_OR_TWO_WORDS,
        ways=_BRITISH_WAYS,
        highest_number=190,
    ),
    Locale(
        code="en_CA",
        country="Canada",
        mimesis="en-ca",
        weight=7,
        natives=(("en", 0.8), ("fr", 0.2)),
        others=(("fr", 0.2), ("es", 0.03), ("de", 0.02)),
        english=0.75,
        postcodes=("@#@ #@#",),
        phones=tuple(f"+1 {area}-555-01##" for area in CANADIAN_AREAS),
        street="{number} {name} {way}",
        street_names=_ONE_OR_TWO_WORDS,
        ways=_ENGLISH_WAYS,
        highest_number=2900,
        cities=CANADIAN_CITIES,
    ),
    Locale(
        code="en_AU",
        country="Australia",
        mimesis="en-au",
        weight=6,
        natives=(("en", 0.96), ("it", 0.03), ("es", 0.01)),
        others=(("fr", 0.04), ("id", 0.03), ("ja", 0.02), ("it", 0.03)),
        english=0.8,
        postcodes=("2###", "3###", "4###", "5###", "6###"),
        phones=tuple(
            f"+61 {area} {office} ####" for area in (2, 3, 7, 8) for office in (5550, 7010)
        ),
        street="{number} {name} {way}",
        street_names=_ONE_OR_TWO_WORDS,
        ways=_BRITISH_WAYS,
        highest_number=240,
        cities=AUSTRALIAN_CITIES,
    ),
    Locale(
        code="de_DE",
        country="Germany",
        mimesis="de",
        weight=8,
        natives=(("de", 0.93), ("tr", 0.04), ("pl", 0.02), ("it", 0.01)),
        others=(("fr", 0.12), ("es", 0.05), ("it", 0.03)),
        english=0.55,
        postcodes=("%####", "0%###", "1####"),
        phones=("+49 15# %#######", "+49 17# %######", "+49 30 %#######", "+49 %#1 %######"),
        street="{name} {number}",
        street_names=_GERMAN,
        highest_number=140,
    ),
    Locale(
        code="de_AT",
        country="Austria",
        mimesis="de-at",
        weight=1.5,
        natives=(("de", 0.95), ("tr", 0.04), ("pl", 0.01)),
        others=(("fr", 0.08), ("it", 0.08)),
        english=0.6,
        postcodes=("%###", "1%##"),
        phones=("+43 664 %######", "+43 676 %######", "+43 1 %######", "+43 7%# %#####"),
        street="{name} {number}",
        street_names=_GERMAN,
        highest_number=120,
    ),
    Locale(
        code="de_CH",
        country="Switzerland",
        mimesis="de-ch",
        weight=1.5,
        natives=(("de", 0.7), ("fr", 0.22), ("it", 0.08)),
        others=(("fr", 0.3), ("de", 0.1), ("it", 0.12)),
        english=0.6,
        postcodes=("%###", "1%##"),
        phones=("+41 7% %## ## ##", "+41 44 %## ## ##", "+41 31 %## ## ##", "+41 61 %## ## ##"),
        street="{name} {number}",
        street_names=_SWISS,
        highest_number=110,
    ),
    Locale(
        code="fr_FR",
        country="France",
        mimesis="fr",
        weight=6,
        natives=(("fr", 0.97), ("pt", 0.02), ("it", 0.01)),
        others=(("es", 0.14), ("de", 0.07), ("it", 0.04)),
        english=0.35,
        postcodes=("%####", "1####", "0%###"),
        phones=(
            *("06 39 98 ## ##",) * 4,
            "01 99 00 ## ##",
            "02 61 91 ## ##",
            "03 53 01 ## ##",
            "04 65 71 ## ##",
            "05 36 49 ## ##",
        ),
        street="{number} {way} {name}",
        street_names=r"(De La|Du|Des|De) [A-Z][a-z]{3,}( [A-Z][a-z]{3,})?$",
        ways=("rue", "rue", "rue", "avenue", "allée", "impasse", "chemin"),
        highest_number=120,
    ),
    Locale(
        code="es_ES",
        country="Spain",
        mimesis="es",
        weight=5,
        natives=(("es", 0.98), ("fr", 0.01), ("de", 0.01)),
        others=(("ca", 0.14), ("gl", 0.05), ("fr", 0.08), ("eu", 0.03)),
        english=0.35,
        postcodes=("0%###", "1####", "2####", "3####", "4####"),
        phones=("+34 6## ### ###", "+34 91# ### ###", "+34 93# ### ###", "+34 95# ### ###"),
        street="{name}, {number}",
        street_names=r"(Calle|Avenida|Plaza|Paseo|Rúa) [^\d]+$",
        highest_number=130,
        cities=SPANISH_CITIES,
    ),
    Locale(
        code="it_IT",
        country="Italy",
        mimesis="it",
        weight=5,
        natives=(("it", 0.98), ("de", 0.01), ("fr", 0.01)),
        others=(("fr", 0.12), ("es", 0.08), ("de", 0.04)),
        english=0.35,
        postcodes=("#####",),
        phones=("+39 32# ### ####", "+39 34# ### ####", "+39 06 ########", "+39 02 ########"),
        street="{way} {name}, {number}",
        street_names=r"[A-Z][a-zàèéìòù]+ [A-Z][a-zàèéìòù]+$",
        ways=("Via", "Via", "Via", "Viale"),
        highest_number=140,
    ),
    Locale(
        code="nl_NL",
        country="Netherlands",
        mimesis="nl",
        weight=4,
        natives=(("nl", 0.96), ("tr", 0.03), ("pl", 0.01)),
        others=(("de", 0.3), ("fr", 0.1), ("es", 0.04)),
        english=0.85,
        postcodes=("%### @@", "1### @@"),
        phones=("+31 6 ########", "+31 20 %######", "+31 10 %######", "+31 30 %######"),
        street="{name} {number}",
        street_names=_DUTCH,
        highest_number=220,
    ),
    Locale(
        code="nl_BE",
        country="Belgium",
        mimesis="nl-be",
        weight=1,
        natives=(("nl", 0.85), ("fr", 0.15)),
        others=(("fr", 0.4), ("de", 0.08), ("nl", 0.1)),
        english=0.7,
        postcodes=("%###", "1###"),
        phones=("+32 47# ## ## ##", "+32 49# ## ## ##", "+32 2 %## ## ##", "+32 9 %## ## ##"),
        street="{name} {number}",
        street_names=_DUTCH,
        highest_number=180,
    ),
    Locale(
        code="pl_PL",
        country="Poland",
        mimesis="pl",
        weight=4,
        natives=(("pl", 0.99), ("de", 0.01)),
        others=(("de", 0.12), ("ru", 0.08), ("es", 0.03)),
        english=0.45,
        postcodes=("##-###",),
        phones=("+48 5## ### ###", "+48 6## ### ###", "+48 7%# ### ###", "+48 22 %## ## ##"),
        street="ul. {name} {number}",
        street_names=r"[A-ZŚŻŁ][a-ząćęłńóśźż]+$",
        highest_number=120,
    ),
    Locale(
        code="pt_BR",
        country="Brazil",
        mimesis="pt-br",
        weight=5,
        natives=(("pt", 0.98), ("it", 0.01), ("de", 0.01)),
        others=(("es", 0.12), ("fr", 0.02)),
        english=0.3,
        postcodes=("#####-###",),
        phones=("+55 11 9####-####", "+55 21 9####-####", "+55 31 9####-####", "+55 41 3###-####"),
        street="{name}, {number}",
        street_names=r"(Rua|Avenida|Praça|Travessa|Alameda) [A-ZÁÉÍÓÚ][^\d.]{3,}$",
        highest_number=1900,
    ),
    Locale(
        code="sv_SE",
        country="Sweden",
        mimesis="sv",
        weight=2,
        natives=(("sv", 0.95), ("fi", 0.03), ("tr", 0.02)),
        others=(("de", 0.08), ("fr", 0.04), ("es", 0.05)),
        english=0.88,
        postcodes=("%## ##", "1## ##"),
        phones=("+46 70 ### ## ##", "+46 73 ### ## ##", "+46 8 %## ### ##", "+46 31 %## ## ##"),
        street="{name} {number}",
        street_names=r"[^\d]*(vägen|gatan|gränd|stigen|backen)$",
        highest_number=90,
        female_names=SWEDISH_WOMEN,
        male_names=SWEDISH_MEN,
    ),
    Locale(
        code="fi_FI",
        country="Finland",
        mimesis="fi",
        weight=1,
        natives=(("fi", 0.94), ("sv", 0.06)),
        others=(("sv", 0.25), ("de", 0.08), ("fi", 0.1)),
        english=0.75,
        postcodes=("%###0", "0%##0"),
        phones=("+358 40 ### ####", "+358 50 ### ####", "+358 44 ### ####", "+358 9 %## ###"),
        street="{name} {number}",
        street_names=r"[^\d]+$",
        highest_number=60,
        streets=FINNISH_STREETS,
    ),
    Locale(
        code="tr_TR",
        country="Turkey",
        mimesis="tr",
        weight=1,
        natives=(("tr", 0.99), ("de", 0.01)),
        others=(("de", 0.06), ("fr", 0.02), ("ar", 0.03)),
        english=0.3,
        postcodes=("0%###", "1####", "2####", "3####", "4####", "5####", "6####", "7####"),
        phones=("+90 53# ### ## ##", "+90 54# ### ## ##", "+90 212 ### ## ##", "+90 312 ### ## ##"),
        street="{name} {way} No. {number}",
        street_names=r"[^\d]+$",
        ways=("Caddesi", "Sokağı"),
        highest_number=110,
    ),
)

LOCALES: dict[str, Locale] = {each.code: each for each in _ALL}


def home_of(language: str, locale: Locale) -> Locale:
    """The locale whose people's names fit a native speaker of ``language`` living in ``locale``."""
    if language == locale.natives[0][0]:
        return locale
    return next(each for each in _ALL if each.natives[0][0] == language)
