"""A dialogue that people talk through together in one place: its big screen, its timer, its short code."""
