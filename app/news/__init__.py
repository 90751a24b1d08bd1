"""News: what became of what people wrote, supported or opposed, and how they hear of it."""
