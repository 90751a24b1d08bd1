"""Proposals: what a collective puts forward, and its revisions."""
