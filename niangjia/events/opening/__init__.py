"""The moment registration opens: a signed ticket beforehand, one clerk who serves a crowd in one transaction."""
