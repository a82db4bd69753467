"""The policy: one schema-checked document in layers, and what it means together with a wiki's facts.

Must not do I/O: documents are handed in as values; presets are read from the package's own data.
"""
