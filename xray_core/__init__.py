"""ThoraxLens: train, compare and explain chest X-ray classifiers.

Data flows one way, and a module imports only from what stands above it:

    errors, settings, files
    data         films on disk -> records -> manifest -> splits -> arrays
    networks     architectures by name
    runs         the run folder; training as a process of its own
    evaluation   a run -> predictions -> scores with intervals
    lungs        a film -> a mask of the lungs and its six zones
    explain      a run and a film -> attribution maps -> overlays
    classifier   a network that predicts and explains, as one object
    quality      a map -> how far it can be trusted, in numbers
    patterns     the maps of a whole test set -> what a model has learnt, in pictures and words
    opinion      probabilities -> an answer in words
    reports      a run on one page
    training     a manifest and a network -> a run
    benchmarks   how fast all of it is
    arguments    the words of the command line
    console      how a command speaks
    commands     a function a command
    cli          python -m xray_core

Research software. It gives neither findings nor diagnoses.
"""

import os

# TensorFlow asks once, when it is imported, and takes oneDNN by itself on some processors only.
# On the others networks train faster with it, too: `bench settings` tells how much.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__version__ = "0.1.0"
