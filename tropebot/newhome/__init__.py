"""A new bot home: the texts of its files by what the wiki said, and their writing without overwriting.

Must not ask a wiki or a person: what was found out and what was chosen come in.
"""
