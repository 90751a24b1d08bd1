"""Moderation: what waits to be published, and why something was not."""
