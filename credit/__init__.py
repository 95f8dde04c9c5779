"""Credit repair. Empty so far: the layer exists so that its import rules are checked from the first commit."""
