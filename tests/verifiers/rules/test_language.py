from time import process_time

import pytest
import yaml

from generators.domains.registry import domain_named
from generators.scripted.template import parse
from personas.record import seeded
from tests.every_domain import EVERY_DOMAIN
from verifiers.rules.language import LANGUAGES, other_language

FOREIGN = {
    "de": "Ich möchte bitte meinen Mantel und die Tasche zurück haben.",
    "fr": "Je voudrais récupérer mon manteau et mon sac, s'il vous plaît.",
    "es": "Quisiera recoger mi abrigo y también la bolsa, por favor.",
    "nl": "Ik wil graag mijn jas en ook mijn tas weer ophalen.",
    "it": "Vorrei indietro il mio cappotto e anche la borsa, per favore.",
    "pl": "Chciałbym odebrać mój płaszcz i torbę, bardzo proszę.",
    "ja": "私のコートと鞄を返していただけますか、お願いします。",
    "zh": "请把我的外套和包还给我，谢谢您的帮助。",
}
ENGLISH = "I would like to have my coat and my bag back, please."


@pytest.mark.parametrize("language", FOREIGN)
def test_another_language_is_told_apart(language: str):
    assert other_language(FOREIGN[language], "en") == language
    assert other_language(FOREIGN[language], language) == ""
    assert other_language(ENGLISH, language) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Hola, gracias!",
        "My name is Siobhan Krzyżewska-Lindqvist, Große Gertrudstraße 14, 80331 München, please.",
        "It is for José Ángel Fernández Muñoz and Zoë van der Heijden from Łódź.",
        "T104, B4, 4-56, N-0012345, G012, ok, +44 113 496 0123",
        "ok ok ok ok ok ok ok",
    ],
)
def test_short_answers_names_and_values_trip_nothing(text: str):
    assert other_language(text, "en") == ""


def test_of_a_language_that_is_not_listed_nothing_is_said():
    assert "eo" not in LANGUAGES
    assert other_language(ENGLISH, "eo") == ""


def phrases(name: str) -> list[str]:
    def texts(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        if isinstance(node, dict):
            return [text for key, each in node.items() if key != "style" for text in texts(each)]
        return [text for each in node for text in texts(each)] if isinstance(node, list) else []

    path = domain_named(name).folder / "phrases.yaml"
    return texts(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else []


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_no_phrase_of_a_domain_is_taken_for_another_language(name: str):
    rng = seeded(1, name, "language")
    for source in phrases(name):
        template = parse(source)
        text = template.render(rng, dict.fromkeys(template.slots, "X1"))
        assert other_language(text, "en") == "", text


def test_it_is_quick():
    texts = [
        f"{ENGLISH} And then, number {number}, I would like to leave." for number in range(200)
    ]
    other_language(texts[0], "en")
    start = process_time()
    for text in texts:
        other_language(text, "en")
    assert (process_time() - start) / len(texts) < 0.002
