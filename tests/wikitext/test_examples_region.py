"""Where examples are looked for: docs/examples.md, first section."""

import pytest

from tests.example_counts import count, listed, policy, told

GOOD = "* ''[[Alien]]'': the cat gets out alive."
ALIEN = ["+Alien"]

OPENS = [
    ("{{examples}}", "a template of the policy"),
    ("{{Examples}}", "its first letter in the other case"),
    ("{{ examples }}", "white space round its name"),
    ("{{examples|film=yes}}", "with parameters"),
    ("{{tropelist}}", "the other template of the policy"),
    ("{{trope list}}", "a redirect counts as its target"),
    ("{{Trope_list}}", "underscores are spaces"),
    ("{{Template:Examples}}", "the namespace written out"),
    ("{{exam<!-- x -->ples}}", "a comment within the name"),
    ("== Examples ==", "a heading"),
    ("==Examples:==", "a heading with a colon"),
    ("=== ''[[Examples]]'' ===", "italics and links are ignored"),
    ("== EXAMPLES ==", "letter case is ignored"),
    ("== Examples == <!-- here -->", "a comment behind a heading"),
    ("<h2>Examples</h2>", "a heading as a tag"),
    ("== Examples of Cat Saves the Day ==", "examples of …"),
    ("Examples of Cat Saves the Day include:", "a whole line: examples of … include"),
    ("Examples of '''{{PAGENAME}}''':", "the page's name by a magic word"),
    ("Examples of {{PAGENAME}} include:", "a magic word in the middle"),
    ("Examples of this trope:", "a whole line: examples of …"),
    ("Examples of this trope", "examples of … needs no colon"),
    ("Examples include:", "a whole line: examples include"),
    ("Examples include", "examples include needs no colon"),
    ("Examples:", "bare, with a colon"),
    ("'''Examples'''", "bare, in bold"),
    ("'''Examples:'''", "bare, in bold, the colon in it"),
    ("'''Examples''':", "bare, in bold, the colon behind"),
    ("<b>Examples</b>", "bare, in bold as a tag"),
    ("'''''Examples'''''", "bare, in bold and italics"),
    ("''Examples'':", "italics are ignored"),
    ("; Examples", "a label"),
    ("{{folder|title=Examples|content=}}", "the title of a folder"),
    ("<noinclude>{{examples}}</noinclude>", "inclusion tags are taken out"),
    ("{{box|content={{examples}}}}", "in a container template"),
]


@pytest.mark.parametrize(("opener", "why"), OPENS)
def test_an_opener_begins_the_region(opener: str, why: str) -> None:
    answer = count(f"* ''Early'': this is not counted.\n{opener}\n{GOOD}")
    assert told(answer) == ALIEN, why
    assert answer.notes == (), why


DOES_NOT_OPEN = [
    ("Examples", "bare, neither heading nor bold nor colon"),
    ("''Examples''", "bare, in italics only"),
    ("Some examples include:", "a line that reads otherwise"),
    ("For examples of this, look below.", "prose"),
    ("Examples of this are rare. Do add some.", "several sentences are prose"),
    ("* Examples:", "a list item is not a whole line"),
    ("Examples: none yet", "more than the word stands on the line"),
    ("== Example ==", "not the plural"),
    ("== Other examples ==", "a heading that reads otherwise"),
    ("<!-- {{examples}} -->", "in a comment"),
    ("<nowiki>{{examples}}</nowiki>", "in nowiki"),
    ("{{tl|examples}}", "only named"),
    ("{{box2|{{examples}}}}", "in the parameter of a template that is no container"),
    ("{{#if:1|{{examples}}}}", "in a parser function"),
    ("<includeonly>{{examples}}</includeonly>", "not shown on the page itself"),
    ("{{examples", "never closed"),
    ("{{subst:examples}}", "text on a saved page"),
    ("<ref>{{examples}}</ref>", "in a reference"),
    ("{{:examples}}", "a page of the main namespace"),
    ("&#123;&#123;examples}}", "character references never make markup"),
    ("&#61;&#61; Examples &#61;&#61;", "character references never make a heading"),
    ("== Examples ==x", "no heading for MediaWiki"),
]


