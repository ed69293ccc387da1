"""`python -m tfgan_metric` is the command line."""

from tfgan_metric.cli import main

if __name__ == "__main__":
    main()
