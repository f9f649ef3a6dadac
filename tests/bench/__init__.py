"""What the product costs, as ratios inside one run: `make bench`."""
