"""The pages of places: finding one, booking in it, and the desk of those who run them."""
