"""What pages and others ask of places."""

from niangjia.places.reads.nearby import far, metres_to, position
from niangjia.places.reads.proving import Proof, prove

__all__ = ["Proof", "far", "metres_to", "position", "prove"]
