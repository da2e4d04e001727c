"""One lever a file."""
