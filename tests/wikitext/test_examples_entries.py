"""What an entry is, which work it names, whether it has context: docs/examples.md, second section."""

import pytest

from tests.example_counts import count, listed, policy, told

LIST_ITEMS = [
    ("* ''A'': one two three.", [(2, "A", 1)], "an asterisk"),
    ("# ''A'': one two three.", [(2, "A", 1)], "a number sign"),
    ("<li>''A'': one two three.</li>", [(2, "A", 1)], "an item as a tag"),
    ("<ul><li>''A'': one two three.</li></ul>", [(2, "A", 1)], "in a list as a tag"),
    ("<UL>\n<LI class='x'>''A'': one two three.\n</UL>", [(3, "A", 1)], "tags in any case"),
    ("<ul><li>''A'': b c d<li>''B'': b c d</ul>", [(2, "A", 1), (2, "B", 1)], "never closed"),
    ("<li>\n''A'': one two three.</li>", [(2, "A", 1)], "its text on the next line"),
    ("*\n* ''A'': one two three.", [(2, "", 0), (3, "A", 1)], "an empty item is an entry too"),
    ("** ''A'': one two three.", [(2, "A", 1)], "a deep item with none above it"),
    ("** ''A'': b c d\n** ''B'': b c d", [(2, "A", 1), (3, "B", 1)], "deep ones are siblings"),
    ("*** ''A'': b c d\n** ''B'': b c d", [(2, "A", 1), (3, "B", 1)], "a deeper one first"),
    ("** ''A'': b c d\n* ''B'': b c d", [(2, "A", 1), (3, "B", 1)], "then one of the first level"),
    (
        "* ''A'': b c d\n== Film ==\n** ''B'': b c d",
        [(2, "A", 1), (4, "B", 1)],
        "none above it under its heading",
    ),
    ("* ''A'':\n** b c d\n** e f g", [(2, "A", 2)], "two children"),
    ("* ''A'':\n## b c d\n## e f g", [(2, "A", 2)], "children with another first character"),
    ("# ''A'':\n#* b c d\n*# e f g", [(2, "A", 2)], "children with mixed characters"),
    ("* ''A'':\n\n** b c d\n\n** e f g", [(2, "A", 2)], "blank lines do not part them"),
    ("* ''A'':\n*** b c d\n*** e f g", [(2, "A", 2)], "the next level that is there"),
    ("* ''A'':\n** b\n*** c\n*** d", [(2, "A", 1)], "deeper lines belong to the child above"),
    (
        "* ''A'':\n** b\n** c\n** d",
        [(2, "A", 1)],
        "no child has context by itself, together they do",
    ),
    ("* ''A'':\n:* b c d\n** e f g", [(2, "A", 1)], "an indented line is no child"),
    ("<ul><li>''A'':<ul><li>b c d</li><li>e f g</li></ul></li></ul>", [(2, "A", 2)], "inner tags"),
    ("* ''A'': <ul><li>b c d</li><li>e f g</li></ul>", [(2, "A", 2)], "tags in an item"),
    (
        "* ''A'': b c d\n<ul><li>''B'': b c d</li></ul>",
        [(2, "A", 1), (3, "B", 1)],
        "tags on the next line are a list of their own",
    ),
    (
        "<ul><li>''A'':\n* b c d\n* e f g\n</li></ul>",
        [(2, "A", 2)],
        "asterisks within a tag's item",
    ),
    (
        "* ''A'' <ul>\n<li>''B'': b c d</li>\n</ul>",
        [(2, "A", 0), (3, "B", 1)],
        "a list as a tag does not reach over the item's line",
    ),
    ("* Film\n** ''A'': b c d\n** ''B'': b c d", [(3, "A", 1), (4, "B", 1)], "a medium is a label"),
    ("* '''[[Film]]''':\n** ''A'':\n*** b c d", [(3, "A", 1)], "the label's look does not matter"),
    (
        "* Film\n** ''A'': b c d\n* ''B'': b c d",
        [(3, "A", 1), (4, "B", 1)],
        "a first-level item after a label's",
    ),
    ("* Film buffs\n** ''A'': b c d", [(2, "", 0)], "a bullet that says more is no label"),
    ("*Film", [], "a label without items"),
    ("{|\n| x\n|}\n* ''A'': b c d", [(5, "A", 1)], "an item behind a table"),
    ("a\r\n* ''A'': b c d", [(3, "A", 1)], "lines as another system ends them"),
    ("<!--\n\n-->\n* ''A'': b c d", [(5, "A", 1)], "lines of the page, comments included"),
    ("{{x|\n\n}}\n* ''A'': b c d", [(5, "A", 1)], "lines of the page, templates included"),
    ("<div\nid=x>\n* ''A'': b c d", [(4, "A", 1)], "lines of the page, tags included"),
    ("{{folder|x|\n* ''A'': b c d\n}}\n* ''B'': b c d", [(3, "A", 1), (5, "B", 1)], "and folders"),
]


