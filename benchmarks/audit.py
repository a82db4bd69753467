"""How fast a dump is judged, in ratios from one run: `python -m benchmarks.audit [--megabytes N]`.

A dump is made that looks like a healthy wiki (nine pages of ten clean), its templates with it. Each way is a
process of its own; wall time and processor time with children are taken.
`--keep DIR` keeps the dumps for another run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.corpus import pages
from tropebot.model import TEMPLATE
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from

PRESET = "tropedia"
_DIFFERENT = 3_000
_TEMPLATES = (
    "Trope",
    "Work",
    "Creator",
    "Examples",
    "Tropelist",
    "Reflist",
    "Quote",
    "Fairuse",
    "W",
)
_MORE_TEMPLATES = ("Spoiler", "Folder", "Tropesubpagefooter", "Trope Workshop")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one way took: seconds by the clock, seconds of processors."""

    wall: float
    cpu: float
    findings: int


def write_dump(path: Path, megabytes: float) -> int:
    """A dump of that size; how many pages it has. The same for the same size."""
    policy = load(PRESET, []).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    made = [each.page for each in pages(_DIFFERENT, force, faulty_of_ten=1)]
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_head(force))
        for name in (*_TEMPLATES, *_MORE_TEMPLATES):
            number += 1
            file.write(_page(number, f"Template:{name}", TEMPLATE, "<noinclude>Shown.</noinclude>"))
        while file.tell() < megabytes * 1_000_000:
            each = made[number % _DIFFERENT]
            number += 1
            title = each.title if number <= _DIFFERENT else _another(each.title, number)
            file.write(_page(number, title, each.namespace, each.text))
        file.write("</mediawiki>\n")
    return number


def _another(title: str, number: int) -> str:
    """Another title of the same kind."""
    base, mark, rest = title.rpartition("/") if "/" in title else title.rpartition(".")
    return f"{base} {number}{mark}{rest}" if mark else f"{title} {number}"


def _head(force: PolicyInForce) -> str:
    spaces = "".join(
        f'      <namespace key="{number}" case="first-letter">{name}</namespace>\n'
        for number, name in sorted(force.facts.namespace_names.items())
    )
    return (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n'
        "  <siteinfo>\n    <sitename>Made up</sitename>\n    <dbname>made</dbname>\n"
        "    <base>http://127.0.0.1/wiki/Main_Page</base>\n    <generator>MediaWiki 1.39.17</generator>\n"
        f"    <case>first-letter</case>\n    <namespaces>\n{spaces}    </namespaces>\n  </siteinfo>\n"
    )


def _page(number: int, title: str, namespace: int, text: str) -> str:
    return (
        f"  <page>\n    <title>{escape(title, quote=False)}</title>\n    <ns>{namespace}</ns>\n"
        f"    <id>{number}</id>\n    <revision>\n      <id>{number}</id>\n"
        "      <timestamp>2026-01-01T00:00:00Z</timestamp>\n      <contributor>\n"
        "        <username>Ada</username>\n        <id>7</id>\n      </contributor>\n"
        f"      <comment>Made</comment>\n      <origin>{number}</origin>\n      <model>wikitext</model>\n"
        f'      <format>text/x-wiki</format>\n      <text bytes="{len(text)}" xml:space="preserve">'
        f"{escape(text, quote=False)}</text>\n      <sha1>x</sha1>\n    </revision>\n  </page>\n"
    )


def taken(*words: str) -> Taken:
    """Run one way and measure it; what it prints is counted, not kept."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own commands
    before = os.times()
    assert process.stdout is not None  # noqa: S101
    findings = sum('"code": "' in line for line in process.stdout)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    wall = time.perf_counter() - start
    after = os.times()
    cpu = max(used.ru_utime + used.ru_stime, after.children_user - before.children_user)
    return Taken(wall, cpu, findings)


def audit(path: Path, workers: int, *more: str) -> Taken:
    """One audit."""
    words = (sys.executable, "-m", "tropebot", "--json", "audit", "--preset", PRESET)
    return taken(*words, "--workers", str(workers), *more, str(path))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=1_000)
    parser.add_argument("--plain-megabytes", type=float, default=25)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as fresh:
        directory = args.keep or Path(fresh)
        small, large = directory / "small.xml", directory / "large.xml"
        _against_plain(small, args.plain_megabytes)
        _workers(large, args.megabytes)


def _against_plain(path: Path, megabytes: float) -> None:
    number = write_dump(path, megabytes)
    print(f"{number} pages, {path.stat().st_size / 1e6:.0f} MB")
    plain = taken(sys.executable, "-m", "benchmarks.plain_audit", str(path), PRESET)
    _tell("the plain program", plain, plain)
    _tell("audit --one-pass, 1 worker", audit(path, 1, "--one-pass"), plain)
    _tell("audit, 1 worker", audit(path, 1), plain)
    _tell("audit, 2 workers", audit(path, 2), plain)


def _workers(path: Path, megabytes: float) -> None:
    number = write_dump(path, megabytes)
    print(f"{number} pages, {path.stat().st_size / 1e6:.0f} MB")
    one = audit(path, 1)
    _tell("audit, 1 worker", one, one)
    _tell("audit, 2 workers", audit(path, 2), one)


def _tell(what: str, found: Taken, base: Taken) -> None:
    print(
        f"{what:<28} {found.wall:7.1f} s by the clock ({base.wall / found.wall:5.2f} times as fast), "
        f"{found.cpu:7.1f} s of processors, {found.findings} findings",
        flush=True,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
