"""演示市: a made-up city to try everything on, clearly marked; the same size, seed and day give the same city."""
