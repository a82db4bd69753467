"""`tropebot` and `python -m tropebot`: the entry point, which can be interrupted while the program loads.

Must not import anything of ours before it is ready for that.
"""

import gc
import sys


def main() -> None:
    """Carry out the command line; ends the process with the exit code."""
    gc.disable()  # until all is loaded: a tenth of the time would go into looking it through
    try:
        from tropebot.cli import main as command_line  # noqa: PLC0415  it takes a while to load

        command_line()
    except KeyboardInterrupt:
        sys.stderr.write("tropebot: interrupted.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
