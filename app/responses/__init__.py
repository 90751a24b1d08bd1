"""Requests to a decider, the council's responses, and the commitments made."""
