"""What is new and what is gone between two audits, of however many findings."""

import json
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropebot.audit.comparing import Comparison
from tropebot.errors import ConfigError

KEYS = st.lists(st.tuples(st.sampled_from("ABCÄ\ud800"), st.sampled_from(("TB101", "TB102"))))


def written(path: Path, keys: list[tuple[str, str]], *, complete: bool = True) -> str:
    rows = [{"type": "finding", "title": title, "code": code} for title, code in keys]
    lines = [json.dumps(row) for row in (*rows, {"type": "summary", "complete": complete})]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@given(old=KEYS, new=KEYS)
def test_what_is_new_and_gone_is_the_difference_of_the_two(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[tuple[str, str]],
    new: list[tuple[str, str]],
) -> None:
    comparison = Comparison(written(tmp_path_factory.mktemp("old") / "old.jsonl", old))
    fresh = [key for key in new if comparison.is_new(*key)]
    gone = list(comparison.gone())
    assert Counter(fresh) == Counter(new) - Counter(old)
    assert Counter(gone) == Counter(old) - Counter(new)
    assert gone == _order(old, Counter(old) - Counter(new))
    assert (comparison.new, comparison.fixed) == (len(fresh), len(gone))


def _order(old: list[tuple[str, str]], left: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """The earlier findings that are left, in their order, the last of several that are alike."""
    kept: list[tuple[str, str]] = []
    for key in reversed(old):
        if left[key] > 0:
            left[key] -= 1
            kept.append(key)
    return kept[::-1]


@pytest.mark.heavy
def test_half_a_million_findings_take_little_memory(tmp_path: Path) -> None:
    old = [(f"A page with a name of ordinary length {n}", "TB101") for n in range(500_000)]
    path = written(tmp_path / "old.jsonl", old)
    tracemalloc.start()
    comparison = Comparison(path)
    new = sum(comparison.is_new(title, code) for title, code in old[1_000:])
    gone = sum(1 for _ in comparison.gone())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (new, gone, comparison.fixed) == (0, 1_000, 1_000)
    assert peak < 16 << 20, "the findings themselves are 80 MB"


def test_the_same_finding_many_times_takes_no_longer(tmp_path: Path) -> None:
    """Each look would go past all that were found before, if it were kept row by row."""
    same = [("A", "TB104")] * 50_000
    comparison = Comparison(written(tmp_path / "old.jsonl", same))
    assert not any(comparison.is_new(*key) for key in same)
    assert comparison.is_new("A", "TB104")
    assert list(comparison.gone()) == []


REFUSED = [
    ("no JSON\n", "line 1", "text"),
    ("[1]\n", "line 1", "JSON, but no line of ours"),
    ('{"type": "finding", "title": 7}\n', "line 1", "a title that is none"),
    ('{"type": "finding"}\n{"type": "fin', "line 2", "cut short"),
    ('{"type": "new", "title": "A", "code": "TB101"}\n', "what was new", "printed by --compare"),
]


@pytest.mark.parametrize(("text", "said", "why"), REFUSED, ids=[row[2] for row in REFUSED])
def test_what_is_no_output_of_an_audit_is_refused(
    tmp_path: Path, text: str, said: str, why: str
) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        Comparison(str(path))


@pytest.mark.parametrize("name", ["not there.jsonl", "."])
def test_what_cannot_be_read_twice_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="read"):
        Comparison(str(tmp_path / name))


@pytest.mark.parametrize("complete", [True, False])
def test_whether_the_earlier_audit_was_complete_is_known(tmp_path: Path, complete: bool) -> None:
    path = written(tmp_path / "old.jsonl", [("A", "TB101")], complete=complete)
    assert Comparison(path).complete is complete
