"""How many words a description has: what readers see, and nothing else."""

import pytest

from tests.in_force import in_force
from tropebot.wikitext.prose import description_words

FORCE = in_force("demo")
OPENERS = FORCE.templates(("examples",))
ROWS = [
    (
        "{{trope}}\nA dog falls from a great height.\n{{examples}}\n* ''Film'': it falls.",
        7,
        "as it should be",
    ),
    (
        "{{trope}}\n{{examples}}\n* ''[[Film]]'': a dog falls there.",
        0,
        "examples are no description",
    ),
    ("", 0, "nothing"),
    ("One two three", 3, "no examples yet"),
    ("One two\n== Examples ==\nthree", 2, "a heading ends it"),
    ("One two {{examples}} three", 2, "the opener ends it in a line"),
    ("<!-- Describe the trope here. -->One", 1, "a comment is no text"),
    ("<nowiki>One two</nowiki> three", 1, "what is shielded is not read"),
    ("One [[Falling Dog|two]] [[three]]", 3, "of a link what it shows"),
    ("[[File:Dog.png|thumb|A dog, falling]] One", 1, "a picture is none"),
    ("[[Category:Falling dogs]] One [[:Category:Two]]", 3, "nor a category, but a link to it is"),
    ("{{quote|It falls and falls.|Ada}} One", 1, "nor what a template holds"),
    ("One<br />two <b>three</b>", 3, "tags are no words"),
    ("The dog’s fall isn't it", 5, "an apostrophe divides no word"),
    ("'''One''' ''two''", 2, "bold and italic"),
    ("<!-- {{examples}} -->One two {{Examples}}", 2, "an opener in a comment opens nothing"),
    (
        "<!-- A long comment. -->One {{examples}} two three four five",
        1,
        "places are the page's own",
    ),
    ("{{quote|[[a]] b}} One [[two]] {{x}} three", 3, "links within templates"),
    ("[[Falling Dog|a]]", 1, "a letter is a word"),
    ("One [[ :Category:Two]]", 3, "a space before the colon of a link"),
    ("[[one {{two|[[three]]}} four", 2, "what is never closed is text"),
]


@pytest.mark.parametrize(("text", "words", "why"), ROWS)
def test_words_of_description(text: str, words: int, why: str) -> None:
    document = FORCE.document(text, FORCE.title("Trope Workshop:Foo"))
    assert description_words(document, OPENERS) == words, why
