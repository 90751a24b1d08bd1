"""Collectives: groups of residents with a purpose, and who is in them."""
