"""How the wiki stands, for people: pages of HTML, work lists, pages on the wiki; of a ledger or an audit.

Must not write anything or ask the wiki: what is made here are texts.
"""