@pytest.mark.parametrize(("line", "why"), DOES_NOT_OPEN)
def test_what_is_no_opener_begins_nothing(line: str, why: str) -> None:
    answer = count(f"{line}\n{GOOD}")
    assert (answer.entries, answer.notes) == ((), ("no-examples-section",)), why
    assert (answer.works, answer.instances, answer.enough) == (0, 0, False), why


MEDIA = [
    ("== Film ==", "a heading that names a medium"),
    ("== [[Film]] ==", "linked"),
    ("== [[Film|Movies]] [[Film]] ==", None),
    ("=== '''film:''' ===", "bold, another case, a colon"),
    ("'''Film'''", "a bold line"),
    ("'''[[Film]]''':", "a bold linked line with a colon"),
    (";Film", "a definition term"),
    ("{{folder|title=[[Film]]|content=}}", "the title of a folder"),
    ("{{folder|Film}}", "its other parameter"),
    ("<tabber>\nFilm=\n</tabber>", "the title of a tab"),
    ("<tabber>\n|-|Film=\n</tabber>", "the title of a tab behind a separator"),
    ('<tabs><tab name="Film"></tab></tabs>', "the title of a tab in the other extension"),
    ("== Anime &amp; Manga ==", "character references are decoded"),
    ("== Filmography ==", None),
    ("Film", None),
    ("''Film''", None),
    ("* Film", None),
    ("Film is the '''Film''' of films", None),
]


@pytest.mark.parametrize(("line", "why"), MEDIA)
def test_without_an_opener_the_first_medium_begins_the_region(line: str, why: str | None) -> None:
    answer = count(f"* ''Early'': this is not counted.\n{line}\n{GOOD}")
    if why is None:
        assert answer.notes == ("no-examples-section",)
    else:
        assert (told(answer), answer.notes) == (ALIEN, ()), why


def test_an_opener_further_down_wins_over_a_medium() -> None:
    answer = count(f"== Film ==\n* ''Early'': this is not counted.\n== Examples ==\n{GOOD}")
    assert (told(answer), answer.notes) == (ALIEN, ("bullets-before-opener",))


def test_the_first_opener_counts() -> None:
    text = f"{{{{examples}}}}\n{GOOD}\n== Examples ==\n* ''Aliens'': the cat stays."
    assert told(count(text)) == ["+Alien", "+Aliens"]


BEFORE = [
    ("== Film ==\n* x", True, "under a heading that names a medium"),
    ("'''Film'''\n* x", True, "under a label that names a medium"),
    ("== Film ==\n# x", True, "a numbered item"),
    ("== Film ==\n<ul><li>x</li></ul>", True, "an item as a tag"),
    ("== Film ==\n=== Old ===\n* x", True, "under a heading below it"),
    ("== Film ==\n== Uses ==\n* x", False, "under the next heading"),
    ("'''Film'''\n'''Uses'''\n* x", False, "under the next label"),
    ("'''Film'''\n== Uses ==\n* x", False, "under a heading after the label"),
    ("Common forms are:\n* x", False, "in the description"),
    ("== See also ==\n* x", False, "under another heading"),
    ("== Film ==\nx", False, "no item"),
    ("== Film ==\n * x", False, "a line with a space is no item"),
]


@pytest.mark.parametrize(("before", "noted", "why"), BEFORE)
def test_items_before_the_opener_never_count(before: str, noted: bool, why: str) -> None:
    answer = count(f"{before}\n{{{{examples}}}}\n{GOOD}")
    assert told(answer) == ALIEN, why
    assert ("bullets-before-opener" in answer.notes) is noted, why


