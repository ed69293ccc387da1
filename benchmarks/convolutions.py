"""How fast a step of DMGAN could be if it were its convolutions alone, each measured by itself.

    python benchmarks/convolutions.py [--width W] [--batch B]

Every convolution of both networks (`metric`, 32×32×3) runs alone, forward, towards its input and towards its kernel;
the times are multiplied by how often a step needs them and set beside a step's. What a step takes more is everything
else: BatchNorm, activations, losses, centers, optimizers, the clip. What the convolutions miss of the matrix product's
peak is TensorFlow's own.
"""

import argparse
import statistics
import time

import keras
import tensorflow as tf

from tfgan_metric.models import build_model
from tfgan_metric.trainers.benchmark import matrix_peak

ROUNDS = 9


def seconds(function, *inputs):
    """The median time of a function of tensors."""
    compiled, found = tf.function(lambda *tensors: tf.reduce_sum(function(*tensors)[0, 0])), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        compiled(*inputs).numpy()
        found.append(time.perf_counter() - start)
    return statistics.median(found[2:])


def passes(layer, batch):
    """[(direction, function, its tensors)] of a convolution; a transposed one is the same with its sides exchanged."""
    transposed = isinstance(layer, keras.layers.Conv2DTranspose)
    large, small = (layer.output, layer.input) if transposed else (layer.input, layer.output)
    large, small = (tf.random.stateless_normal((batch, *tensor.shape[1:]), [0, 0]) for tensor in (large, small))
    kernel, options = layer.kernel.value, {"strides": [1, *layer.strides, 1], "padding": layer.padding.upper()}

    def down(images, weights):
        return tf.raw_ops.Conv2D(input=images, filter=weights, **options)

    def up(maps, weights):
        return tf.raw_ops.Conv2DBackpropInput(input_sizes=large.shape, filter=weights, out_backprop=maps, **options)

    def to_kernel(images, maps):
        return tf.raw_ops.Conv2DBackpropFilter(input=images, filter_sizes=kernel.shape, out_backprop=maps, **options)

    forward, backward = ((up, small), (down, large)) if transposed else ((down, large), (up, small))
    return [
        ("forward", forward[0], (forward[1], kernel)),
        ("to input", backward[0], (backward[1], kernel)),
        ("to kernel", to_kernel, (large, small)),
    ]


def times_needed(network, direction, is_first):
    """How often a step of DMGAN needs a layer's pass: D sees x and G(z), and both again after its update."""
    if network == "D":
        return {"forward": 4, "to input": 1 if is_first else 3, "to kernel": 2}[direction]
    return 0 if is_first and direction == "to input" else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    model, peak = build_model("dmgan", (32, 32, 3), None, "metric", options.width), matrix_peak()
    total, operations = 0.0, 0.0
    print("| layer | kernel, small side | pass | ms | GFLOP/s | of peak | a step |\n" + "| --- " * 7 + "|")
    for name, network in (("D", model.discriminator), ("G", model.generator)):
        layers = [one for one in network.layers if isinstance(one, keras.layers.Conv2D | keras.layers.Conv2DTranspose)]
        for index, layer in enumerate(layers):
            small = (layer.input if isinstance(layer, keras.layers.Conv2DTranspose) else layer.output).shape[1]
            flops = 2e-9 * options.batch * small**2 * int(tf.size(layer.kernel.value))
            for direction, function, inputs in passes(layer, options.batch):
                count = times_needed(name, direction, index == 0)
                found = seconds(function, *inputs)
                total, operations = total + count * found, operations + count * flops
                shape = "×".join(map(str, layer.kernel.shape))
                speed = f"{1e3 * found:.1f} | {flops / found:.0f} | {flops / found / peak:.0%}"
                print(
                    f"| {name} {index + 1} | {shape}, {small}×{small} | {direction} | {speed} | {count} |", flush=True
                )
    images = tf.random.stateless_uniform((options.batch, 32, 32, 3), [0, 0], -1.0, 1.0)
    step = tf.function(model.train_step)
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        [log.numpy() for log in step(images).values()]
        found.append(time.perf_counter() - start)
    whole = statistics.median(found[2:])
    print(
        f"\nconvolutions alone {1e3 * total:.0f} ms, {operations / total:.0f} GFLOP/s; a step {1e3 * whole:.0f} ms; ",
        end="",
    )
    print(f"a matrix product {peak:.0f} GFLOP/s")


if __name__ == "__main__":
    main()
