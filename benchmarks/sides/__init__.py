"""What the benchmarks measure: the product, and beside it what one would build without it."""
