"""Where a step's time goes: thread time by kind of operation, from TensorFlow's profiler.

    python benchmarks/profile_step.py [RECIPE] [FIELD=VALUE...]

On random images of the data's shape. Two threads that compute at once count twice.
"""

import argparse
import collections
import pathlib
import tempfile

import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from tfgan_metric.trainers import load_recipe
from tfgan_metric.trainers.recipes.assignments import parse_fields
from tfgan_metric.trainers.recipes.library import DEFAULT_RECIPE
from tfgan_metric.trainers.speed.timing import step_of

STEPS = 5
SHOWN = 15
KINDS = {  # what an operation's name starts with -> its kind; the first that fits
    "_MklNativeFusedBatchNorm": "batch normalisation",
    "FusedBatchNorm": "batch normalisation",
    "ResourceApply": "optimizers",
    "LeakyRelu": "leaky ReLU",
    "Conv2D": "convolutions",
    "_MklNativeConv2D": "convolutions",
    "_FusedConv2D": "convolutions",
    "MatMul": "matrix products",
    "_MklMatMul": "matrix products",
    "_FusedMatMul": "matrix products",
    "_MklNativeFusedMatMul": "matrix products",
}


def record(step, batch, folder):
    """Runs some steps under the profiler; the recorded planes."""
    for _ in range(3):
        step(batch)
    tf.profiler.experimental.start(str(folder))
    for _ in range(STEPS):
        [log.numpy() for log in step(batch).values()]
    tf.profiler.experimental.stop()
    space = xplane_pb2.XSpace()
    space.ParseFromString(next(pathlib.Path(folder).rglob("*.xplane.pb")).read_bytes())
    return space.planes


def thread_time(planes):
    """Operation -> milliseconds a step, of all threads."""
    found = collections.Counter()
    for plane in planes:
        if "CPU" not in plane.name:
            continue
        for line in plane.lines:
            for event in line.events:
                name = plane.event_metadata[event.metadata_id].name
                operation = name.rsplit(":", 1)[-1]  # of "path of the operation:its type"
                if ":" in name and "::" not in name and operation.isidentifier():
                    found[operation] += event.duration_ps / 1e9 / STEPS
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="?", default=DEFAULT_RECIPE)
    parser.add_argument("fields", nargs="*", metavar="FIELD=VALUE")
    options = parser.parse_args()
    recipe = load_recipe(options.recipe)
    step, batch = step_of(recipe.with_fields(parse_fields(options.fields, recipe)))
    with tempfile.TemporaryDirectory() as folder:
        times = thread_time(record(step, batch, folder))
    kinds, total = collections.Counter(), sum(times.values())
    for name, milliseconds in times.items():
        kinds[next((kind for start, kind in KINDS.items() if name.startswith(start)), "other")] += milliseconds
    for title, counts in (("kind", kinds), ("operation", collections.Counter(dict(times.most_common(SHOWN))))):
        print(f"| {title} | ms a step | share |\n| --- | --- | --- |")
        for name, milliseconds in counts.most_common():
            print(f"| {name} | {milliseconds:.1f} | {milliseconds / total:.1%} |")
        print()


if __name__ == "__main__":
    main()
