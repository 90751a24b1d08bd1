"""Open data: what anybody may take away, and on paper what it means."""
