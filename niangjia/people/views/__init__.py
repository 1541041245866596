"""The pages of people: signing in, and one's own record."""
