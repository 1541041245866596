"""The commands of `niangjia`, by what they are for. A command reports as a table, or with --json as data."""
