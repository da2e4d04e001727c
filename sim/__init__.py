"""What comes next: the clock, works, the operator, government, accounts, the year."""
