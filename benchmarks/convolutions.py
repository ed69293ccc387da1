"""How fast a step of DMGAN could be if it were its convolutions alone, each measured by itself.

    python benchmarks/convolutions.py [--width W] [--batch B]

Every convolution of both networks (`metric`, 32×32×3) runs alone, forward, towards its input and towards its kernel;
the times are multiplied by how often a step needs them and set beside a step's. What a step takes more is everything
else: BatchNorm, activations, losses, centers, optimizers, the clip. What is timed is the layers' way: TensorFlow's
convolution, or matrix products where the small side has at most 2×2 positions. Operations on padding are counted too.
"""

import argparse
import statistics
import time

import keras
import tensorflow as tf

from tfgan_metric.models import build_model
from tfgan_metric.trainers.speed.benchmark import PRODUCT_GIGAFLOPS, matrix_of_peak

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
    """({direction: function of inputs and of the gradients of their outputs}, two such tensors); what a direction does
    not need is pruned from its graph."""
    tensors = [tf.random.stateless_normal((batch, *one.shape[1:]), [0, 0]) for one in (layer.input, layer.output)]

    def to_input(inputs, upstream):
        return tf.gradients(layer(inputs), inputs, upstream)[0]

    def to_kernel(inputs, upstream):
        return tf.gradients(layer(inputs), layer.kernel.value, upstream)[0]

    directions = {"forward": lambda inputs, upstream: layer(inputs), "to input": to_input, "to kernel": to_kernel}
    return directions, tensors


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
    model = build_model("dmgan", (32, 32, 3), None, "metric", options.width)
    peak = PRODUCT_GIGAFLOPS / seconds(lambda matrix: tf.matmul(matrix, matrix)[None, None], matrix_of_peak())
    total, operations = 0.0, 0.0
    print("| layer | kernel, small side | pass | ms | GFLOP/s | of peak | a step |\n" + "| --- " * 7 + "|")
    for name, network in (("D", model.discriminator), ("G", model.generator)):
        layers = [one for one in network.layers if isinstance(one, keras.layers.Conv2D | keras.layers.Conv2DTranspose)]
        for index, layer in enumerate(layers):
            small = (layer.input if isinstance(layer, keras.layers.Conv2DTranspose) else layer.output).shape[1]
            flops = 2e-9 * options.batch * small**2 * int(tf.size(layer.kernel.value))
            directions, tensors = passes(layer, options.batch)
            for direction, function in directions.items():
                count = times_needed(name, direction, index == 0)
                found = seconds(function, *tensors)
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
