"""Other languages and a wiki's own words: all there, counted as people count, unable to break a message."""

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.i18n import Wording, message, texts, wording
from tropebot.i18n.choices import decided, filled
from tropebot.i18n.fallbacks import chain
from tropebot.i18n.overrides import LONGEST, override_problem

EN = texts("en")
DE = texts("de")
PARAMETER = re.compile(r"\$[1-9]")
COUNTED = re.compile(r"\{\{PLURAL:(\$[1-9])")


def test_german_is_complete() -> None:
    assert sorted(EN.keys() - DE.keys()) == []
    assert sorted(DE.keys() - EN.keys()) == []


def test_german_uses_the_same_parameters() -> None:
    wrong = [
        key for key in EN if {*PARAMETER.findall(EN[key])} != {*PARAMETER.findall(DE.get(key, ""))}
    ]
    assert wrong == []


@pytest.mark.parametrize("key", sorted(EN.keys() & DE.keys()))
def test_a_translation_closes_what_it_opens(key: str) -> None:
    """The same check that a wiki's own words must pass; paragraphs are for pages of the bot's own."""
    one_line = DE[key].replace("\n", " ")
    one_line = one_line.replace("* [[", "[[") if key.startswith("setup-") else one_line
    assert override_problem(key, one_line, EN[key]) == ""


def test_german_has_german_quotation_marks() -> None:
    wrong = [key for key, text in DE.items() if "”" in text or text.count("„") != text.count("“")]
    assert wrong == []


def test_the_german_file_is_as_mediawiki_keeps_it() -> None:
    text = files("tropebot.i18n").joinpath("de.json").read_text("utf-8")
    table = json.loads(text)
    assert list(table) == ["@metadata", *sorted(table.keys() - {"@metadata"})]
    assert text == json.dumps(table, indent=4, ensure_ascii=False) + "\n"


POLISH = "{{PLURAL:$1|strona|strony|stron}}"
NONE = "{{PLURAL:$1|0=no pages|12=a dozen|one page|$1 pages}}"
PLURALS = [
    ("pl", POLISH, "1", "strona", "one"),
    ("pl", POLISH, "3", "strony", "few"),
    ("pl", POLISH, "13", "stron", "many"),
    ("pl", POLISH, "22", "strony", "few again"),
    ("ar", "{{PLURAL:$1|0|1|2|few|many|other}}", "2", "2", "Arabic has six forms"),
    ("ar", "{{PLURAL:$1|0|1|2|few|many|other}}", "11", "many", "and counts hundreds anew"),
    ("ja", "{{PLURAL:$1|ページ}}", "7", "ページ", "Japanese does not count"),
    ("fr", "{{PLURAL:$1|page|pages}}", "0", "page", "nothing is one in French"),
    ("de", "{{PLURAL:$1|Seite|Seiten}}", "0", "Seiten", "and many in German"),
    ("en", NONE, "0", "no pages", "a form for just this number"),
    ("en", NONE, "12", "a dozen", "wherever it stands"),
    ("en", NONE, "1", "one page", "the others keep their places"),
    ("en", NONE, "13", "13 pages", "with parameters in them"),
    ("en", "{{PLURAL:$1|page|pages}}", "1,001", "pages", "thousands are set apart"),
    ("en", "{{PLURAL:$1|page|pages}}", "1.0", "pages", "1.0 pages, as CLDR says"),
    ("en", "{{plural:$1|page|pages}}", "1", "page", "in small letters too"),
    ("en", "{{PLURAL:$1|page|pages}}", "some", "pages", "no number at all"),
    ("pl", "{{PLURAL:$1|strona|strony}}", "5", "strony", "fewer forms than the language has"),
    ("tlh", "{{PLURAL:$1|a|b}}", "1", "a", "a language that nobody has counted in"),
    ("de-formal", "{{PLURAL:$1|a|b}}", "1", "a", "a variant counts as its language"),
    (
        "en",
        "{{PLURAL:$1|{{GENDER:x|he|she|they}}|all}}",
        "1",
        "she",
        "a choice in a choice",
    ),
    ("en", "{{PLURAL:$1|[[a|b]]|c}}", "1", "[[a|b]]", "the bar of a link parts no forms"),
    ("en", "{{PLURAL:$1|{{tl|x}}|c}}", "1", "{{tl|x}}", "nor that of a template"),
]


