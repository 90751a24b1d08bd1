"""Opinion groups: people who react alike, what each group holds, and how sure that is."""