@pytest.mark.parametrize(("text", "expected", "why"), LIST_ITEMS)
def test_entries_with_line_work_and_instances(
    text: str, expected: list[tuple[int, str, int]], why: str
) -> None:
    entries = listed(text).entries
    assert [(entry.line, entry.work, entry.instances) for entry in entries] == expected, why


NO_ITEMS = [
    (" * ''A'': one two three.", "white space before the asterisk"),
    (": ''A'': one two three.", "an indented line"),
    (":* ''A'': one two three.", "an indented asterisk"),
    ("; ''A'': one two three.", "a definition term"),
    ("''A'': one two three.", "a paragraph"),
    ("*: ''A'': one two three.", "a continuation of nothing"),
    ("<dl><dd>''A'': one two three.</dd></dl>", "a definition as a tag"),
    ("&lt;li&gt;''A'': one two three.", "a character reference"),
    ("<li ''A'': one two three.", "a tag that is never complete"),
    ("<lix>''A'': one two three.</lix>", "another tag"),
]


@pytest.mark.parametrize(("text", "why"), NO_ITEMS)
def test_what_is_no_item(text: str, why: str) -> None:
    assert listed(text).entries == (), why


CONTINUED = [
    ("* ''A'':\n: one two three.", True, "an indented line"),
    ("* ''A'':\n*: one two three.", True, "markers that end in a colon"),
    ("* ''A'':\n** x\n**: one two three.", True, "of a child"),
    ("* ''A'':\n:*: one two three.", True, "the older form"),
    ("* ''A'':\n\n: one two three.", True, "behind a blank line"),
    ("* ''A'':\none two three.", True, "a wrapped line"),
    ("* ''A'':\none two\nthree.", True, "two wrapped lines"),
    ("* ''A'':\n<!-- c -->\none two three.", True, "behind a comment that has its line alone"),
    ("* ''A'':\n: x\none two three.", True, "a line that wraps an indented one"),
    ("* ''A'':\n\none two three.", False, "a wrapped line ends at a blank line"),
    ("* ''A'':\n\nText.\n: one two three.", False, "an indented line of a paragraph"),
    ("* ''A'':\n== Film ==\none two three.", False, "a heading"),
    ("* ''A'':\n== Film ==\n: one two three.", False, "an indented line under the next heading"),
    ("* ''A'':\n'''Film'''\none two three.", False, "a label"),
    ("* ''A'':\n----\none two three.", False, "a rule"),
    ("* ''A'':\n[[Category:X]]\none two three.", False, "a category line"),
    ("* ''A'':\n[[File:X.png]]\none two three.", False, "a file line"),
    ("* ''A'':\n{|\n|one two three.\n|}", False, "a table"),
    ("* ''A'':\n * one two three.", False, "a line that was meant as an item"),
    ("<ul><li>''A'':</li>\none two three.</ul>", False, "behind the end of an item as a tag"),
]


@pytest.mark.parametrize(("text", "has_context", "why"), CONTINUED)
def test_what_continues_an_item(text: str, has_context: bool, why: str) -> None:
    expected = "+A" if has_context else "-no-context"
    assert told(listed(text))[0] == expected, why


