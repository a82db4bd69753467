"""Questions put to wikitext: templates, categories, examples, preloads, licences.

Everything here is pure: text and facts in, values out; no network, no clock, no logging.
"""