SECTIONS = [
    (
        "== Uses ==\n* ''B'': one two three.",
        ["+B"],
        "headings of other names do not end the region",
    ),
    ("== See also ==\n* ''B'': one two three.", [], "a section that is skipped"),
    ("== [[See also|See Also]]: ==\n* ''B'': one two three.", [], "compared without link and case"),
    (
        "== See also ==\n=== Film ===\n* ''B'': one two three.",
        [],
        "up to the same or a higher level",
    ),
    ("== See also ==\n'''Film'''\n* ''B'': one two three.", [], "a label does not end a section"),
    ("== See also ==\n* x\n== Film ==\n* ''B'': one two three.", ["+B"], "the same level"),
    ("=== See also ===\n* x\n== Film ==\n* ''B'': one two three.", ["+B"], "a higher level"),
    ("'''See also'''\n* ''B'': one two three.", [], "a label that is skipped"),
    (";References\n* ''B'': one two three.", [], "a definition term that is skipped"),
    ("{{folder|title=Trivia|content=\n* ''B'': one two three.\n}}", [], "a folder that is skipped"),
    ("'''Notes'''\n* x\n'''Film'''\n* ''B'': one two three.", ["+B"], "up to the next label"),
    ("'''Notes'''\n* x\n=== Film ===\n* ''B'': one two three.", ["+B"], "up to the next heading"),
    ("'''Notes'''\n* x\n\n* ''B'': one two three.", [], "a blank line ends no label"),
    ("'''Notes'''\n* Film\n* ''B'': one two three.", [], "a bullet in a skipped list is no label"),
    ("== External links ==\n* ''B'': one two three.", [], "external links"),
    ("== Related tropes ==\n* ''B'': one two three.", [], "related tropes"),
    ("== Subtropes ==\n* ''B'': one two three.", [], "subtropes"),
    ("== Discussion ==\n* ''B'': one two three.", [], "discussion"),
    ("== Gallery ==\n* ''B'': one two three.", [], "gallery"),
    ("== See also Film ==\n* ''B'': one two three.", ["+B"], "a heading that reads otherwise"),
    ("See also\n* ''B'': one two three.", ["+B"], "plain text is no label"),
    ("== Real Life ==\n* ''B'': one two three.", ["+B"], "real life counts like any other"),
]


@pytest.mark.parametrize(("text", "expected", "why"), SECTIONS)
def test_sections_of_the_region(text: str, expected: list[str], why: str) -> None:
    assert told(listed(f"{GOOD}\n{text}")) == [*ALIEN, *expected], why


REAL_LIFE = [
    ("{{no real life}}", "== Real Life ==", [], "the template stands on the page"),
    ("{{No_real life|why}}", "'''Real Life:'''", [], "a label"),
    ("{{no real life}}", "* Real Life\n*", [], "a bullet that is a label"),
    ("{{x|{{no real life}}}}", "== Real life ==", [], "in doubt it is there"),
    ("<!-- {{no real life}} -->", "== Real Life ==", ["+B"], "in a comment"),
    ("{{tl|no real life}}", "== Real Life ==", ["+B"], "only named"),
    ("{{no real life}}", "== Real Life Inspired ==", ["+B"], "another section"),
]


@pytest.mark.parametrize(("template", "section", "expected", "why"), REAL_LIFE)
def test_real_life_is_skipped_where_the_page_bans_it(
    template: str, section: str, expected: list[str], why: str
) -> None:
    glue = "" if section.endswith("*") else "\n"
    text = f"{template}\n{{{{examples}}}}\n{GOOD}\n{section}{glue}* ''B'': one two three."
    assert told(count(text)) == [*ALIEN, *expected], why


