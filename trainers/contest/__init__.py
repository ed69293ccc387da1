"""The zoo's recipes against each other, each with the same time: as data, as runs, as a page."""
