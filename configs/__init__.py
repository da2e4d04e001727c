"""Facts with a source, and the words everyone uses."""
