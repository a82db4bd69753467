"""`python -m tropebot`: the same as the command `tropebot`."""

from tropebot.cli import main

if __name__ == "__main__":
    main()
