"""Service folders made from what others have written down: schemas, their rows, their words."""
