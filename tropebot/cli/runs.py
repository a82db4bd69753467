"""`tropebot runs`: what earlier runs did and why, out of the ledger; the wiki is not asked.

Must not change the ledger.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from tropebot.cli.shared import NUMBER, print_line, print_table, say, shared, shared_options
from tropebot.errors import ConfigError, Exit
from tropebot.i18n.counts import counted
from tropebot.model import Intent, Kind, State

if TYPE_CHECKING:  # the ledger brings SQLite, which --help need not wait for
    from tropebot.ledger.runs import RunRow

_LISTS = ("found", "drafts", "broken")
_FIGURES = (
    ("flags", "flagged"),
    ("unflags", "unflagged"),
    ("fixes", "fixed"),
    ("promotions", "moved"),
    ("notices", "told"),
    ("taken_back", "taken back"),
    ("breaks", "broken"),
    ("made", "made"),
)
_ENDS = {
    int(Exit.CONFIG): "policy",
    int(Exit.STOPPED): "stopped",
    int(Exit.NOT_ALLOWED): "not allowed",
    int(Exit.UNAVAILABLE): "unavailable",
    int(Exit.INCOMPLETE): "incomplete",
    int(Exit.INTERRUPTED): "interrupted",
}


@click.group(name="runs", invoke_without_command=True)
@click.option("--limit", type=NUMBER, default=20, metavar="N", help="The last N runs.")
@click.pass_context
@shared_options
def command(context: click.Context, limit: int) -> Exit:
    """List the last runs; `runs show N` tells each effect of one."""
    if context.invoked_subcommand is not None:
        return Exit.DONE
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.athome import ledger_of  # noqa: PLC0415

    with ledger_of(shared().home) as ledger:
        runs = ledger.runs.latest(limit)
    if shared().as_json:
        for run in runs:
            print_line(
                "run",
                **{key: value for key, value in run.report.items() if key not in ("run", *_LISTS)},
                run=run.number,
                kind=run.kind,
                started_at=run.started_at,
                ended_at=run.ended_at,
                policy_rev=run.policy_rev,
                status=run.status,
            )
    elif runs:
        rows = [
            (
                str(run.number),
                _minute(run.started_at),
                run.kind,
                str(run.report.get("pages", "")),
                str(run.report.get("findings", "")),
                _done(run),
            )
            for run in runs
        ]
        print_table(("run", "began", "kind", "pages", "found", "done"), rows)
    else:
        say("No run yet.")
    return Exit.DONE


@command.command(name="show")
@click.argument("number", metavar="N", type=NUMBER)
@shared_options
def show(number: int) -> Exit:
    """Tell each effect of run N: what was done to which page, why, by which policy, with what outcome."""
    from tropebot.athome import API_URL, ledger_of  # noqa: PLC0415  as above

    with ledger_of(shared().home) as ledger:
        run = ledger.runs.get(number)
        if run is None:
            raise ConfigError(f"There is no run {number}; `tropebot runs` lists the last ones.")
        intents = ledger.intents.of_run(number)
        script = ledger.changes.note(API_URL).removesuffix("api.php")
    if not shared().as_json:
        began, ended = _minute(run.started_at), _minute(run.ended_at) or "?"
        say(f"Run {run.number} ({run.kind}), {began} to {ended}: {run.status}")
        say(
            f"By revision {run.policy_rev} of the policy page."
            if run.policy_rev
            else "By the preset."
        )
        if figures := _figures(run):
            say(f"{figures}.")
    for intent in intents:
        if shared().as_json:
            print_line(
                "intent",
                intent=intent.intent_id,
                kind=intent.kind,
                title=intent.title,
                subject=intent.subject,
                codes=list(intent.codes),
                reason=intent.reason,
                state=intent.state,
                why=intent.why,
                base_rev_id=intent.base_rev_id,
                rev_id=intent.result_rev,
                policy_rev=intent.policy_rev,
                mark=intent.mark,
                link=_link(intent, script),
            )
        else:
            why = f": {intent.why}" if intent.why else ""
            codes = f" ({', '.join(intent.codes)})" if intent.codes else ""
            say(f"{intent.state:<10} {intent.kind:<9} {intent.title}{codes}{why}")
            policy = f", by policy revision {intent.policy_rev}" if intent.policy_rev else ""
            say(f"           {intent.intent_id}: {intent.reason}{policy}")
            if link := _link(intent, script):
                say(f"           {link}")
    _show_found(run)
    return Exit.DONE


def _show_found(run: "RunRow") -> None:
    """What the run found, and its drafts; an older ledger kept neither."""
    found, drafts, broken = (run.report.get(key, ()) for key in _LISTS)
    for each in broken:
        if shared().as_json:
            print_line("break", kind="break", **each)
        else:
            word = "broken" if each["matters"] else "not there"
            say(f"{word:<10} {each['title']}: {each['message']}")
    for each in found:
        if shared().as_json:
            print_line("finding", kind="finding", **each)
        else:
            say("{title}:{line}: {code} {rule}: {message}".format(**each))
    for each in drafts:
        if shared().as_json:
            print_line("draft", kind="draft", **each)
        else:
            say(f"draft      {each['title']}: {each['message']}")
    more = int(run.report.get("findings", 0)) - len(found)
    if found and more > 0 and not shared().as_json:
        say(f"… and {counted(more, 'more finding')}.")


def _done(run: "RunRow") -> str:
    """What a run did, and how it ended if not well, in a few words."""
    figures = _figures(run) or "-"
    ended = _ENDS.get(int(run.report.get("exit_code", 0)), "ended early")
    if run.status in ("open", "broken off"):
        ended = run.status
    return figures if run.status == "done" else f"{ended}: {figures}"


def _figures(run: "RunRow") -> str:
    said = ((run.report.get(key, 0), words) for key, words in _FIGURES)
    return ", ".join(f"{number} {words}" for number, words in said if number)


def _link(intent: Intent, script: str) -> str:
    """Where the wiki shows what was done; empty where nothing was, or nobody knows the wiki's address."""
    if not script or intent.state is not State.DONE:
        return ""
    if intent.kind in (Kind.MOVE, Kind.AFTER, Kind.UNDO_MOVE):
        asked = {"title": "Special:Log", "type": "move", "page": intent.title}
    else:
        asked = {"diff": str(intent.result_rev)}
    return f"{script}index.php?{urlencode(asked)}"


def _minute(stamp: str) -> str:
    """A stored time as people read it, in UTC."""
    return stamp[:16].replace("T", " ")
