"""The pages for everybody: the neighbourhood, the council, search."""
