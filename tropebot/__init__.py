"""tropebot: reads a wiki's policy from the wiki and helps people to keep it."""

__version__ = "0.1.0"
