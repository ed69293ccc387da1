"""A peer's side of the benchmark: builds its step, then runs as many as it is asked for and says how long each took."""

import json
import sys
import time


def serve(make_step):
    """Reads "scheme width batch" once, then numbers of steps, one a line; answers each with a JSON list of seconds.

    Args:
        make_step: (scheme, width, batch size) -> a function without arguments that runs one step to its end.
    """
    scheme, width, batch_size = sys.stdin.readline().split()
    step = make_step(scheme, float(width), int(batch_size))
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(json.dumps(seconds), flush=True)
