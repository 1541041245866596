"""What others ask of the tree, and what its pages show."""

from niangjia.orgs.reads.powers import actor_for, actor_of, powers_of
from niangjia.orgs.reads.unions import bodies_of, union_for

__all__ = ["actor_for", "actor_of", "bodies_of", "powers_of", "union_for"]