WORKS = [
    ("''[[Alien]]'': b c d", "Alien", "an italic title that is a link"),
    ("[[Alien|''Alien'']]: b c d", "Alien", "an italic title held by a link"),
    ("''The [[Alien]] film'': b c d", "Alien", "an italic title that holds a link"),
    ('"[[Alien]]": b c d', "Alien", "a quoted title that is a link"),
    ('[[Alien|"Alien"]]: b c d', "Alien", "a quoted title held by a link"),
    ("''[[alien]]'': b c d", "Alien", "a linked title needs no capital letter"),
    ("[[Ripley]] in ''[[Alien]]'' b c d", "Alien", "a linked title before a link"),
    ("''Ripley'' in ''[[Alien]]'' b c d", "Alien", "a linked title before italics"),
    ("''Alien'': b c d", "Alien", "italics with a capital letter"),
    ("''2001'': b c d", "2001", "italics with a digit"),
    ("<i><i>Alien</i></i>: b c d", "Alien", "italics in italics"),
    ("<i><i>Alien</i>: b c d", "Alien", "of which the outer ones are never closed"),
    ("''“Alien”'': b c d", "Alien", "leading quotation marks aside"),
    ("''Élan'': b c d", "Élan", "a capital letter of another kind"),
    ("<i>Alien</i>: b c d", "Alien", "italics as a tag"),
    ("<em>Alien</em>: b c d", "Alien", "emphasis as a tag"),
    ("<cite>Alien</cite>: b c d", "Alien", "a cited title"),
    ("'''''Alien''''': b c d", "Alien", "bold italics"),
    ("'''''Alien'' b''' c d e", "Alien", "italics in bold"),
    ("[[Ripley]] in ''Alien'' b c d", "Alien", "italics before a link"),
    ("\"Pilot\" of ''Alien'' b c d", "Alien", "italics before quotes"),
    ("''Alien: b c d", "Alien: b c d", "italics are closed at the line's end"),
    ("[[Alien]]: b c d", "Alien", "a link"),
    ("[[alien]]: b c d", "Alien", "the wiki's first letter"),
    ("[[Alien (film)|the film]]: b c d", "Alien (film)", "the link's target"),
    ("[[Alien_(film)#Plot|x]]: b c d", "Alien (film)", "without its section"),
    ("[[:Alien]]: b c d", "Alien", "a leading colon"),
    ("[[Alien: Covenant]]: b c d", "Alien: Covenant", "an unknown prefix is part of the title"),
    ("[[Tom &amp; Jerry]]: b c d", "Tom & Jerry", "character references are decoded"),
    ("[[Alien]]s: b c d", "Alien", "letters behind a link belong to it"),
    ('"Alien" b c d', "Alien", "a quoted title"),
    ("&quot;Alien&quot; b c d", "Alien", "quotation marks as references"),
    ("“Alien” b c d", "Alien", "curly quotation marks"),
    ("«Alien» b c d", "Alien", "angled ones"),
    ("„Alien“ b c d", "Alien", "low ones"),
    ("「異邦人」 b c d", "異邦人", "corner brackets"),
    ("『異邦人』 b c d", "異邦人", "white corner brackets"),
    ('[[Ripley]] in "Alien" b c d', "Ripley", "a link before a quoted title"),
    ('"Run!" says [[Ripley]] b c d', "Ripley", "speech is no title"),
    ("In b c d of ''Alien''", "Alien", "anywhere on the first line"),
    ("b c d<br>''Alien''", "Alien", "a line break does not end the first line"),
    ("{{spoiler|''Alien''}} b c d", "Alien", "in a text template"),
    ("{{Hide|''Alien''}} b c d", "Alien", "in a redirect of a text template"),
    ("<s>''Brazil''</s> ''Alien'' b c d", "Alien", "struck-out text is not content"),
    ("<!-- ''Brazil'' -->''Alien'' b c d", "Alien", "a comment is not content"),
    ("'<!-- x -->'Alien'' b c d", "Alien", "comments are taken out before italics are read"),
    ("[[wikipedia:Alien|''Alien'']] b c d", "Alien", "italics within a link elsewhere"),
    ("[http://example.org ''Alien''] b c d", "Alien", "italics within an external link"),
    ("\"A sly quote\" b ''what'' c d", "A sly quote", "lower-case italics are emphasis"),
    ("[[Alien|Alien\n]] b c d", "Alien", "a label goes on over the line's end"),
    ("''Schindler's List'' b c d", "Schindler's List", "an apostrophe"),
    ("[[L'Avventura]] b c d", "L'Avventura", "an apostrophe in a link"),
    ('7" records and "Alien" b c d', "Alien", "a mark behind a digit opens nothing"),
]


