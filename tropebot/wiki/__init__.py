"""All that touches pywikibot and a wiki's API; only values of `tropebot.model` leave this package.

Must not judge, decide or remember: what is read is handed on, what is written was decided elsewhere.
"""
