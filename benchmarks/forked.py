"""Runs tests against one mutant after another, each in a fork of a pytest that has collected its tests.

So a mutant costs its tests and no start of Python, and only the tests that reach its function are run, those
first that killed others of the function. Must not decide which mutants are run, nor tell people of them.
"""

import gc
import inspect
import os
import pickle
import resource
import signal
import sys
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from benchmarks.mutating import Mutant, function_of, put_in_place

KILLED, LATE, SURVIVED, UNREACHED = "killed", "late", "survived", "unreached"
_MEMORY = 6 << 30
_GUARDS = frozenset(
    {"_no_network", "_no_pywikibot", "_no_home", "_databases_closed", "monkeypatch", "request"}
)
_PYTEST = [
    "-x",
    "-q",
    "-pno:cacheprovider",
    "-pno:xdist",
    "--hypothesis-seed=1",
    "-Wignore::pytest.PytestAssertRewriteWarning",
]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests call which functions, the CPU time of each, and what is called before any test runs."""

    seconds: dict[str, float]
    tests: dict[str, frozenset[str]]
    early: frozenset[str]


@dataclass
class _Reached:
    """A pytest plugin that runs every test once and notes the functions that it calls."""

    names: dict[types.CodeType, str]
    seen: set[types.CodeType] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[str, set[str]] = field(default_factory=dict)
    early: frozenset[str] = frozenset()

    def note(self, frame: types.FrameType, _event: str, _: Any) -> None:
        """A trace function that asks for calls only."""
        self.seen.add(frame.f_code)

    def functions(self) -> set[str]:
        found = {self.names[code] for code in self.seen & self.names.keys()}
        self.seen.clear()
        return found

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.early = frozenset(self.functions())
        _same_chance()
        for item in session.items:
            begun = time.process_time()
            if _failed(item):
                raise pytest.UsageError(f"{item.nodeid} fails without any mutant")
            self.seconds[item.nodeid] = time.process_time() - begun
            for name in self.functions():
                self.tests.setdefault(name, set()).add(item.nodeid)
        return True


@dataclass
class _Killers:
    """A pytest plugin that asks the tests of each mutant, in a fork for each."""

    reach: Reach
    mutants: Sequence[Mutant]
    told: Callable[[Mutant, str], None]
    most: int | None
    killers: dict[str, dict[str, int]] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _same_chance()
        gc.collect()
        gc.freeze()  # a collection in a fork would copy all of the memory that they share
        items = {item.nodeid: item for item in session.items}
        breadth = Counter(test for tests in self.reach.tests.values() for test in tests)
        for mutant in self.mutants:
            known = self.killers.setdefault(mutant.function, {})
            tests = self._tests(mutant.function, breadth)[: self.most]
            said, killer = _asked(mutant, [items[test] for test in tests], self.reach)
            if killer:
                known[killer] = known.get(killer, 0) + 1
            self.told(mutant, said)
        return True

    def _tests(self, function: str, breadth: Mapping[str, int]) -> list[str]:
        """Those that call it, first the best; then all of their files, which may share what one had made."""
        known = self.killers.get(function, {})
        reaching = self.reach.tests.get(function, frozenset())
        files = {test.partition("::")[0] for test in reaching}
        beside = (test for test in self.reach.seconds if test.partition("::")[0] in files)
        best = sorted(
            reaching,
            key=lambda test: (-known.get(test, 0), breadth[test], self.reach.seconds[test]),
        )
        return [*best, *(test for test in beside if test not in reaching)]


class _Alike:
    """A pytest plugin that lets Hypothesis try the same as the others do."""

    def pytest_runtestloop(self) -> None:
        _same_chance()


def reach_of(functions: Iterable[str], options: Sequence[str]) -> Reach:
    """What the tests reach; every test must pass."""

    def look() -> Reach:
        _quiet()
        found = _Reached({function_of(name).__code__: name for name in functions})
        sys.settrace(found.note)
        code = pytest.main([*_PYTEST, *options], plugins=[found])
        sys.settrace(None)
        if code != 0:
            raise SystemExit(f"pytest ended with {code}")
        tests = {name: frozenset(reached) for name, reached in found.tests.items()}
        return Reach(found.seconds, tests, found.early)

    return cast("Reach", _answered(look))


def run(
    chosen: Sequence[Mutant],
    reach: Reach,
    options: Sequence[str],
    told: Callable[[Mutant, str], None],
    *,
    most: int | None,
) -> None:
    """Each mutant's fate is told as soon as it is known; no more than ``most`` tests are asked, first those
    that call few other functions. Functions that are called while tests are collected, and whose results may
    be kept from then, are asked again in a pytest that began with the mutant.
    """

    def first() -> list[Mutant]:
        late: list[Mutant] = []

        def sorted_out(mutant: Mutant, said: str) -> None:
            if said in (SURVIVED, UNREACHED) and mutant.function in reach.early:
                late.append(mutant)
            else:
                told(mutant, said)

        _quiet()
        pytest.main([*_PYTEST, *options], plugins=[_Killers(reach, chosen, sorted_out, most)])
        return late

    for mutant in cast("list[Mutant]", _answered(first)):
        told(mutant, _asked_from_the_start(mutant, reach, options))


def _asked(mutant: Mutant, items: Sequence[pytest.Item], reach: Reach) -> tuple[str, str]:
    if not items:
        return UNREACHED, ""
    read, write = os.pipe()

    def ask() -> int:
        _limit(sum(reach.seconds[item.nodeid] for item in items))
        put_in_place(mutant)
        for item in items:
            if _failed(item):
                os.write(write, item.nodeid.encode())
                return 1
        return 0

    child = _forked(ask)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        killer = pipe.read().decode()
    return _fate(child), killer


def _asked_from_the_start(mutant: Mutant, reach: Reach, options: Sequence[str]) -> str:
    def ask() -> int:
        _quiet()
        _limit(10 + sum(reach.seconds.values()))
        put_in_place(mutant)
        return int(pytest.main([*_PYTEST, *options], plugins=[_Alike()]))

    return _fate(_forked(ask))


def _fate(child: int) -> str:
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return SURVIVED if code == 0 else LATE if code == -signal.SIGPROF else KILLED


def _quiet() -> None:
    """What pytest tells of single tests is not asked for."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _limit(seconds: float) -> None:
    """An endless mutant is ended by the kernel, and one that takes all memory gets a `MemoryError`."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, 5 + 2 * seconds)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))


def _forked(work: Callable[[], int]) -> int:
    child = os.fork()
    if not child:
        _ended(work)
    return child


def _ended(work: Callable[[], int]) -> NoReturn:
    code = 1
    try:
        code = work()
    except BaseException:  # noqa: BLE001 - told here, or nowhere
        traceback.print_exc()
    finally:
        os._exit(code)


def _answered(work: Callable[[], object]) -> object:
    """What the work gives, done in a fork, so that this process has collected no test."""
    read, write = os.pipe()

    def send() -> int:
        with os.fdopen(write, "wb") as file:
            pickle.dump(work(), file)
        return 0

    child = _forked(send)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    if os.waitpid(child, 0)[1]:
        raise SystemExit("The tests could not be run; do they pass without any mutant?")
    return pickle.loads(said)  # noqa: S301 - our own child's


def _fixtures(item: pytest.Function) -> set[str]:
    """What the test wants, but for what only guards every test."""
    asked = set(inspect.signature(item.function).parameters)
    return asked | (set(item.fixturenames) - _GUARDS)


def _failed(item: pytest.Item) -> bool:
    """Runs a test; one that wants nothing but its parameters is called by itself, which is far quicker."""
    parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    if not isinstance(item, pytest.Function) or _fixtures(item) - set(parameters):
        return any(each.failed for each in runtestprotocol(item, log=False, nextitem=None))
    try:
        item.obj(**parameters)
    except pytest.skip.Exception:
        return False
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever a mutant raises
        return True
    return False


def _same_chance() -> None:
    """Hypothesis tries the same for each mutant, and remembers nothing of the one before."""
    settings.register_profile(
        "mutants",
        max_examples=10,
        phases=(Phase.explicit, Phase.generate),  # the first failure is enough, nobody reads it
        suppress_health_check=tuple(HealthCheck),
        database=None,
        deadline=None,
    )
    settings.load_profile("mutants")
