"""Reports: what a council, a funder or a neighbour gets in hand, made of what is known here."""
