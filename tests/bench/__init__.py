"""How fast Buddyline is, as ratios taken in one run on one disk (`make bench`). Nothing here is collected by `make test`."""
