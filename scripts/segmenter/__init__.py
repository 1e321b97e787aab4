"""Training of the model that labels the lines of a digest: labelled digests → invented issues beside them → trees → weights and figures.

    python -m scripts.segmenter.figures GOLD            leave-one-family-out figures
    python -m scripts.segmenter.train GOLD --build N    the weights that the splitter ships with

`gold` reads and labels, `pool`, `dress`, `frame` and `printing` make issues of the same stories, `fit` learns, `folds` leaves families out. Both
commands need requirements.txt of this folder (LightGBM); the product walks the trees with NumPy alone.
"""
