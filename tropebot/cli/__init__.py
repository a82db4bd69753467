"""The command line: one module per command, and the one place where errors become exit codes.

Must not decide anything about pages or wikis. Commands are imported when they are called, so that
`--help` and offline work neither wait for pywikibot nor import it.
"""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tropebot import __version__
from tropebot.cli.shared import flush, shared_options, warn
from tropebot.errors import AnswerLost, ConfigError, Exit, ReaderGone, TropebotError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "init": "Make a bot home for a wiki by the address of its api.php.",
    "doctor": "Check home, account, wiki and policy, and say what to do.",
    "setup-wiki": "Show, or make, the pages that the bot needs on the wiki.",
    "patrol": "Read recent changes, judge the pages, do what the policy says.",
    "watch": "The same, again and again: the daemon.",
    "healthcheck": "Whether the daemon works, for containers and monitoring.",
    "check": "Judge pages from files, without a wiki, or by title.",
    "audit": "Judge every page of a dump, by many processes.",
    "examples": "Count a draft's examples, entry by entry.",
    "workshop": "Show the drafts: what each lacks, how old it is, whose it is.",
    "promote": "Move drafts that are ready to the main namespace.",
    "plan": "Write down what would be done, to be reviewed away from the wiki.",
    "apply": "Carry out a plan that was reviewed.",
    "rules": "The manual of a rule, or the list of rules.",
    "runs": "What earlier runs did, and why.",
    "worklist": "The open findings of a rule as a list that people can work through.",
    "report": "How the wiki stands: a page of HTML with charts, or pages on the wiki.",
    "undo": "Take back what a run did.",
    "resume": "Let the bot go on after a stop, or judge a page anew.",
    "ledger": "Copy, check or thin out what the bot remembers.",
    "policy": "Check a policy document, show it, or print its schema.",
    "completion": "Let bash, zsh or fish complete commands and options.",
}
"""Each command's line in the overview; its module is `tropebot.cli.NAME`, its function `command`."""


class LateCommands(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"tropebot.cli.{cmd_name.replace('-', '_')}")
        _end_of_loading()
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click has it, and for a slip with the command that may be meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            # imported here: where nothing is wrong nobody asks
            from tropebot.policy.merge import closest  # noqa: PLC0415

            ctx.fail(f"No such command “{args[0]}”{closest(args[0], COMMANDS)}.")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """The commands by name, without importing one; then the options."""
        # imported here: only a shell asks
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        named = [
            CompletionItem(name, help=told)
            for name, told in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LateCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done or clean, 1 findings, 2 usage, configuration or policy, 3 stopped by the "
    "run page, 4 not allowed, 5 wiki unavailable, 6 another run holds the lock, 7 incomplete, 70 a bug, "
    "130 interrupted.",
)
@click.version_option(
    __version__, "--version", prog_name="tropebot", message="%(prog)s %(version)s"
)
@shared_options
def tropebot() -> None:
    """Read a wiki's policy from the wiki, and help people to keep it."""


def run(
    arguments: Sequence[str], command: click.Command = tropebot, *, name: str = "tropebot"
) -> int:
    """Carry out one command line and give its exit code; everything that goes wrong ends here."""
    try:
        _refuse_closed_output()
        result = command.main(list(arguments), prog_name=name, standalone_mode=False)
        flush()
    except (click.Abort, KeyboardInterrupt):
        click.echo("tropebot: interrupted.", err=True)
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the top: what is not expected is a bug, and is said to be one
        return int(_said(error))
    return int(result) if isinstance(result, int) else int(Exit.DONE)


def _end_of_loading() -> None:
    """Look for garbage from now on, if `__main__` has put that off, but not in what is loaded: it stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _said(error: Exception) -> Exit:
    """Tell the person what happened, in one line where it was expected; the exit code."""
    match error:
        case ReaderGone():
            _give_up_output()
            return error.exit_code
        case AnswerLost():
            _give_up_output()
            warn(error)
            return error.exit_code
        case TropebotError():
            warn(error)
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            error.show()
        case click.ClickException():
            warn(_usage(error))
        case _:
            traceback.print_exception(error)
            click.echo(
                f"tropebot {__version__}: this is a bug, sorry. Please report it with the lines above, "
                "the command and, if there is one, the page.",
                err=True,
            )
            return Exit.BUG
    return Exit.CONFIG


def main() -> None:
    """End the process with what `run` gives for its command line."""
    sys.exit(run(sys.argv[1:]))


def _refuse_closed_output() -> None:
    """A closed standard output is taken by the next file that is opened: the ledger, as like as not."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  it is wanted to the end
    if sys.stdout is None:
        raise ConfigError(
            "The standard output is closed: send it to a file, or to /dev/null if nobody is to read it."
        )


def _give_up_output() -> None:
    """Nobody reads on, or nothing more can be written: Python must not try to on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "tropebot"
    return f"{' '.join(error.format_message().split())} Help: {where} --help"
