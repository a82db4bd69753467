"""`tropebot completion`: the lines that teach a shell to complete commands and options.

Must not write into anybody's shell settings: it prints, and says where the lines go.
"""

import click
from click.shell_completion import get_completion_class

from tropebot.cli.shared import say, shared_options
from tropebot.errors import Exit

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_TROPEBOT_COMPLETE"
"""By it the shell asks for completions; click takes the name from the program's."""


@click.command(name="completion")
@click.argument("shell", type=click.Choice(SHELLS))
@shared_options
def command(shell: str) -> Exit:
    """Print the lines that let SHELL complete tropebot's commands and options.

    \b
    bash   tropebot completion bash > ~/.local/share/bash-completion/completions/tropebot
    zsh    tropebot completion zsh > DIR/_tropebot, where DIR is one of $fpath
    fish   tropebot completion fish > ~/.config/fish/completions/tropebot.fish

    A new shell knows them.
    """
    kind = get_completion_class(shell)
    if kind is None:  # click has all three
        raise click.UsageError(f"There is no completion for {shell}.")
    root = click.get_current_context().find_root().command
    # not kind.source(): it first starts a bash to ask for its version
    words = kind(root, {}, "tropebot", VARIABLE)
    # click's lines for fish cut an explanation at its first comma
    lines = words.source_template.replace('string split ","', 'string split -m 1 ","')
    say((lines % words.source_vars()).strip("\n"))
    return Exit.DONE