NOT_CONTENT = [
    ("<!--\n* ''B'': one two three.\n-->", "a comment"),
    ("<!--\n* ''B'': one two three.", "a comment that is never closed runs to the end"),
    ("<nowiki>\n* ''B'': one two three.\n</nowiki>", "nowiki"),
    ("<pre>\n* ''B'': one two three.\n</pre>", "pre"),
    ("<pre>\n* ''B'': one two three.", "pre that is never closed"),
    ("<syntaxhighlight lang=\"x\">\n* ''B'': one two three.\n</syntaxhighlight>", "highlighting"),
    ("<gallery>\n* ''B'': one two three.\n</gallery>", "a gallery"),
    ("<includeonly>\n* ''B'': one two three.\n</includeonly>", "includeonly"),
    ("<ref>\n* ''B'': one two three.\n</ref>", "a reference"),
    ("<references>\n<ref name=x>* ''B'': one two three.</ref>\n</references>", "references"),
    ("<s>\n* ''B'': one two three.\n</s>", "struck out"),
    ("<strike>\n* ''B'': one two three.\n</strike>", "struck out"),
    ("<del>\n* ''B'': one two three.\n</del>", "struck out"),
    ("<S>\n* ''B'': one two three.\n", "struck out and never closed"),
    ("{{quote|\n* ''B'': one two three.\n}}", "a template's parameter"),
    ("{{#if:1|\n* ''B'': one two three.\n}}", "a parser function's parameter"),
    ("{{{1|\n* ''B'': one two three.\n}}}", "a parameter's default"),
    ("{{box|other=\n* ''B'': one two three.\n}}", "a container's parameter that is not content"),
    ("{|\n|* ''B'': one two three.\n|}", "a table cell's first line is not at a line's start"),
    ("[[File:x.jpg|thumb|\n* ''B'': one two three.\n]]", "a file's caption"),
    ("&#42; ''B'': one two three.", "a character reference never makes an item"),
    (": ''B'': one two three.", "an indented line is no item"),
    ("<div>* ''B'': one two three.</div>", "an asterisk behind a tag"),
    ("<nowiki/>* ''B'': one two three.", "an asterisk behind nowiki"),
    ("{{anchor}}* ''B'': one two three.", "an asterisk behind a template"),
    ("----* ''B'': one two three.", "an asterisk behind a rule"),
]


@pytest.mark.parametrize(("text", "why"), NOT_CONTENT)
def test_what_is_not_content_holds_no_entries(text: str, why: str) -> None:
    assert told(listed(f"{GOOD}\n\n{text}")) == ALIEN, why


CONTENT = [
    ("<noinclude>\n* ''B'': one two three.\n</noinclude>", "noinclude"),
    ("<onlyinclude>* ''B'': one two three.</onlyinclude>", "the tags are taken out first"),
    ("<!-- x -->* ''B'': one two three.", "a comment is taken out first"),
    ("<!-- x\n-->* ''B'': one two three.", "a comment over two lines is taken out first"),
    ("<includeonly>x</includeonly>* ''B'': one two three.", "what is not shown is taken out first"),
    ("{|\n|\n* ''B'': one two three.\n|}", "a table cell"),
    ("<div>\n* ''B'': one two three.\n</div>", "a div"),
    ("<blockquote>\n* ''B'': one two three.\n</blockquote>", "a quotation"),
    ("<tabber>\nx=\n* ''B'': one two three.\n</tabber>", "a tab"),
    ("<tabs><tab name='x'>* ''B'': one two three.</tab></tabs>", "a tab of the other extension"),
    ("{{folder|title=x|content=\n* ''B'': one two three.\n}}", "a folder"),
    ("{{folder|x|* ''B'': one two three.}}", "a folder with bare parameters"),
    ("{{folder|content=* ''B'': one two three.|title=x}}", "its parameters in the other order"),
    ("{{folder|x|\n== y ==\n* ''B'': one two three.\n}}", "a heading names no parameter"),
    (
        "{{folder|x|\n<tabber>\ny=\n* ''B'': one two three.\n|-|\nz=\n</tabber>\n}}",
        "a tabber's own equals signs and bars",
    ),
    (
        "{{folder|x|<tabs><tab name='y'>* ''B'': one two three.</tab></tabs>}}",
        "an attribute of a tab",
    ),
    (
        "<tabber>\nx={{folder|y|content=\n* ''B'': one two three.\n}}\n</tabber>",
        "a folder in a tab",
    ),
    ("{{folder|x|\n== y | z ==\n* ''B'': one two three.\n}}", "a bar in a heading parts nothing"),
    ("{{folder|x|\n== y }}\n* ''B'': one two three.\n}}", "braces in a heading close nothing"),
    ("{{folder|title=x|content={{box|content=\n* ''B'': one two three.\n}}}}", "nested containers"),
    ("{{tabs|name1=x|tab1=* ''B'': one two three.|name2=y|tab2=}}", "numbered parameters"),
    ("{{spoiler|\n* ''B'': one two three.\n}}", "a text template"),
    ("<nowiki>\n* ''B'': one two three.", "nowiki that is never closed is text"),
    ("<ref>\n* ''B'': one two three.", "a reference that is never closed is text"),
    ("{{quote|\n* ''B'': one two three.", "a template that is never closed is text"),
    ("# ''B'': one two three.", "a numbered item"),
    ("*''B'': one two three.", "no space behind the asterisk"),
    ("* {{anchor|b}} ''B'': one two three.", "a template within the item"),
    ("* ''B'': one two three. <!-- unclosed", "a comment that begins behind it"),
]


