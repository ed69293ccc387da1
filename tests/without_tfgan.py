"""Our own numbers in a process in which TF-GAN, and what it alone needs, fail to import: `python ... GRAPH ERROR`."""

import builtins
import json
import sys

UPSTREAM = ("tensorflow_gan", "tensorflow_probability", "tensorflow_hub", "tf_keras")


class Refusal:
    """Goes before Python's own finders, and raises an error on the import of UPSTREAM."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in UPSTREAM:
            raise self.error(f"module {name} has no attribute of today")


def numbers(inception):
    """Each metric of each extractor, of 60 embedded digits against 100 others."""
    from tfgan_metric.data.catalog import Data
    from tfgan_metric.data.embedded import load_embedded_mnist
    from tfgan_metric.data.split import Split
    from tfgan_metric.evaluation import evaluate, image_source, load_classifier, load_inception

    digits, others = load_embedded_mnist("train"), load_embedded_mnist("held_out")
    data = Data("few digits", 10, {"train": Split(digits.pixels[:100], digits.labels[:100])}.get)
    source = image_source(Split(others.pixels[:60], others.labels[:60]), {})
    extractors = [load_classifier("embedded_mnist"), load_inception(inception)]
    results = evaluate(source, data, extractors).results
    return {f"{result.metric} of {result.protocol['extractor']}": result.value for result in results}


if __name__ == "__main__":
    sys.meta_path.insert(0, Refusal(getattr(builtins, sys.argv[2])))
    print(json.dumps(numbers(sys.argv[1])))
