"""The pages of unions: the worker's own, the officer's lists, the tree."""
