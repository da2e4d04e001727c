"""Published answers, measured again: one file a subject."""
