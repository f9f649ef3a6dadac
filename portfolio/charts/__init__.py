"""Charts: answers turned into coordinates and labels, drawn by the templates in `templates/charts/`.

x is in per cent of the width and y in pixels, so that text and strokes keep their size at every width. Nothing here asks
the database or adds up.
"""
