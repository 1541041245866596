"""Activities people come to: who gets a seat, in which order and why, who came, and what it was worth to them."""
