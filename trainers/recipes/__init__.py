"""What a run is made by: a recipe, one file per paper.

`embedded` has those for the digits that ship with the package, `small` those of the papers' tables and figures on two
CPU cores.
"""