@pytest.mark.parametrize(("item", "work", "why"), WORKS)
def test_the_work_that_an_entry_names(item: str, work: str, why: str) -> None:
    assert [entry.work for entry in listed(f"* {item}").entries] == [work], why


NO_WORKS = [
    ("The cat saves one two three.", "no title at all"),
    ("'''Alien''': b c d", "bold is not italic"),
    ("''alien'': b c d", "italics with a small letter are emphasis"),
    ("<i>Alien: b c d", "a tag that is not closed on the line"),
    ('"alien b c d', "a quotation mark that is not paired"),
    ('"Run for it!" b c d', "speech ends in an exclamation mark"),
    ('"Run for it." b c d', "speech ends in a full stop"),
    ('"Run for it," b c d', "speech ends in a comma"),
    ('"Who is it?" b c d', "speech ends in a question mark"),
    ('"" b c d', "nothing in the quotation marks"),
    ("[[File:Alien.jpg]] b c d", "a file"),
    ("[[:File:Alien.jpg]] b c d", "a link to a file"),
    ("[[File:Alien.jpg|thumb|[[Alien]] and ''Aliens'']] b c d", "a file's caption"),
    ("[[Category:Alien]] b c d", "a category"),
    ("[[:Category:Alien]] b c d", "a link to a category"),
    ("[[User:Alien]] b c d", "a user"),
    ("[[Template:Alien]] b c d", "another namespace"),
    ("[[YKTTW:Alien]] b c d", "a namespace's alias"),
    ("[[wikipedia:Alien]] b c d", "another wiki"),
    ("[[de:Alien]] b c d", "another language"),
    ("[[#Film|Film]] b c d", "a section of the draft"),
    ("[[/Film]] b c d", "a subpage of the draft"),
    ("[[Cat Saves the Day/Film|Film]] b c d", "a subpage of the draft, written out"),
    ("[[Cat Saves the Day]] b c d", "the draft itself"),
    ("[http://example.org Alien] b c d", "an external link"),
    ("http://example.org/Alien b c d", "a bare address"),
    ("[[Alien b c d", "a link that is never closed"),
    ("[[Alien|]] b c d", "a link without a label is text"),
    ("[[A<b>lien]] b c d", "no title"),
    ("&#91;&#91;Alien]] b c d", "a character reference never makes a link"),
    ("&#39;&#39;Alien&#39;&#39; b c d", "nor italics"),
    ("<nowiki>''Alien''</nowiki> b c d", "nowiki"),
    ("<ref>''Alien''</ref> b c d", "a reference"),
    ("{{w|Alien}} b c d", "a template's parameter"),
    ("<s>''Alien''</s> b c d", "struck out"),
    ("‘Alien’ b c d", "single quotation marks"),
    ("b c d\n: ''Alien''", "on a continuation"),
    ("b c d\n''Alien''", "on a wrapped line"),
    ("b c d\n** ''Alien''", "on a child"),
]


@pytest.mark.parametrize(("item", "why"), NO_WORKS)
def test_what_names_no_work(item: str, why: str) -> None:
    answer = listed(f"* {item}")
    assert (told(answer), answer.entries[0].work) == (["-no-work-named"], ""), why


