"""MediaWiki's choices in a message: `{{PLURAL:}}` by the language's own forms, `{{GENDER:}}` by a person's.

Must not know keys or languages' texts. The forms of numbers are Unicode's (CLDR), as MediaWiki's are: Manual:
Plural. A choice that is never closed stays as it was written.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.plural import PluralRule

PARAMETER = re.compile(r"\$([1-9][0-9]?)")
_OPENING = re.compile(r"\{\{(PLURAL|GENDER):", re.IGNORECASE)
_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\|")
_EXPLICIT = re.compile(r"\s*(\d+)=")
_ORDER = ("zero", "one", "two", "few", "many", "other")


def filled(text: str, values: Sequence[str], *, language: str, gender: str = "") -> str:
    """The text with its choices made, then with its parameters in place, which are never read as markup."""
    return _put(decided(text, values, language=language, gender=gender), values)


def decided(text: str, values: Sequence[str], *, language: str, gender: str = "") -> str:
    """The text with its choices made, those inside a chosen form too; parameters stay as they are."""
    said, at = [], 0
    while opening := _OPENING.search(text, at):
        parts, end = _parts(text, opening.end())
        if not end:
            break
        subject, forms = _put(parts[0], values).strip(), parts[1:] or [""]
        if opening[1].upper() == "GENDER":
            form = _gendered(forms, gender)
        else:
            form = _counted(forms, subject, language)
        said += [
            text[at : opening.start()],
            decided(form, values, language=language, gender=gender),
        ]
        at = end
    return "".join([*said, text[at:]])


def _parts(text: str, start: int) -> tuple[list[str], int]:
    """What stands between the bars up to the closing braces, and where these end; 0: nowhere."""
    parts, depth, begun = [], 0, start
    for token in _TOKEN.finditer(text, start):
        if token[0] in ("{{", "[["):
            depth += 1
        elif token[0] == "|" and not depth:
            parts.append(text[begun : token.start()])
            begun = token.end()
        elif token[0] == "}}" and not depth:
            return [*parts, text[begun : token.start()]], token.end()
        elif token[0] != "|":
            depth -= 1
    return [], 0


def _gendered(forms: Sequence[str], gender: str) -> str:
    """As `Language::gender`: his, hers, else the third; with fewer forms the first."""
    if gender == "female":
        return forms[min(1, len(forms) - 1)]
    return forms[0] if gender == "male" or len(forms) < 3 else forms[2]


def _counted(forms: Sequence[str], subject: str, language: str) -> str:
    """The form for a number: one written for just that number (`0=none`), else by the language's rule."""
    number = _number(subject)
    plain = []
    for form in forms:
        explicit = _EXPLICIT.match(form)
        if explicit is None:
            plain.append(form)
        elif number == int(explicit[1]):
            return form[explicit.end() :]
    if not plain:
        return ""
    if number is None:
        return plain[-1]
    return plain[min(_place(number, language), len(plain) - 1)]


def _place(number: int | Decimal, language: str) -> int:
    """Which of the language's forms is a number's, from 0."""
    rule = _rule(language)
    if rule is None:
        return 0 if abs(number) == 1 and "." not in str(number) else 1
    known = [tag for tag in _ORDER if tag == "other" or tag in rule.tags]
    return known.index(rule(number))


def _number(subject: str) -> int | Decimal | None:
    """The number that a parameter shows; separators of thousands do not count."""
    digits = subject.replace(",", "").replace("\u00a0", "")
    try:
        return int(digits)
    except ValueError:
        pass
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@cache
def _rule(language: str) -> "PluralRule | None":
    """How the language counts; ``None``: like English, also where nobody has written it down."""
    if language == "en":
        return None
    # imported here: most speak English, and the library takes longer to load than most commands to run
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    for code in (language, language.partition("-")[0]):
        try:
            return Locale.parse(code, sep="-").plural_form
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _put(text: str, values: Sequence[str]) -> str:
    return PARAMETER.sub(lambda match: _parameter(match, values), text)


def _parameter(match: re.Match[str], values: Sequence[str]) -> str:
    number = int(match[1])
    return values[number - 1] if number <= len(values) else match[0]
