"""`tropebot doctor`: what is right and wrong about the home, the account, the wiki and the policy.

Must not decide what is wrong (`diagnosis` does), and must not write anything.
"""

import textwrap

import click

from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.cli.writes import COLUMNS
from tropebot.diagnosis.values import Line, Word
from tropebot.errors import Exit
from tropebot.i18n.counts import counted

_WIDTH = 12


@click.command(name="doctor")
@shared_options
def command() -> Exit:
    """Look at everything that the bot needs, line by line: ok, warn or fail, with what to do.

    It reads only. Exit code 0: all is well, or the bot can live with it; 2: settings or policy, 4: account
    or rights, 5: the wiki.
    """
    # imported here: only what needs the wiki waits for it
    from tropebot.app import examined  # noqa: PLC0415
    from tropebot.diagnosis.report import diagnosis, exit_code  # noqa: PLC0415

    found = examined(shared().home)
    lines = diagnosis(found)
    code = exit_code(lines)
    counts = {word.value: sum(line.word is word for line in lines) for word in Word}
    if shared().as_json:
        for line in lines:
            print_line("check", name=line.name, word=line.word, says=line.says, do=line.do)
        print_line("summary", **counts, requests=found.requests, exit_code=int(code))
        return code
    for line in lines:
        _say(line)
    if found.troubles:
        say("Nothing beyond that was looked at.")
    say(
        f"{counts['ok']} ok, {counts['warn']} to look at, {counts['fail']} to put right;"
        f" {counted(found.requests, 'request')}, nothing was written."
    )
    return code


def _say(line: Line) -> None:
    head = f"{line.word:<5}{line.name:<{_WIDTH}} "
    _say_wrapped(line.says, head)
    if line.do:
        _say_wrapped(line.do, f"{'':{len(head) - 2}}→ ")


def _say_wrapped(text: str, head: str) -> None:
    for row in textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        say(row)
