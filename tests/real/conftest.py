"""The real wiki's fixtures, for the tests in this directory."""

from tests.real_wiki import bot_home, persons, populated_wiki, wiki

__all__ = ["bot_home", "persons", "populated_wiki", "wiki"]
