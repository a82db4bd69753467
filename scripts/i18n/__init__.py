"""pywikibot wants a package of this name beside scripts; their texts are tropebot's own."""
