"""The daemon: the same patrol again and again, what it is told from outside, and how it tells that it lives.

Must not judge, and must not be needed by anything but `cli/`.
"""
