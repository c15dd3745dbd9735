"""Python's search for garbage, tamed once a start has loaded everything."""

from __future__ import annotations

import gc

SEARCH_AFTER = 10_000
"""Objects made and still there, after which a search begins. Python's own number is 700."""
SELDOM = 20
"""Every so many searches look through more than what is newest."""


def settle() -> None:
    """Leave what a start has loaded out of every later search for garbage, and have fewer of them.

    Python looks through everything now and then, and nothing else runs meanwhile: that took 150 ms each time. Of what is
    made for one decision nearly nothing needs a search to go away, so that one after every 700 objects is mostly in vain.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SEARCH_AFTER, SELDOM, SELDOM)
