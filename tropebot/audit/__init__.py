"""Whole dumps, judged: reading them, what they say of their wiki, judging in many processes, results.

Must not talk to a wiki, print, or change a dump.
"""
