"""An audit in shares that know nothing of one another: put together they are the audit of the whole."""

from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audit import dumps
from tests.cli_runs import Shell
from tropebot.audit.slices import Slice, stretches
from tropebot.audit.units import Read, pages_of, units
from tropebot.audit.values import Caps
from tropebot.errors import ConfigError

CAPS = Caps()


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of some pages, so that small dumps have many."""
    monkeypatch.setattr("tropebot.audit.units.SPAN_BYTES", 5_000)
    monkeypatch.setattr("tropebot.audit.units.PACKED_BYTES", 500)


def _titles(paths: list[str], share: Slice) -> list[str]:
    found = []
    for path, stretch in stretches(paths, share, CAPS).items():
        for unit in units(path, CAPS, stretch):
            read = Read()
            found += [page.title for page in pages_of(unit, CAPS, read)]
            assert not read.problem
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pages=st.integers(1, 60),
    of=st.integers(1, 40),
    suffix=st.sampled_from([".xml", ".multi.bz2"]),
    files=st.integers(1, 3),
)
def test_every_page_is_in_one_share_and_they_are_in_order(
    tmp_path_factory: pytest.TempPathFactory, pages: int, of: int, suffix: str, files: int
) -> None:
    directory = tmp_path_factory.mktemp("d")
    paths = []
    for number in range(files):
        made = [dumps.page(f"Page {number} {n}", "x" * (n * 37 % 900)) for n in range(pages)]
        data = dumps.packed(dumps.dump(made), suffix)
        paths.append(str(dumps.written(directory, f"{number}{suffix}", data)))
    found = [title for n in range(1, of + 1) for title in _titles(paths, Slice(n, of))]
    assert found == [f"Page {number} {n}" for number in range(files) for n in range(pages)]


def test_a_share_is_about_as_large_as_another(tmp_path: Path) -> None:
    path = str(dumps.written(tmp_path, "d.xml", dumps.dump(dumps.many(400, size=300))))
    sizes = [len(_titles([path], Slice(n, 8))) for n in range(1, 9)]
    assert min(sizes) > 45
    assert max(sizes) < 55


def test_files_that_only_one_can_read_are_shared_as_a_whole(tmp_path: Path) -> None:
    paths = [
        str(dumps.written(tmp_path, f"{n}.gz", dumps.packed(dumps.dump(dumps.many(9)), ".gz")))
        for n in range(3)
    ]
    had = [list(stretches(paths, Slice(n, 2), CAPS)) for n in (1, 2)]
    assert had == [paths[:2], paths[2:]]
    with pytest.raises(ConfigError, match="unpack it"):
        stretches(paths[:1], Slice(1, 2), CAPS)


@pytest.mark.parametrize(
    "text", ["0/3", "4/3", "1/0", "a/b", "1", "", "1/3/5", "-1/3", "1/9999999"]
)
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="2/8 is the second of eight"):
        Slice.named(text)


def _template(shell: Shell) -> Path:
    """A dump whose templates matter to the verdict, so that the facts have to be those of the whole."""
    pages = dumps.many(150, size=300)
    for number, name in enumerate(("Box", "Trope", "Examples"), 900):
        pages.append(dumps.page(f"Template:{name}", "Shown", ns=10, number=number))
    pages.insert(3, dumps.page("Uses", dumps.CLEAN + "{{Box}}{{Nowhere}}", number=990))
    return shell.file("d.xml", dumps.dump(pages))


@pytest.mark.parametrize("of", [1, 4, 20])
def test_joined_shares_are_the_output_of_the_whole(shell: Shell, of: int) -> None:
    path = _template(shell)
    whole, joined = shell.directory / "whole.jsonl", shell.directory / "joined.jsonl"
    alone = shell("audit", "--out", whole, path)
    assert b"Box" not in whole.read_bytes()
    assert b"Nowhere" in whole.read_bytes()
    facts = shell.directory / "facts"
    assert shell("audit", "--facts", facts, "--only-facts", path).code == 0
    parts = [shell.directory / f"part{n}.jsonl" for n in range(1, of + 1)]
    for number, part in enumerate(parts, 1):
        words = ("--slice", f"{number}/{of}", "--facts", facts, "--out", part)
        assert shell("audit", *words, path).code in (0, 1)
    ran = shell("audit", "--join", "--out", joined, *sorted(parts))
    assert joined.read_bytes() == whole.read_bytes()
    assert (ran.code, ran.out, ran.err) == (alone.code, alone.out, alone.err)
    printed = shell("--json", "audit", "--join", *parts).out
    assert printed.encode() == whole.read_bytes()


def test_joined_shares_make_lists_like_the_whole(shell: Shell) -> None:
    path = _template(shell)
    parts = [shell.directory / f"part{n}.jsonl" for n in (1, 2)]
    for number, part in enumerate(parts, 1):
        shell("audit", "--slice", f"{number}/2", "--out", part, path)
    words = ("audit", "--worklist", "titles")
    assert shell(*words, "--join", *parts).out == shell(*words, path).out


def test_a_share_is_gone_on_with_and_not_mistaken_for_another(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = _template(shell), shell.directory / "part.jsonl"
    shell("audit", "--slice", "1/2", "--out", out, path)
    expected = out.read_bytes()

    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tropebot.audit.results.Journal.done", interrupted)
        assert shell("audit", "--slice", "1/2", "--out", out, path).code == 130
    ran = shell("audit", "--slice", "2/2", "--resume", "--out", out, path)
    assert (ran.code, "is of another audit" in ran.err) == (2, True)
    assert shell("audit", "--slice", "1/2", "--resume", "--out", out, path).code == 1
    assert out.read_bytes() == expected


UNJOINED = [
    (lambda parts: parts[:2], "Of 3 shares these are missing: 3."),
    (lambda parts: [*parts, _copied(parts[1])], "Share 2/3 is there more than once"),
    (lambda parts: [parts[0].with_name("whole.jsonl")], "is no share"),
    (lambda parts: [*parts[:2], _cut(parts[2])], "that audit has not ended"),
    (lambda parts: [*parts[:2], parts[2].with_name("other.jsonl")], "is of another audit"),
    (lambda parts: [parts[2].with_name("none.jsonl")], "cannot be read"),
    (lambda parts: [*parts[:2], _spoilt(parts[2])], "line 1 is no row of an audit"),
]


def _cut(path: Path) -> Path:
    found = path.with_name("cut.jsonl")
    found.write_bytes(path.read_bytes()[:-30])
    return found


def _copied(path: Path) -> Path:
    found = path.with_name("copied.jsonl")
    found.write_bytes(path.read_bytes())
    return found


def _spoilt(path: Path) -> Path:
    found = path.with_name("spoilt.jsonl")
    found.write_bytes(b"x" + path.read_bytes())
    return found


@pytest.mark.parametrize(("chosen", "said"), UNJOINED)
def test_what_is_not_the_whole_is_not_joined(shell: Shell, chosen: object, said: str) -> None:
    assert callable(chosen)
    path = shell.file("d.xml", dumps.dump(dumps.many(60, size=300)))
    parts = [shell.directory / f"part{n}.jsonl" for n in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        shell("audit", "--slice", f"{number}/3", "--one-pass", "--out", part, path)
    shell("audit", "--out", shell.directory / "whole.jsonl", path)
    other = shell.file("e.xml", dumps.dump(dumps.many(61, size=300)))
    shell("audit", "--slice", "3/3", "--out", shell.directory / "other.jsonl", other)
    ran = shell("audit", "--join", *chosen(parts))
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_broken_share_makes_the_whole_incomplete(shell: Shell) -> None:
    data = dumps.dump(dumps.many(60, size=300)).replace(dumps.TAIL.encode(), b"")
    path = shell.file("d.xml", data)
    parts = [shell.directory / f"part{n}.jsonl" for n in (1, 2)]
    codes = [
        shell("audit", "--slice", f"{n}/2", "--one-pass", "--out", part, path).code
        for n, part in enumerate(parts, 1)
    ]
    assert codes == [1, 2]
    ran = shell("--json", "audit", "--join", *parts)
    assert ran.code == 2
    assert ran.lines[-1]["complete"] is False
    assert "is cut short" in ran.err


def test_facts_are_read_again_and_not_for_other_dumps(shell: Shell) -> None:
    path, facts = _template(shell), shell.directory / "facts"
    first = shell("--json", "audit", "--facts", facts, path)
    made = facts.stat().st_mtime_ns
    assert shell("--json", "audit", "--facts", facts, path).out == first.out
    assert facts.stat().st_mtime_ns == made
    ran = shell("audit", "--facts", facts, "--preset", "allthetropes", path)
    assert (ran.code, "of other dumps, or for another policy" in ran.err) == (2, True)
    facts.write_bytes(b"\x00no facts")
    ran = shell("audit", "--facts", facts, path)
    assert (ran.code, "nothing that --facts wrote" in ran.err) == (2, True)
    ran = shell("audit", "--facts", shell.directory / "no" / "facts", path)
    assert (ran.code, "name another file with --facts" in ran.err) == (2, True)


MISUSES = [
    (("--slice", "9/8", "d.xml"), "is no share"),
    (("--slice", "1/2", "-"), "has no shares"),
    (("--only-facts", "d.xml"), "goes with --facts"),
    (("--facts", "f", "--only-facts", "--out", "o", "d.xml"), "nothing comes out"),
    (("--facts", "f", "--one-pass", "d.xml"), "leaves out the reading"),
    (("--join", "--slice", "1/2", "d.xml"), "outputs, not dumps"),
    (("--join", "--out", "a", "a"), "would be overwritten"),
    (("--join", "--out", "b", "--resume", "a"), "begins anew"),
]


@pytest.mark.parametrize(("words", "said"), MISUSES)
def test_a_wrong_use_is_told(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ran = shell("audit", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
