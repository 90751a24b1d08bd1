"""The host console: what is due, access codes, people and settings."""
