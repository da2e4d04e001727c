"""One outcome a file."""
