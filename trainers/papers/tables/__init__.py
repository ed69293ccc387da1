"""The papers' tables and figures by name, one file per paper."""

from tfgan_metric.trainers.papers.tables import am_gan, deli_fisher_gan, dmgan, mbgan

PAPERS = (dmgan, mbgan, deli_fisher_gan, am_gan)
PAPER_TABLES = {table.name: table for paper in PAPERS for table in paper.TABLES}
