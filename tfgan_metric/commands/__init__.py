"""The commands of `tfgan-metric`, one a file."""
