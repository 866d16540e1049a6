"""Where a person's language is kept."""

LANGUAGE_KEY = "pref-lang"
