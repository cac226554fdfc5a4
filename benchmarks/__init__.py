"""How fast skreg is, as ratios against its peers in the same run."""
