"""The real wiki's fixtures, for the tests in this directory."""

from tests.real.daemons import daemon
from tests.real_wiki import bot_home, persons, populated_wiki, wiki

__all__ = ["bot_home", "daemon", "persons", "populated_wiki", "wiki"]
