"""The real TensorFlow Datasets pipeline, without a network: fashion_mnist's own builder on files put into its cache.

The files are Debian's (package dataset-fashion-mnist) where they are installed, else 70,000 repeated digits.
"""

import gzip
import pathlib
import shutil
import struct

import numpy as np
import pytest

from conftest import run_command
from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.embedded import load_embedded_mnist

pytestmark = pytest.mark.full
DEBIAN = pathlib.Path("/usr/share/datasets/fashion-mnist")
COUNTS = {"train": 60_000, "t10k": 10_000}


def write_files(folder):
    """The four IDX files under the names of the original ones."""
    pixels, labels = load_embedded_mnist("train").pixels[..., 0], load_embedded_mnist("train").labels
    for name, count in COUNTS.items():
        rows = np.arange(count) % len(pixels)
        with gzip.open(folder / f"{name}-images-idx3-ubyte.gz", "wb", compresslevel=1) as file:
            file.write(struct.pack(">IIII", 2051, count, 28, 28) + pixels[rows].tobytes())
        with gzip.open(folder / f"{name}-labels-idx1-ubyte.gz", "wb", compresslevel=1) as file:
            file.write(struct.pack(">II", 2049, count) + labels[rows].astype(np.uint8).tobytes())


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data directory in which fashion_mnist is prepared."""
    import tensorflow_datasets as tfds
    from etils import epath
    from tensorflow_datasets.core.download import resource

    folder, source = tmp_path_factory.mktemp("prepared"), DEBIAN
    if not source.is_dir():
        source = tmp_path_factory.mktemp("source")
        write_files(source)
    downloads = folder / "downloads"
    downloads.mkdir()
    builder = tfds.builder("fashion_mnist", data_dir=folder)
    for url, info in builder.url_infos.items():
        name = url.rsplit("/", 1)[1]
        path = downloads / resource.get_dl_fname(url, info.checksum)
        shutil.copy(source / name, path)
        resource.write_info_file(
            url=url, path=epath.Path(path), dataset_name="fashion_mnist", original_fname=name, url_info=info
        )
    builder.download_and_prepare()
    return folder


def test_all_of_it_is_read(data_dir, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(data_dir))
    data = load_data("fashion_mnist")
    assert (len(data.train), len(data.held_out), data.num_classes) == (60_000, 10_000, 10)
    assert data.train.shape == (28, 28, 1) and data.train.pixels.dtype == np.uint8
    assert (data.train.pixels.max() == 255 and 60 < data.train.pixels.mean() < 90) or not DEBIAN.is_dir()
    assert np.bincount(data.train.labels).min() > 4_000
    again = load_data("fashion_mnist").train
    np.testing.assert_array_equal(again.labels, data.train.labels)  # the same order each time
    np.testing.assert_array_equal(again.pixels[::1000], data.train.pixels[::1000])


def test_command_trains_on_it(data_dir, tmp_path):
    fields = [part for field in ("steps=3", "width=0.1", "sample_every=3") for part in ("--set", field)]
    source = ("--data", "fashion_mnist", "--data-dir", data_dir)
    code, _, error = run_command("train", "dmgan_embedded", *source, *fields, "--out", "run", cwd=tmp_path)
    assert code == 0, error
    assert (tmp_path / "run" / "generator" / "saved_model.pb").exists()
