"""`fit` on a data set, read and shuffled as `tfgan-metric train` does, beside `fit` on one batch that stays in memory.

    python benchmarks/data_feed.py [DATA] [--width W]

waDMGAN on DMGAN's networks (`metric`), batch 64; both take turns, round after round. Prepared data are looked for where
TFDS_DATA_DIR says.
"""

import argparse
import statistics
import time

import tensorflow as tf

from tfgan_metric.data.catalog import load_data
from tfgan_metric.data.pipeline import float_images, shuffled_batches
from tfgan_metric.models import build_model

BATCH = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default="fashion_mnist")
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    data = load_data(options.data)
    model = build_model("wadmgan", data.train.shape, data.num_classes, "metric", options.width)
    shuffled = float_images(shuffled_batches(data.train.pixels, data.train.labels, BATCH, seed=0))
    batch = next(iter(shuffled))
    sources = {"data set": shuffled, "memory": tf.data.Dataset.from_tensors(batch).repeat()}
    seconds = {name: [] for name in sources}
    for round_ in range(1 + options.rounds):
        for name, batches in sources.items():
            start = time.perf_counter()
            model.fit(batches, steps_per_epoch=options.steps, verbose=0)
            if round_:
                seconds[name].append(time.perf_counter() - start)
    ratio = statistics.median(a / b for a, b in zip(*seconds.values(), strict=True))
    each = ", ".join(
        f"{name} {1e3 * statistics.median(found) / options.steps:.1f} ms" for name, found in seconds.items()
    )
    print(f"a step of fit: {each}; {ratio:.3f} times as long, median of {options.rounds} rounds")


if __name__ == "__main__":
    main()
