"""`python -m dafeng` is the command `dafeng`."""

from dafeng.experiments.cli import main

if __name__ == "__main__":
    main()
