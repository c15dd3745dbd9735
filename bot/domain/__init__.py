"""Pure rules: state, signal and `now` go in, a decision comes out. No clock, file, network or database."""
