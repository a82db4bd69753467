"""A rule pack for tropebot: pages that nobody can read."""
