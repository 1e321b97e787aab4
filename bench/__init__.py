"""The product's figures, measured in one run on this machine, as ratios: see `python -m bench --help`."""
