"""How fast the house is on this machine, always beside a peer or the bare floor in the same run."""
