"""Says what to do when the project is tested without being installed."""

import pytest

try:
    import tfgan_metric.models as _models
except ImportError as error:
    raise pytest.UsageError(f"{error}: the tests need the installed project: pip install -e '.[test]'") from error

del _models
