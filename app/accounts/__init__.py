"""People, the access codes that let them in, and their sessions."""
