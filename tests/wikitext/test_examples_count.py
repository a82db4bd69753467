"""The count: same works, duplicates, both numbers, what is enough: docs/examples.md, third section."""

import pytest

from tests.example_counts import count, listed, policy, told
from tropebot.wikitext.examples import NOTES, list_items

SAME = [
    ("''[[Alien]]''", "''[[Alien]]''", "the same target"),
    ("''[[Alien]]''", "[[alien|the film]]", "first letter and label aside"),
    ("''[[Alien#Plot|Alien]]''", "''[[Alien]]''", "without the section"),
    ("''[[Alien/Recap|Alien]]''", "''[[Alien]]''", "a subpage stands for its base page"),
    ("''Alien''", "''[[Alien]]''", "unlinked text is a link's target"),
    ("''[[Alien]]''", "''Alien''", "in either order"),
    ("''[[Alien (film)|Alien]]''", "''Alien''", "unlinked text is a link's label"),
    ("''Alien''", "''[[Alien (film)|Alien]]''", "in either order"),
    ("''Alien''", '"Alien"', "italics and quotes"),
    ("''ALIEN''", "''Alien''", "letter case"),
    ("''The Matrix''", "''Matrix''", "a leading article"),
    ("''[[The Matrix]]''", "''[[Matrix]]''", "a leading article of a target"),
    ("''A Bug's Life''", "''[[Bug's_Life|x]]''", "underscores"),
    ("''Tom &amp; Jerry''", "''[[Tom & Jerry]]''", "character references"),
    ("''Alien:''", "''Alien''", "a separator in the italics"),
    ("''[[Alien]]: The Film''", "''Alien: The Film''", "a title with a link in it"),
    ("''Élan''", "''E\u0301lan''", "letters put together otherwise"),
]
DIFFERENT = [
    ("''[[Alien (film)|Alien]]''", "''[[Alien (game)|Alien]]''", "two targets are two works"),
    ("''[[Alien]]''", "''[[Aliens]]''", "two targets"),
    ("''Alien''", "''Aliens''", "two texts"),
    ("''[[Alien (film)|Film]]''", "''Alien''", "neither target nor label"),
    ("''Theatre''", "''Atre''", "an article is a word"),
    ("''The''", "''A''", "an article alone is a title"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_the_same_work(one: str, other: str, why: str) -> None:
    answer = listed(f"* {one} one two three\n* {other} four five six")
    assert [entry.reason for entry in answer.entries] == ["", "duplicate"], why
    assert (answer.works, answer.instances) == (1, 2), why


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT)
def test_different_works(one: str, other: str, why: str) -> None:
    assert listed(f"* {one} one two three\n* {other} four five six").works == 2, why


def test_a_duplicate_needs_an_earlier_entry_that_counts() -> None:
    assert told(listed("* ''A''\n* ''A'' b c d")) == ["-no-context", "+A"]


def test_a_repetition_may_give_the_work_another_name() -> None:
    """Unlinked text equals a link whose label it is, also the link of an entry that repeats a work."""
    text = "* ''[[Fall]]'' one two three\n* ''[[Fall|Tumble]]'' four five six\n* ''Tumble'' a b c"
    assert [entry.reason for entry in listed(text).entries] == ["", "duplicate", "duplicate"]


def test_a_repetition_without_a_link_does_not_make_two_targets_one() -> None:
    text = (
        "* ''[[Fall]]'' one two three\n* ''Fall'' four five six\n* ''[[Fall (film)|Fall]]'' a b c"
    )
    assert [entry.reason for entry in listed(text).entries] == ["", "duplicate", ""]


@pytest.mark.parametrize("name", ["spoiler", "Spoiler ", "folder", "tab", "scrollbox"])
def test_a_container_without_parameters_holds_nothing(name: str) -> None:
    assert listed(f"* ''A'' b {{{{{name}}}}} c d").works == 1


REPEATED = [
    ("* ''A'' b c d", 0, "the same text"),
    ("*  ''a''  B c  d", 0, "white space and case aside"),
    ("* ''A'' b c d<ref>x</ref>", 0, "references aside"),
    ("* ''A'' b c d<!-- x -->", 0, "comments aside"),
    ("* ''[[A]]'' b c d", 0, "what is shown is the same"),
    ("* ''A'' b c e", 1, "another text"),
    ("* ''A'' b c d\n** e f g", 1, "another child"),
    ("* ''A'' b c d\n: e f g", 1, "another continuation"),
    ("* ''A''\n** e f g\n** h i j", 2, "two instances"),
]


@pytest.mark.parametrize(("again", "instances", "why"), REPEATED)
def test_a_duplicate_adds_its_instances_unless_it_repeats(
    again: str, instances: int, why: str
) -> None:
    answer = listed(f"* ''A'' b c d\n{again}")
    assert (answer.works, answer.instances) == (1, 1 + instances), why
    assert answer.entries[1].instances == instances, why


def test_text_that_repeats_an_entry_which_does_not_count_adds_nothing() -> None:
    """The second one repeats the first, which is talk; only the third says something new."""
    answer = listed("* ''A'' b c d\n* ''A'' e f g ~~~~\n* ''A'' e f g ~~~~\n* ''A'' e f g")
    assert [entry.instances for entry in answer.entries] == [1, 0, 0, 1]


INSTANCES = [
    ("* ''A'' b c d", 1, "no children"),
    ("* ''A'' b c d\n** e", 1, "none of its children has context"),
    ("* ''A''\n** b c d\n** e f g\n** h", 2, "children with context by themselves"),
    ("* ''A'' x y z\n** b c d", 1, "children count, not the item with them"),
    ("* ''A''\n** b\n**: c d", 1, "a child with its continuation"),
    ("* ''A''\n** b\n*** c d\n** e\n*** f g", 2, "a child with its deeper lines"),
    ("* ''A'' x y z\n** ''B'' ''C'' ''D''", 1, "titles are no context"),
    ("* ''A'' x y z\n** b c d ~~~~\n** e f g ~~~~", 1, "signed children"),
    ("* ''A''", 0, "an entry that does not count"),
]


@pytest.mark.parametrize(("text", "instances", "why"), INSTANCES)
def test_instances(text: str, instances: int, why: str) -> None:
    assert listed(text).instances == instances, why


ENOUGH = [
    ({}, True, "three works"),
    ({"minimum": 4}, False, "three works of four"),
    ({"unit": "instances", "minimum": 4}, True, "four instances"),
    ({"unit": "instances", "minimum": 5}, False, "four instances of five"),
]


@pytest.mark.parametrize(("options", "enough", "why"), ENOUGH)
def test_the_policy_says_which_number_is_enough(
    options: dict[str, object], enough: bool, why: str
) -> None:
    text = "* ''A'' b c d\n* ''B''\n** b c d\n** e f g\n* ''C'' b c d\n* ''D''"
    force = policy(**options)
    answer = listed(text, force=force)
    assert (answer.works, answer.instances, answer.enough) == (3, 4, enough), why
    assert (answer.unit, answer.minimum) == (
        force.policy.examples.unit,
        force.policy.examples.minimum,
    )


EXCLUDED = [
    ("subversions", "Subverted, as it turns out"),
    ("aversions", "Averted, as it turns out"),
    ("inversions", "Inverted, as it turns out"),
]


@pytest.mark.parametrize(("kind", "text"), EXCLUDED)
def test_what_plays_with_the_trope_counts_unless_the_policy_excludes_it(
    kind: str, text: str
) -> None:
    assert told(listed(f"* ''A'': {text}.")) == ["+A"]
    assert told(listed(f"* ''A'': {text}.", force=policy(exclude=[kind]))) == ["-excluded"]
    assert told(listed("* ''Averted Gaze'': b c d.", force=policy(exclude=["aversions"]))) == [
        "+Averted Gaze"
    ]


def test_notes_are_in_one_order() -> None:
    text = "== Film ==\n* x\n{{examples}}\n{{/Film}}\n * y\n* z\n** ''A''"
    notes = count(text).notes
    assert list(notes) == [note for note in NOTES if note in notes]
    assert len(notes) == 4


def test_a_preloads_items_are_read_from_its_text() -> None:
    text = "intro\n* one <!-- x -->\n** ''two''\n*: three\n# four\n: five\n*"
    assert list_items(text) == (" one <!-- x -->", " ''two''", " four", "")


BEYOND = [
    ("".join(f"* ''A{n}'' b c d\n" for n in range(10_001)), "entries"),
    ("* ''A'' b c d\n" * 10_001, "entries that are all the same"),
    ("* ''A''\n" + "".join(f"** b {n}\n" for n in range(15_000)), "different lines"),
    ("* " + "''A'' " * 10_001, "titles in one line"),
    ("{{x}}" * 20_001, "templates"),
    ("[[x]]\n" * 40_001, "links"),
    ("<b>" * 100_001, "tags"),
    ("\n" * 200_001, "lines"),
]


@pytest.mark.heavy
@pytest.mark.parametrize("text", [text for text, _ in BEYOND], ids=[why for _, why in BEYOND])
def test_a_page_beyond_all_bounds_is_not_counted_in_part(text: str) -> None:
    complete = "".join(f"* ''Work {n}'' one two three\n" for n in range(3))
    answer = listed(complete + text)
    assert (answer.works, answer.instances, answer.entries) == (0, 0, ())
    assert (answer.enough, answer.notes) == (False, ("too-many-entries",))


@pytest.mark.heavy
def test_a_long_list_within_bounds_is_counted() -> None:
    answer = listed("".join(f"* ''A{n}'' b c d\n" for n in range(5_000)))
    assert (answer.works, answer.notes) == (5_000, ())
