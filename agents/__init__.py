"""Who wants something: every kind decides a few times a year and offers assets to the grid."""
