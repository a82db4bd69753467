"""How the wiki stands, for people: a page of HTML, work lists, pages on the wiki; out of the ledger alone.

Must not write anything or ask the wiki: what is made here are texts.
"""