@pytest.mark.parametrize(("text", "why"), CONTENT)
def test_what_is_content_holds_entries(text: str, why: str) -> None:
    assert told(listed(f"{GOOD}\n\n{text}")) == [*ALIEN, "+B"], why


NOTES = [
    ("{{/Film}}", ("examples-on-subpages",), "a subpage"),
    ("{{:Trope Workshop:Cat Saves the Day/Film}}", ("examples-on-subpages",), "its full title"),
    ("{{:Cat Saves the Day/Film}}", ("examples-on-subpages",), "its later title"),
    ("{{{{FULLPAGENAME}}/Film}}", ("examples-on-subpages",), "a magic word"),
    ("== See also ==\n{{/Film}}", ("examples-on-subpages",), "anywhere inside the region"),
    ("{{:Other/Film}}", (), "another page's subpage"),
    ("<!-- {{/Film}} -->", (), "in a comment"),
    ("{{x|{{/Film}}}}", (), "in a parameter"),
    (" * ''B'': one two three.", ("indented-bullet",), "white space before the asterisk"),
    ("\t* ''B'': one two three.", ("indented-bullet",), "a tab before the asterisk"),
    ("  plain text", (), "no asterisk"),
    ("== See also ==\n * x", (), "in a skipped section"),
    ("{|\n|-\n| ''B'' || one two three\n|}", (), "a table beside a list"),
    ("* One\n** ''B'': one two three", ("works-in-children",), "works stand one level too deep"),
    ("* One\n** two three", (), "no works at all"),
]


@pytest.mark.parametrize(("text", "notes", "why"), NOTES)
def test_notes_on_the_region(text: str, notes: tuple[str, ...], why: str) -> None:
    assert listed(f"{GOOD}\n{text}").notes == notes, why


NO_LIST = [
    ("{|\n|-\n| ''B'' || one two three\n|}", True, "rows of a table"),
    ("{|\n! Work !! How\n|}", True, "a row of headers"),
    ("<table><tr><td>''B''</td></tr></table>", True, "rows as tags"),
    ("; ''B'' : one two three", True, "a definition list on one line"),
    ("; ''B''\n: one two three", True, "a definition list on two lines"),
    ("{|\n|}", False, "a table without rows"),
    ("; Film", False, "a label"),
    ("; Film:", False, "a label with a colon"),
    (": one two three", False, "an indented line"),
    ("Text.", False, "plain text"),
    ("== See also ==\n{|\n|-\n| x\n|}", False, "in a skipped section"),
    ("{|\n|-\n| x\n|}\n* x", False, "there is an item"),
    ("; ''B'' : one\n<li>x", False, "there is an item as a tag"),
    ("| x", False, "a bar outside a table"),
]


@pytest.mark.parametrize(("text", "noted", "why"), NO_LIST)
def test_examples_that_are_not_in_a_list(text: str, noted: bool, why: str) -> None:
    assert ("examples-not-in-list" in listed(text).notes) is noted, why


def test_an_empty_region_is_a_region() -> None:
    answer = count("{{examples}}")
    assert (answer.entries, answer.notes, answer.works) == ((), (), 0)


def test_real_life_can_be_excluded() -> None:
    text = f"{GOOD}\n== Real Life ==\n* ''B'': one two three."
    assert told(listed(text, force=policy(exclude=["real_life"]))) == [*ALIEN, "-excluded"]


def test_the_policys_words_are_used() -> None:
    force = policy(openers=["cases"], media=["Opera"], not_examples=["Elsewhere"])
    text = "{{cases}}\n* ''A'': one two three.\n== Elsewhere ==\n* ''B'': one two three."
    assert told(count(text, force=force)) == ["+A"]
    assert told(count("{{examples}}\n== Opera ==\n* ''A'': one two three.", force=force)) == ["+A"]
    assert count("{{examples}}\n* ''A'': one two three.", force=force).entries == ()
