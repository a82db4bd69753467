"""`tropebot runs`: what earlier runs did and why, out of the ledger; the wiki is not asked.

Must not change the ledger.
"""

from urllib.parse import urlencode

import click

from tropebot.cli.shared import print_line, print_table, say, shared, shared_options
from tropebot.errors import ConfigError, Exit
from tropebot.model import Intent, Kind, State


@click.group(name="runs", invoke_without_command=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", help="The last N runs."
)
@click.pass_context
@shared_options
def command(context: click.Context, limit: int) -> Exit:
    """List the last runs; `runs show N` tells each effect of one."""
    if context.invoked_subcommand is not None:
        return Exit.DONE
    # imported here: the ledger brings SQLite, which --help need not wait for
    from tropebot.app import ledger_of  # noqa: PLC0415

    with ledger_of(shared().home) as ledger:
        runs = ledger.runs.latest(limit)
    if shared().as_json:
        for run in runs:
            print_line(
                "run",
                **{**run.report, "run": run.number},
                kind=run.kind,
                started_at=run.started_at,
                ended_at=run.ended_at,
                policy_rev=run.policy_rev,
                status=run.status,
            )
    elif runs:
        figures = ("pages", "findings", "flags", "unflags", "promotions", "notices", "taken_back")
        rows = [
            (
                str(run.number),
                _minute(run.started_at),
                run.kind,
                *(str(run.report.get(figure, "")) for figure in figures),
                run.status,
            )
            for run in runs
        ]
        print_table(
            ("run", "began", "kind", *(each.replace("_", " ") for each in figures), "status"), rows
        )
    else:
        say("No run yet.")
    return Exit.DONE


@command.command(name="show")
@click.argument("number", metavar="N", type=int)
@shared_options
def show(number: int) -> Exit:
    """Tell each effect of run N: what was done to which page, why, by which policy, with what outcome."""
    from tropebot.app import API_URL, ledger_of  # noqa: PLC0415  as above

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
    return Exit.DONE


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
