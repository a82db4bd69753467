"""What is spoken where a message is not translated: MediaWiki's chains, as far as we have their ends.

Must not read texts. Source: `$fallback` in MediaWiki's `languages/messages/Messages*.php` (1.39).
"""

FALLBACK = "en"
"""What everything ends with; its messages are complete."""

_TO_GERMAN = (
    "bar de-at de-ch de-formal frr gsw hrx ksh lb nds pdc pdt pfl sli stq vmf"  # codes, not words
)
_CHAINS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_TO_GERMAN.split(), ("de",)),
    "als": ("gsw", "de"),
    "dsb": ("hsb", "de"),
    "hsb": ("dsb", "de"),
}


def chain(language: str) -> tuple[str, ...]:
    """The languages to be asked, one after the other; a variant falls back to its language."""
    code = language.lower().replace("_", "-")
    main = code.partition("-")[0]
    return tuple(dict.fromkeys((language, code, *_CHAINS.get(code, ()), main, FALLBACK)))
