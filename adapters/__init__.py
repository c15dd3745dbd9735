"""The platforms people write on: one folder each, and the one listener in front of those that are called over HTTP."""
