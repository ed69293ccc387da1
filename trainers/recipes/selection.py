"""By which metrics the best step of a run can be chosen: those that an evaluation on the way has, with a better end."""

from tfgan_metric.errors import InputError, choose

OF_NEIGHBOURS = ("precision", "recall", "density", "coverage")
OF_CLASSES = ("am_score", "mode_score", "class_accuracy")
SELECTABLE = {  # extractor -> metrics
    "classifier": ("frechet_distance", "kernel_distance", "classifier_score", *OF_CLASSES, *OF_NEIGHBOURS),
    "inception": ("fid", "kid", "inception_score", *OF_NEIGHBOURS),
}


def require_selectable(metric: str | None, evaluate_every: int, extractors: tuple[str, ...]) -> None:
    """Raises `InputError` where `keep_best` names what evaluations by these extractors lack, or there are none."""
    if metric is None:
        return
    choose("keep_best", metric, dict.fromkeys(name for extractor in extractors for name in SELECTABLE[extractor]))
    if not evaluate_every:
        raise InputError(f"keep_best={metric} chooses among the steps evaluated on the way: set evaluate_every too")