CONTEXT = [
    ("''A'' b c d", "three words"),
    ("b c ''A'' d", "round the title"),
    ("''A'' rock-and-roll it's fun", "inner hyphens and apostrophes make one word"),
    ("''A'' 1 2 3", "digits"),
    ("''A'' 少年が猫を見", "characters of a script without spaces: two make a word"),
    ("''A'' b&nbsp;c&nbsp;d", "a reference to a space parts words"),
    ("''A'' b<br>c<br>d", "a line break parts words"),
    ("''A'' he--she--it", "two hyphens part words"),
    ("''A'' [[b]] [[c]] [[d]]", "links that do not name the work"),
    ("''A'' '''b''' ''c'' d", "bold and emphasised words"),
    ("''A'' {{spoiler|b c d}}", "a text template"),
    ("''A'' {{spoiler|1=b c d}}", "a text template's numbered parameter"),
    ("''A'' [http://example.org b c d]", "an external link's text"),
    ('[[A]]: "b c d!"', "speech"),
    ("''A'' b\n: c\n** d", "item, continuation and child together"),
    ("''A''\n** b ''c'' d\n*** e", "a deeper line"),
    ("''A'' <nowiki/>b c d", "an empty nowiki"),
]
NO_CONTEXT = [
    ("''A''", "a title alone"),
    ("[[A]]", "a link alone"),
    ("''[[A]]'':", "a title and a colon"),
    ("''A'' b c", "two words"),
    ("''A'': - b – c … !", "punctuation"),
    ("[[A|the long label of a link]] b c", "the link that names the work is taken away"),
    ("''[[A]] and the rest of it'' b c", "a title with a link in it is taken away"),
    ("''A'', ''B'', ''C'', ''D'', ''E''", "every title is taken away"),
    ("''A'' \"B\" “C” «D» b c", "quoted titles too"),
    ("''A'' {{quote|b c d}} e f", "templates"),
    ("''A'' <ref>b c d</ref> e f", "references"),
    ("''A'' <!-- b c d --> e f", "comments"),
    ("''A'' <s>b c d</s> e f", "struck-out text"),
    ("''A'' <nowiki>b c d</nowiki> e f", "nowiki"),
    ("''A'' http://example.org/b/c/d e f", "a bare address"),
    ("''A'' [[File:x.jpg|thumb|b c d]] e f", "a file's caption"),
    ("''A'' rock-and-roll it's", "inner hyphens and apostrophes make one word"),
    ("''A'' 少年が猫", "four characters are two words"),
    ("''A'' कुत्ता भागा", "signs on letters part no words"),
    ("''A'' __NOTOC__ b c", "a behaviour switch"),
    ("''A'' b c_", "an underscore is no word"),
    ("''A b c d", "italics that are closed at the line's end take it all"),
    ("''A''\n: b c d [[User:Bob]] (talk)", "a signed continuation"),
    ("''A''\n** b c d ~~~~", "a signed child"),
    ("''A''\n** tba or\n** ''B''", "no words beside titles"),
    ("''A''\n** Insert example here", "a child that only stands for an example"),
    ("''A'' <del>b c d", "struck-out text that is never closed ends with its line"),
]


@pytest.mark.parametrize(("item", "why"), CONTEXT)
def test_what_is_context(item: str, why: str) -> None:
    assert listed(f"* {item}").works == 1, why


@pytest.mark.parametrize(("item", "why"), NO_CONTEXT)
def test_what_is_no_context(item: str, why: str) -> None:
    assert told(listed(f"* {item}")) == ["-no-context"], why


def test_the_policy_says_how_many_words_make_a_context() -> None:
    assert told(listed("* ''A''", force=policy(min_context_words=0))) == ["+A"]
    assert told(listed("* ''A'' b c d", force=policy(min_context_words=4))) == ["-no-context"]


PRELOAD = (" ''Work Title'': Explanation goes here.", "Your example", "")
PLACEHOLDERS = [
    ("Example 1", "a pattern of the policy"),
    ("EXAMPLE 12.", "in any case"),
    ("''Work name'': explanation", "as it is shown"),
    ("[[Work name]]: explanation", "whatever its markup"),
    ("TBA", "another pattern"),
    ("Insert&nbsp;example here", "character references are decoded"),
    ("''Work Title'': Explanation goes here.", "an item of the preload"),
    ("'''''Work title''''': explanation  goes here.", "without regard to look, case and spaces"),
    ("''Alien'': Explanation goes here.", "what follows the title is the preload's"),
    ("[[Alien]] – explanation goes here", "whatever stands between"),
    ("''Alien'': your example", "what follows the title is an item of the preload"),
    ("Your example", "an item of the preload without a title"),
    ("", "an empty item of the preload"),
    ("{{x}}", None),
    ("<s>Your example</s>", None),
    ("Example 1 ~~~~", None),
    ("''Alien'': example 1", None),
    ("''Alien'': Explanation goes here, and so does the cat.", None),
    ("Example 1 is about a cat in ''Alien''.", None),
]


