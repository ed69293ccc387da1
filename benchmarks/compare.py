"""This package's step beside its peers', taking turns: the same networks, batch, losses and updates, 32×32×3.

    python benchmarks/compare.py [--widths 1 0.25] [--schemes dcgan dmgan] [--python-torch PYTHON]

Each peer is a process of its own that builds and warms up once; then each runs a few steps in turn, round after round.
PyTorch may live in another environment (--python-torch); where it is not installed it is left out.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
STEPS_A_TURN = 3
WARM_UP = 4


class Peer:
    """A process that runs steps when it is asked to."""

    def __init__(self, name, python, script, *options):
        self.name = name
        self.call = [python, str(HERE / script), *options]

    def start(self, scheme, width, batch_size):
        """Builds the step and warms it up; False where that fails."""
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            self.call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        try:
            self.process.stdin.write(f"{scheme} {width} {batch_size}\n")
            self.run(WARM_UP)
        except (BrokenPipeError, ValueError):
            last = (self.process.stderr.read().strip().splitlines() or ["no message"])[-1]
            print(f"{self.name} is left out: {last}", file=sys.stderr)
            return False
        return True

    def run(self, steps):
        """Seconds of each of some steps."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def compare(peers, scheme, width, batch_size, rounds):
    """Peer's name -> list of medians, one a round."""
    running = [peer for peer in peers if peer.start(scheme, width, batch_size)]
    found = {peer.name: [] for peer in running}
    for round_ in range(rounds):
        for peer in running[round_ % len(running) :] + running[: round_ % len(running)]:
            found[peer.name].append(statistics.median(peer.run(STEPS_A_TURN)))
    for peer in running:
        peer.stop()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--widths", nargs="+", type=float, default=[1.0, 0.25])
    parser.add_argument("--schemes", nargs="+", choices=["dcgan", "dmgan"], default=["dcgan", "dmgan"])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--python-torch", default=sys.executable, help="a Python that has PyTorch")
    options = parser.parse_args()
    peers = [
        Peer("this package", sys.executable, "zoo.py"),
        Peer("plain Keras", sys.executable, "keras_plain.py"),
        Peer("PyTorch eager", options.python_torch, "pytorch_eager.py"),
        Peer("PyTorch compile", options.python_torch, "pytorch_eager.py", "--compile"),
    ]
    print("| scheme | width | peer | ms a step | times this package's |\n| --- | --- | --- | --- | --- |")
    for scheme in options.schemes:
        for width in options.widths:
            found = compare(peers, scheme, width, options.batch, options.rounds)
            ours = found["this package"]
            for name, seconds in found.items():
                ratio = statistics.median(one / base for one, base in zip(seconds, ours, strict=True))
                milliseconds = 1e3 * statistics.median(seconds)
                print(f"| {scheme} | {width:g} | {name} | {milliseconds:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
