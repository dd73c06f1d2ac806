"""Popular parents: an import of exactly such a name waits for a person, but in the categories it is known for.

`google.com` in a list of adult sites is a mistake, or somebody's joke, and half a country notices.
"""

from __future__ import annotations

RULE = "popular"
WORDS = "much used; it waits for a person"
