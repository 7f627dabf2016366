"""Requests that have nothing to do with any desk: asked in between, they must change nothing.

What scripted speakers say for each is in ``manners.yaml``, under its key.
"""

DISTRACTORS = {
    "aside_weather": "whether it is going to rain tomorrow",
    "aside_lunch": "where one can have a good lunch around there",
    "aside_present": "what would make a nice leaving present for a colleague",
    "aside_film": "which film they would watch tonight",
    "aside_cat": "how one gets a cat to take its medicine",
}
"""Key -> what is asked, as it goes on after "you also ask"."""
