"""Pages of activities as dataclasses."""
