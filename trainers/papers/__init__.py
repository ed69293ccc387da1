"""The papers' tables and figures made again: as data, as runs, as pages."""
