"""A corpus of made-up pages in the style of trope wikis, the same for the same seed.

Pages of 1 to 60 KB, half of them below 8: tropes, works, creators, subpages, drafts and files, with what
people write on them: bold and italics, links, quotations, tables, folders, references, comments. Nothing is
taken from a wiki.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tropebot.model import FILE, Page
from tropebot.policy.force import PolicyInForce

SHORTEST, LONGEST = 1_000, 60_000
_SYLLABLES = tuple("bacedifoguhakelimonuparesitovuwexiyoza"[at : at + 2] for at in range(0, 38, 2))
_MEDIA = ("Anime", "Comics", "Film", "Literature", "Live-Action TV", "Video Games", "Web Comics")
_WORKS = (
    "trope",
    "trope",
    "trope",
    "trope",
    "work",
    "work",
    "creator",
    "trope-subpage",
    "draft",
    "file",
)
_SUBPAGES = ("Quotes", "Headscratchers", "Playing With", "Analysis")


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and whether nothing may be found on it."""

    page: Page
    clean: bool


def pages(
    number: int, force: PolicyInForce, *, faulty_of_ten: int, seed: int = 7
) -> Iterator[Made]:
    """So many pages, of which so many in ten have one fault or more."""
    for index in range(number):
        chance = random.Random(f"{seed}-{index}")  # noqa: S311 - nothing secret
        yield _Writer(chance, force).page(index, clean=index % 10 >= faulty_of_ten)


