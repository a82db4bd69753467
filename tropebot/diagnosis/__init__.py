"""What `doctor` says: a line for each thing that must be right, as pure functions of what was found.

Must not look at anything itself: `examination.py` does.
"""
