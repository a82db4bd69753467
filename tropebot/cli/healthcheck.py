"""`tropebot healthcheck`: whether the daemon of this bot home works, for containers and monitoring.

Must not ask the wiki: it reads the heartbeat that the daemon leaves.
"""

import click

from tropebot.cli.shared import print_line, say, shared, shared_options
from tropebot.errors import Exit


@click.command(name="healthcheck")
@shared_options
def command() -> Exit:
    """Say whether the daemon (`tropebot watch`) works.

    Exit code 0: it works, or stands still because somebody stopped it. 2: its home, its ledger or the policy
    has to be mended. 5: it waits for the wiki. 7: it hangs, is gone, or never ran.
    """
    from datetime import UTC, datetime  # noqa: PLC0415

    from tropebot.daemon.heartbeat import health, read_beat  # noqa: PLC0415
    from tropebot.home import open_home, state_file  # noqa: PLC0415

    beat, touched = read_beat(state_file(open_home(shared().home), "heartbeat"))
    said = health(beat, touched, datetime.now(UTC))
    if shared().as_json:
        polled, server = (beat.polled, beat.server) if beat else (None, None)
        print_line("health", message=said, polled=polled, server=server)
    else:
        say(said)
    return Exit.DONE