class _Writer:
    def __init__(self, chance: random.Random, force: PolicyInForce) -> None:
        self._chance = chance
        self._force = force

    def page(self, index: int, *, clean: bool) -> Made:
        kind = self._chance.choice(_WORKS)
        if not clean and kind == "draft":
            kind = "trope"
        size = int(math.exp(self._chance.uniform(math.log(SHORTEST), math.log(LONGEST))))
        name = f"{self.title()} {index}"
        title, text = {
            "trope": self.trope,
            "work": self.work,
            "creator": self.creator,
            "trope-subpage": self.subpage,
            "draft": self.draft,
            "file": self.file,
        }[kind](name, size, clean)
        taken = self._force.title(title)
        return Made(Page(title=taken.text, namespace=taken.namespace, text=text), clean)

    def trope(self, name: str, size: int, clean: bool) -> tuple[str, str]:
        body = f"{self.quote()}\n'''{name}''' {self.prose(size // 6)}\n\n"
        parts = ["{{trope}}\n", body, "{{examples}}\n", self.examples(size * 3 // 4)]
        return name, self.closed(parts, clean)

    def work(self, name: str, size: int, clean: bool) -> tuple[str, str]:
        body = f"''{name}'' {self.prose(size // 6)}\n\n"
        parts = ["{{work}}\n", body, "{{tropelist}}\n", self.tropes(size * 3 // 4)]
        return name, self.closed(parts, clean)

    def creator(self, name: str, size: int, clean: bool) -> tuple[str, str]:
        body = f"'''{name}''' {self.prose(size // 2)}\n\n== Works ==\n"
        return name, self.closed(["{{creator}}\n", body, self.tropes(size // 2)], clean)

    def subpage(self, name: str, size: int, clean: bool) -> tuple[str, str]:
        title = f"{name}/{self._chance.choice(_SUBPAGES)}"
        text = "{{trope}}\n" + self.examples(size)
        return title, text + "\n{{tropesubpagefooter}}\n" * clean

    def draft(self, name: str, size: int, _clean: bool) -> tuple[str, str]:
        body = (
            f"'''{name}''' {self.prose(size // 3)}\n\n{{{{examples}}}}\n{self.examples(size // 2)}"
        )
        return (
            f"{self._force.policy.workshop.namespace}:{name}",
            f"{{{{Trope Workshop}}}}\n{{{{trope}}}}\n{body}[[Category:{{{{PAGENAME}}}}]]\n",
        )

    def file(self, name: str, size: int, clean: bool) -> tuple[str, str]:
        summary = f"== Summary ==\n{self.prose(min(size, 2_000))}\nSource: https://example.org/a\n"
        licence = "== Licensing ==\n{{Fairuse}}\n" if clean else ""
        return (
            f"{self._force.facts.namespace_names.get(FILE, 'File')}:{name}.png",
            summary + licence,
        )

    def closed(self, parts: list[str], clean: bool) -> str:
        """The parts with references and categories behind them; a fault where there is to be one."""
        text = "".join(parts)
        footer = ["{{reflist}}\n"] if "<ref" in text else []
        own = "[[Category:{{PAGENAME}}]]\n"
        more = "".join(f"[[Category:{self.title()}]]\n" for _ in range(self._chance.randint(1, 6)))
        if clean:
            return text + "".join(footer) + own + more
        fault = self._chance.randrange(3)
        if fault == 0:
            return text + "".join(footer) + more
        if fault == 1:
            return parts[1] + "".join(parts[2:]) + "".join(footer) + own + more
        return f"{self.prose(80)}\n" + text + "".join(footer) + own + more

    def title(self) -> str:
        count = self._chance.randint(1, 4)
        return " ".join(self.word().capitalize() for _ in range(count))

    def word(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(1, 4)))

    def words(self, number: int) -> str:
        return " ".join(self.word() for _ in range(number))

    def sentence(self) -> str:
        parts = [self.word().capitalize()]
        parts += [self.phrase() for _ in range(self._chance.randint(5, 20))]
        return " ".join(parts) + self._chance.choice((".", ".", ".", "!", ";", ", &mdash; really."))

    def phrase(self) -> str:
        roll = self._chance.random()
        if roll < 0.85:
            return self.word()
        if roll < 0.90:
            return f"[[{self.title()}]]"
        if roll < 0.93:
            return f"[[{self.title()}|{self.words(2)}]]"
        if roll < 0.96:
            return f"''{self.title()}''"
        if roll < 0.97:
            return f"'''{self.words(2)}'''"
        return self.rare()

    def rare(self) -> str:
        return self._chance.choice(
            (
                f"<ref>{self.words(6)} [http://example.org/{self.word()} {self.word()}]</ref>",
                f"[https://example.org/{self.word()} {self.words(2)}]",
                f"{{{{w|{self.title()}}}}}",
                f"<!-- {self.words(5)} -->",
                f"<s>{self.words(2)}</s>",
                f"{{{{Spoiler|{self.words(4)}}}}}",
                f"<nowiki>{self.words(1)}</nowiki>",
                f'"{self.words(3)}"',
                "<br />",
            )
        )

    def prose(self, size: int) -> str:
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(self.sentence())
            length += len(parts[-1]) + 1
            if self._chance.random() < 0.15:
                parts.append("\n\n")
        return " ".join(parts)

    def quote(self) -> str:
        return self._chance.choice(
            ("", f"{{{{quote|{self.sentence()}|'''{self.title()}''', ''{self.title()}''}}}}\n")
        )

    def examples(self, size: int) -> str:
        parts: list[str] = []
        length = 0
        while length < size:
            section = self.section(self._chance.choice(_MEDIA))
            parts.append(section)
            length += len(section)
        return "".join(parts)

    def section(self, medium: str) -> str:
        items = "".join(self.item() for _ in range(self._chance.randint(2, 12)))
        roll = self._chance.random()
        if roll < 0.3:
            return f"{{{{folder|{medium}|\n{items}}}}}\n"
        if roll < 0.35:
            rows = "".join(f"|-\n| ''{self.title()}'' || {self.sentence()}\n" for _ in range(4))
            return f'== {medium} ==\n{{| class="wikitable"\n{rows}|}}\n{items}'
        return f"== {medium} ==\n{items}\n"

    def item(self) -> str:
        text = f"* ''[[{self.title()}]]'': {self.sentence()} {self.sentence()}\n"
        return text + "".join(
            f"** {self.sentence()}\n" for _ in range(self._chance.choice((0, 0, 1, 3)))
        )

    def tropes(self, size: int) -> str:
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(f"* [[{self.title()}]]: {self.sentence()}\n")
            length += len(parts[-1])
        return "".join(parts)
