"""What is counted over judged dialogues, one figure per file.

Every figure is an accumulator with ``add(row)``, ``merge(other)`` and ``summary()``. It reads the rows
once, keeps counts instead of rows, and gives the same summary however the rows were ordered or cut
into parts. Figures describe; they decide nothing.
"""
