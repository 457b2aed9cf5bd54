"""ThoraxLens: train, compare and explain chest X-ray classifiers.

Data flows one way, and a module imports only from what stands above it:

    errors, settings
    data         films on disk -> records -> manifest -> splits -> arrays
    networks     architectures by name
    runs         the run folder; training as a process of its own
    training     a manifest and a network -> a run
    evaluation   a run -> predictions -> scores with intervals
    explain      a run and a film -> attribution maps -> overlays
    benchmarks   how fast all of it is
    cli          python -m xray_core

Research software. It gives neither findings nor diagnoses.
"""

__version__ = "0.1.0"
