"""The policy in force: what it keeps of the texts that it has read."""

from msgspec.structs import replace

from tests.in_force import in_force

FORCE = in_force("tropedia")
PAGE = FORCE.title("Big Fall")


def test_a_text_asked_about_again_is_not_read_again() -> None:
    read = FORCE.document("{{trope}}", PAGE)
    assert FORCE.document("{{trope}}", PAGE) is read
    assert FORCE.document("{{trope}}", FORCE.title("Small Fall")) is not read, "of another page"
    assert replace(FORCE).document("{{trope}}", PAGE) is not read, "by another policy"


def test_only_the_last_few_texts_are_kept() -> None:
    read = FORCE.document("{{trope}}", PAGE)
    for number in range(4):
        FORCE.document(f"{{{{work|{number}}}}}", PAGE)
    assert FORCE.document("{{trope}}", PAGE) is not read
