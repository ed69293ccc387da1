"""A recipe trained in a folder, and what is done with the run that it leaves."""