@pytest.mark.parametrize(("language", "text", "number", "said", "why"), PLURALS)
def test_plurals(language: str, text: str, number: str, said: str, why: str) -> None:
    assert filled(text, [number], language=language, gender="female") == said, why


LEFT = ["{{PLURAL:$1|a|b", "{{PLURAL:$1", "{{plurals:$1|a|b}}", "{{tl|x}}", "}}"]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_choice_stays_as_it_is(text: str) -> None:
    assert decided(text, ["1"], language="en") == text


@given(st.text(alphabet="{}|$1PLURAL:GENDER[]x=0", max_size=80))
def test_no_text_breaks_a_choice(text: str) -> None:
    filled(text, ["1", "2"], language="de")


GENDERS = [
    ("{{GENDER:$1|his|hers}}", "", "his", "with two forms the first serves, as in MediaWiki"),
    ("{{GENDER:$1|his|hers}}", "female", "hers", ""),
    ("{{GENDER:$1|his|hers|theirs}}", "unknown", "theirs", ""),
    ("{{GENDER:$1|theirs}}", "female", "theirs", ""),
]


@pytest.mark.parametrize(("text", "gender", "said", "why"), GENDERS)
def test_genders(text: str, gender: str, said: str, why: str) -> None:
    assert filled(text, ["Ada"], language="en", gender=gender) == said, why


CHAINS = [
    ("de-at", "de", "a variant"),
    ("als", "de", "a dialect, over another one"),
    ("de-formal", "de", "a variant that is no country"),
    ("sv", "en", "a language that nobody has translated"),
    ("", "en", "none at all"),
]


@pytest.mark.parametrize(("language", "spoken", "why"), CHAINS)
def test_a_language_falls_back(language: str, spoken: str, why: str) -> None:
    assert chain(language)[-1] == "en"
    said = message("correction-title", language=language)
    assert said == texts(spoken)["correction-title"], why


# A wiki's own words.

OWN = [
    ("notice-greeting", "Hi $1! A robot writes.", "Hi Ada! A robot writes."),
    ("notice-greeting", "Ahoy {{GENDER:$1|Sir|Madam|$1}}.", "Ahoy Madam."),
    ("notice-greeting", "  '''Hello''' $1.\n", "'''Hello''' Ada."),
    ("notice-greeting", "{{Robot}} Hello.", "{{Robot}} Hello."),
]


@pytest.mark.parametrize(("key", "text", "said"), OWN)
def test_a_wikis_own_words_are_said(key: str, text: str, said: str) -> None:
    spoken, unsaid = wording("de", {key: text})
    assert message(key, "Ada", language=spoken, gender="female") == said
    assert unsaid == {}


BROKEN = [
    ("notice-greeting", "", "nothing"),
    ("notice-greeting", " - ", "MediaWiki's way to switch a message off"),
    ("notice-greeting", "x" * (LONGEST + 1), "no end"),
    ("notice-greeting", "Hello $2", "a parameter that there is not"),
    ("notice-greeting", "Hello {{PLURAL:$1|a|b", "a choice that nobody closed"),
    ("notice-greeting", "Hello {{Robot", "nor this template"),
    ("notice-greeting", "Hello [[User:$1", "nor this link"),
    ("notice-greeting", "Hello <!-- $1", "the rest of the message would be hidden"),
    ("notice-greeting", "Hello <nowiki>$1", "our signature would not be one"),
    ("notice-greeting", "Hello ~~~~", "two signatures"),
    ("notice-greeting", "Hello {{ subst:x }}", "what is substituted is not what we wrote"),
    ("notice-title", "a\n== b ==", "a heading of one's own"),
    ("notice-item", "A page: $2", "we would not know our message again"),
]


@pytest.mark.parametrize(("key", "text", "why"), BROKEN)
def test_words_that_cannot_be_said_fall_back(key: str, text: str, why: str) -> None:
    spoken, unsaid = wording("de", {key: text, "no-such-key": text})
    assert list(unsaid) == [key], why
    given_ = ("Ada", "b")
    assert message(key, *given_, language=spoken) == message(key, *given_, language="de")


@given(st.text(max_size=60))
def test_what_is_put_into_a_wikis_words_stays_what_it_is(value: str) -> None:
    spoken = Wording("en", {"notice-greeting": "<$1>"})
    assert message("notice-greeting", value, language=spoken) == f"<{value}>"
