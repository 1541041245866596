"""What pages and others ask of places."""

from niangjia.places.reads.proving import Proof, prove

__all__ = ["Proof", "prove"]
