"""Template tags of lights: a shape and a word, never colour alone."""

from __future__ import annotations

from django import template

from projects.pages.marks import light_mark, light_shape, light_word

register = template.Library()
register.filter(light_word)
register.simple_tag(light_mark)
register.simple_tag(light_shape)
