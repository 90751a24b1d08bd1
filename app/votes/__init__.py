"""Votes: a question put to an electorate, its ballots, and the outcome."""
