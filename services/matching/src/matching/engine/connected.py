"""What hangs together in a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matching.engine.problem import Integers


def component_of_node(tails: Integers, heads: Integers, *, nodes: int) -> Integers:
    """Return the number of the component of each node, whichever way its edges lead."""
    # It takes a third of a second to load, which most processes need not spend.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    edges = (np.ones(len(tails), dtype=np.int8), (tails, heads))
    _, label = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)
    return np.asarray(label, dtype=np.int64)
