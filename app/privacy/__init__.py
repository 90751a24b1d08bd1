"""Privacy: what we know of somebody, erasing it, and the statements that the law asks for."""
