"""The demo: a real MediaWiki with a small trope wiki on it, for `make demo` and for the tests.

Must not import tropebot: it is set up, filled and verified without any of the bot's code.
"""
