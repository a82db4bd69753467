"""Numbers with their nouns, for the English that the operator reads outside of the messages.

Must not be used for what wiki people see: messages have `{{PLURAL:}}`.
"""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 page`, `2 pages`, `0 entries` (with ``many`` where it is not ``one`` and an s)."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