@pytest.mark.parametrize(("item", "why"), PLACEHOLDERS)
def test_placeholders(item: str, why: str | None) -> None:
    (entry,) = listed(f"* {item}", preload=PRELOAD).entries
    assert (entry.reason == "placeholder") is (why is not None), why


def test_an_empty_item_is_no_placeholder_by_itself() -> None:
    assert told(listed("*\n*")) == ["-no-work-named"] * 2


TALK = [
    ("''A'' one two three ~~~~", True, "a signature to be"),
    ("''A'' one two three ~~~", True, "a name to be"),
    ("''A'' one two three ~~~~~", True, "a date to be"),
    ("''A'' one two three {{unsigned|Bob}}", True, "an unsigned template"),
    ("''A'' one two three [[User:Bob]] 12:00, 3 May 2021 (UTC)", True, "a user and a date"),
    ("''A'' one two three [[User talk:Bob|Bob]] 2021-05-03", True, "a date in figures"),
    ("''A'' one two three [[User:Bob|Bob]] ([[User talk:Bob|talk]])", True, "a user and (talk)"),
    ("''A'' one two three [[User:Bob|Bob]] May 3, 2021", True, "a date in another order"),
    ("''A'' one two three [[User:Bob]]", False, "a user alone"),
    ("''A'' one two three, 3 May 2021", False, "a date alone"),
    ("''A'' one two three (talk)", False, "(talk) alone"),
    ("''A'' one two three ~~", False, "two tildes"),
    ("''A'' one two three <nowiki>~~~~</nowiki>", False, "tildes that are shown"),
    ("''A'' one two three {{tl|unsigned}}", False, "a template that is only named"),
    ("''A'' one two three\n: Yes! ~~~~", False, "a signed continuation"),
    ("''A'' one two three\n** Yes! ~~~~", False, "a signed child"),
    ("''A'' one two three <!-- ~~~~ -->", False, "in a comment"),
]


@pytest.mark.parametrize(("item", "is_talk", "why"), TALK)
def test_talk(item: str, is_talk: bool, why: str) -> None:
    assert told(listed(f"* {item}")) == ["-talk" if is_talk else "+A"], why


def test_the_first_reason_that_holds_is_given() -> None:
    assert told(listed("* Example 1 ~~~~")) == ["-talk"]
    assert told(listed("* Example 1\n** ~~~~")) == ["-placeholder"]
    assert told(listed("* [[User:Bob]] (talk)")) == ["-talk"]
    assert told(listed("* x")) == ["-no-work-named"]
    assert told(listed("* ''A'' b c d\n* ''A''")) == ["+A", "-no-context"]


def test_titles_are_those_of_the_page() -> None:
    text = "{{examples}}\n* [[Cat Saves the Day]] b c d"
    assert told(count(text, title="Dog Saves the Day")) == ["+Cat Saves the Day"]


ONE_SIDE_OPEN = [
    ("'''Bold ''Alien'' and more words here", "bold left open beside whole italics"),
    ("'''Bold''' words ''Alien'' and ''more words here", "italics left open beside whole bold"),
]


@pytest.mark.parametrize(("line", "why"), ONE_SIDE_OPEN, ids=[row[1] for row in ONE_SIDE_OPEN])
def test_only_where_both_are_left_open_is_a_mark_an_apostrophe(line: str, why: str) -> None:
    assert listed(f"* {line}").entries[0].work == "Alien", why


def test_a_list_that_was_never_opened_is_not_closed() -> None:
    for closing in ("</ol>", "</ul>", "</li>"):
        text = f"* ''Alien'' one two three\n{closing}\n* ''Brazil'' one two three"
        assert listed(text).works == 2, closing


def test_an_indented_table_is_one() -> None:
    notes = listed(":{| class=x\n| ''Alien'' || one two three\n|}").notes
    assert "examples-not-in-list" in notes
